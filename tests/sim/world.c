/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/sim/world.h"

#include <string.h>

#include "hal/errors.h"

#define GPIO_CALL_US 10
#define I2C_CALL_US  100

/* ---- chance ---- */

static uint64_t next_random(struct world *world) { /* splitmix64 */
    uint64_t z = world->random += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

uint32_t world_random(struct world *world, uint32_t below) { return (uint32_t)(next_random(world) % below); }

static int chance_fill(void *ctx, uint8_t *out, size_t size) {
    for (size_t i = 0; i < size; i++) out[i] = (uint8_t)next_random(ctx);
    return HAL_OK;
}

/* ---- time and death ---- */

static void advance_to(struct world *world, uint64_t us) {
    if (us > world->now_us) world->now_us = us;
    twin_board_advance(&world->board, world->now_us);
    if (world->watch) world->watch(world, world->watch_ctx);
}

_Noreturn static void die(struct world *world) {
    world->death_count++;
    longjmp(world->death, 1);
}

/* A call into the hardware takes its time and may be the last one. */
static void call(struct world *world, uint32_t us) {
    world->call_count++;
    advance_to(world, world->now_us + us);
    if (!twin_board_controller(&world->board).powered) die(world);
    if (world->fuse && --world->fuse == 0) die(world);
}

static uint64_t clock_now_us(void *ctx) { return ((struct world *)ctx)->now_us; }

static uint64_t clock_wall_ms(void *ctx) { return 1767225600000u + ((struct world *)ctx)->now_us / 1000; /* from 2026-01-01 */ }

/* ---- pins and bus: the twin's, with time ---- */

static int gpio_get_level(void *ctx, uint8_t pin) {
    struct world *world = ctx;
    call(world, GPIO_CALL_US);
    return world->twin_gpio.get_level(world->twin_gpio.ctx, pin);
}

static int gpio_set_level(void *ctx, uint8_t pin, bool level) {
    struct world *world = ctx;
    call(world, GPIO_CALL_US);
    return world->twin_gpio.set_level(world->twin_gpio.ctx, pin, level);
}

static int gpio_set_mode(void *ctx, uint8_t pin, enum hal_gpio_mode mode) {
    struct world *world = ctx;
    call(world, GPIO_CALL_US);
    return world->twin_gpio.set_mode(world->twin_gpio.ctx, pin, mode);
}

static int gpio_set_pull(void *ctx, uint8_t pin, enum hal_gpio_pull pull) {
    struct world *world = ctx;
    call(world, GPIO_CALL_US);
    return world->twin_gpio.set_pull(world->twin_gpio.ctx, pin, pull);
}

static int gpio_set_drive(void *ctx, uint8_t pin, uint8_t capability) {
    struct world *world = ctx;
    call(world, GPIO_CALL_US);
    return world->twin_gpio.set_drive(world->twin_gpio.ctx, pin, capability);
}

static int gpio_set_hold(void *ctx, uint8_t pin, bool held) {
    struct world *world = ctx;
    call(world, GPIO_CALL_US);
    return world->twin_gpio.set_hold(world->twin_gpio.ctx, pin, held);
}

static int gpio_relatch(void *ctx, uint8_t pin) {
    struct world *world = ctx;
    call(world, GPIO_CALL_US);
    return world->twin_gpio.relatch(world->twin_gpio.ctx, pin);
}

static int i2c_transfer(void *ctx, uint8_t address, const uint8_t *tx, size_t tx_size, uint8_t *rx, size_t rx_size) {
    struct world *world = ctx;
    call(world, I2C_CALL_US);
    return world->twin_i2c.transfer(world->twin_i2c.ctx, address, tx, tx_size, rx, rx_size);
}

static int i2c_recover(void *ctx) {
    struct world *world = ctx;
    call(world, I2C_CALL_US);
    return world->twin_i2c.recover(world->twin_i2c.ctx);
}

/* ---- store ---- */

static struct world_value *value_of(struct world *world, const char *key, bool make) {
    struct world_value *blank = NULL;
    for (unsigned i = 0; i < WORLD_STORE_COUNT; i++) {
        struct world_value *value = &world->store[i];
        if (strcmp(value->key, key) == 0) return value;
        if (!value->key[0] && !blank) blank = value;
    }
    if (make && blank) memcpy(blank->key, key, strlen(key) + 1);
    return make ? blank : NULL;
}

static int store_get(void *ctx, const char *key, uint8_t *out, size_t *size) {
    const struct world_value *value = value_of(ctx, key, false);
    if (!value) return HAL_ERR_NOT_FOUND;
    if (value->size > *size) return HAL_ERR_TOO_LARGE;
    memcpy(out, value->value, value->size);
    *size = value->size;
    return HAL_OK;
}

/* Runs a change of the store through its fate: time, refusal, or the end before or after it is on the medium. */
static int store_change(struct world *world, const char *key, const uint8_t *data, size_t size) {
    world->store_write_count++;
    call(world, world->put_us_max ? 1 + world_random(world, world->put_us_max) : 1);
    if (world->store_full) return HAL_ERR_FULL;
    bool last = world->store_fuse && --world->store_fuse == 0;
    if (last && world->store_fate == STORE_CUT_BEFORE) die(world);
    struct world_value *value = value_of(world, key, data != NULL);
    if (!value && data) return HAL_ERR_FULL;
    if (data) {
        memcpy(value->value, data, size);
        value->size = size;
    } else if (value) {
        memset(value, 0, sizeof *value);
    }
    if (last) die(world);
    return HAL_OK;
}

static int store_put(void *ctx, const char *key, const uint8_t *data, size_t size) {
    if (strlen(key) > HAL_STORE_KEY_MAX || size > HAL_STORE_VALUE_MAX) return HAL_ERR_ARGUMENT;
    return store_change(ctx, key, data, size);
}

static int store_erase(void *ctx, const char *key) { return store_change(ctx, key, NULL, 0); }

/* ---- the world ---- */

void world_init(struct world *world, uint64_t seed) {
    memset(world, 0, sizeof *world);
    world->random = seed;
    world->now_us = 1000000;
    struct twin_config config = twin_config_default();
    config.seed = seed;
    twin_board_init(&world->board, &config, world->now_us);
    twin_board_gpio(&world->board, &world->twin_gpio);
    twin_board_i2c(&world->board, &world->twin_i2c);
    world->gpio = (struct hal_gpio){.ctx = world,
                                    .get_level = gpio_get_level,
                                    .set_level = gpio_set_level,
                                    .set_mode = gpio_set_mode,
                                    .set_pull = gpio_set_pull,
                                    .set_drive = gpio_set_drive,
                                    .set_hold = gpio_set_hold,
                                    .relatch = gpio_relatch};
    world->i2c = (struct hal_i2c){.ctx = world, .transfer = i2c_transfer, .recover = i2c_recover};
    world->clock = (struct hal_clock){.ctx = world, .now_us = clock_now_us, .wall_ms = clock_wall_ms};
    world->chance = (struct hal_random){.ctx = world, .fill = chance_fill};
    world->hal_store = (struct hal_store){.ctx = world, .get = store_get, .put = store_put, .erase = store_erase};
}

bool world_boot(struct world *world) {
    const struct bmc_hal hal = {.gpio = &world->gpio,
                                .i2c = &world->i2c,
                                .clock = &world->clock,
                                .random = &world->chance,
                                .store = &world->hal_store,
                                .firmware = world->firmware,
                                .reset_cause = twin_board_controller_boot(&world->board),
                                .password_iterations = 1};
    world->running = false;
    if (hal.reset_cause == HAL_RESET_UNKNOWN || setjmp(world->death)) return false;
    world->running = bmc_start(&world->bmc, &hal) == HAL_OK;
    return world->running;
}

void world_kill(struct world *world, enum hal_reset_cause cause) {
    world->running = false;
    twin_board_controller_reset(&world->board, cause);
    if (world->watch) world->watch(world, world->watch_ctx);
}

/* One turn of the firmware. False when it died in it. */
static bool turn(struct world *world, uint64_t *wake_us) {
    if (setjmp(world->death)) return false;
    *wake_us = bmc_step(&world->bmc) * 1000;
    return true;
}

/* Dead firmware: the pads follow the hold rules, and the supervisor starts it again. */
static void revive(struct world *world, uint32_t restart_ms) {
    world_kill(world, HAL_RESET_WATCHDOG);
    for (uint64_t until_us = world->now_us + restart_ms * 1000u; world->now_us < until_us;)
        advance_to(world, world->now_us + 5000 < until_us ? world->now_us + 5000 : until_us);
    world_boot(world);
}

void world_run_ms(struct world *world, uint64_t ms, uint32_t restart_ms) {
    uint64_t until_us = world->now_us + ms * 1000;
    while (world->now_us < until_us) {
        uint64_t wake_us = until_us;
        if (!world->running || !turn(world, &wake_us)) {
            revive(world, restart_ms);
            continue;
        }
        uint64_t event_us = twin_board_next_us(&world->board);
        uint64_t to_us = wake_us < until_us ? wake_us : until_us;
        while (event_us < to_us) { /* let the board live between two turns of the firmware */
            advance_to(world, event_us > world->now_us ? event_us : world->now_us + 1);
            event_us = twin_board_next_us(&world->board);
        }
        advance_to(world, to_us > world->now_us ? to_us : world->now_us + 1);
    }
}

enum power_refusal world_order(struct world *world, enum power_act act, uint8_t node_mask, uint32_t *task_id) {
    struct origin origin = {.actor = "sim", .via = VIA_REDFISH};
    return power_order(&world->bmc.core.power, act, node_mask, &origin, world->bmc.core.now_ms, task_id);
}

unsigned world_logged(const struct world *world, enum event_code code, struct eventlog_entry *entry) {
    const struct eventlog *log = &world->bmc.core.log;
    unsigned count = 0;
    for (uint32_t sequence = eventlog_first(log); sequence <= eventlog_last(log); sequence++) {
        const struct eventlog_entry *found = eventlog_find(log, sequence);
        if (!found || found->event.code != code) continue;
        if (entry) *entry = *found;
        count++;
    }
    return count;
}

/* ---- trace ---- */

static void mix(uint64_t *hash, uint64_t value) { *hash = (*hash ^ value) * 0x100000001b3u; }

static bool mix_edge(void *ctx, const struct twin_edge *edge) {
    mix(ctx, edge->us);
    mix(ctx, (uint64_t)edge->net << 1 | edge->level);
    return true;
}

uint64_t world_trace(const struct world *world) {
    uint64_t hash = 0xcbf29ce484222325u;
    twin_recorder_each(&world->board.recorder, 0, mix_edge, &hash);
    for (unsigned i = 0; i < EVENTLOG_ENTRY_COUNT; i++) {
        const struct eventlog_entry *entry = &world->bmc.core.log.entries[i];
        mix(&hash, entry->sequence);
        mix(&hash, (uint64_t)entry->event.code << 8 | entry->event.node);
        mix(&hash, entry->wall_ms);
    }
    return hash;
}
