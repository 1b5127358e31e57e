/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/store/script.h"

static const struct {
    const char *name;
    size_t size;
} keys[SCRIPT_KEY_COUNT] = {
    {"log.000", 128}, {"log.001", 128}, {"log.002", 128}, {"log.003", 128}, {"log.004", 128},  {"log.005", 128},
    {"power0", 96},   {"power1", 96},   {"power2", 96},   {"power3", 96},   {"settings", 256}, {"acct0", 96},
    {"acct1", 96},    {"crash2", 3600}, {"log.base", 4},  {"setup", 12},
};

/* One order is three journal records and two events; between them somebody changes a setting or an account. */
static const uint8_t order[] = {15, 11, 10, 0,  6, 1, 6,  6, 2, 13, 7, 3, 7, 4, 7,  12, 5, 11, 15, 0,
                                8,  1,  8,  10, 8, 2, 14, 3, 9, 13, 4, 9, 9, 5, 12, 0,  6, 1,  6};
#define ORDER_COUNT (sizeof order / sizeof order[0])

struct script_step script_step(unsigned index) {
    struct script_step step = {.key = order[index % ORDER_COUNT]};
    for (unsigned i = 0; i <= index; i++) step.version += order[i % ORDER_COUNT] == step.key;
    step.erase = step.key == 15 && step.version % 2 == 0; /* the setup code goes once it is used */
    return step;
}

const char *script_key_name(unsigned key) { return keys[key].name; }

size_t script_value(unsigned key, unsigned version, uint8_t out[HAL_STORE_VALUE_MAX]) {
    uint32_t state = key * 7919 + version * 104729 + 1;
    for (size_t i = 0; i < keys[key].size; i++) {
        state = state * 1664525 + 1013904223; /* Numerical Recipes, 7.1 */
        out[i] = (uint8_t)(state >> 24);
    }
    return keys[key].size;
}

int script_run(const struct hal_store *store, unsigned index) {
    uint8_t value[HAL_STORE_VALUE_MAX];
    struct script_step step = script_step(index);
    if (step.erase) return store->erase(store->ctx, keys[step.key].name);
    return store->put(store->ctx, keys[step.key].name, value, script_value(step.key, step.version, value));
}
