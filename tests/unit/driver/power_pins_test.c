/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "driver/power_pins.h"
#include "hal/errors.h"

/* Two pads with the ESP32's rules, counting every change of a level. */
struct pad {
    bool reg, rest, held, latched, driving;
    int edges;
};
static struct pad pads[2]; /* pin 0: PMIC_ENABLE, pin 1: PSU */
static int calls_until_error, first_edge_pin;

static bool level_of(const struct pad *pad) { return pad->held ? pad->latched : pad->driving ? pad->reg : pad->rest; }

static int changed(struct pad *pad, bool before) {
    if (level_of(pad) == before) return HAL_OK;
    pad->edges++;
    if (first_edge_pin < 0) first_edge_pin = (int)(pad - pads);
    return HAL_OK;
}

static bool refuse(void) { return calls_until_error > 0 && --calls_until_error == 0; }

static int get_level(void *ctx, uint8_t pin) {
    (void)ctx;
    return refuse() ? HAL_ERR_IO : level_of(&pads[pin]);
}

static int set_level(void *ctx, uint8_t pin, bool level) {
    (void)ctx;
    if (refuse()) return HAL_ERR_IO;
    bool before = level_of(&pads[pin]);
    pads[pin].reg = level;
    return changed(&pads[pin], before);
}

static int set_mode(void *ctx, uint8_t pin, enum hal_gpio_mode mode) {
    (void)ctx;
    if (refuse()) return HAL_ERR_IO;
    assert_int_equal(mode, pin == 0 ? HAL_GPIO_INPUT_OUTPUT_OD : HAL_GPIO_INPUT_OUTPUT);
    bool before = level_of(&pads[pin]);
    pads[pin].driving = true;
    return changed(&pads[pin], before);
}

static int set_pull(void *ctx, uint8_t pin, enum hal_gpio_pull pull) {
    (void)ctx;
    (void)pin;
    assert_int_equal(pull, HAL_GPIO_PULL_NONE);
    return refuse() ? HAL_ERR_IO : HAL_OK;
}

static int set_drive(void *ctx, uint8_t pin, uint8_t capability) {
    (void)ctx;
    (void)pin;
    assert_int_equal(capability, 0);
    return refuse() ? HAL_ERR_IO : HAL_OK;
}

static int set_hold(void *ctx, uint8_t pin, bool held) {
    (void)ctx;
    if (refuse()) return HAL_ERR_IO;
    bool before = level_of(&pads[pin]);
    if (held && !pads[pin].held) pads[pin].latched = before;
    pads[pin].held = held;
    return changed(&pads[pin], before);
}

static int relatch(void *ctx, uint8_t pin) {
    (void)ctx;
    if (refuse()) return HAL_ERR_IO;
    bool before = level_of(&pads[pin]);
    if (pads[pin].held) pads[pin].latched = pads[pin].driving ? pads[pin].reg : pads[pin].rest;
    return changed(&pads[pin], before);
}

static const struct hal_gpio gpio = {.get_level = get_level,
                                     .set_level = set_level,
                                     .set_mode = set_mode,
                                     .set_pull = set_pull,
                                     .set_drive = set_drive,
                                     .set_hold = set_hold,
                                     .relatch = relatch};
static struct power_pins_driver pins;

static int setup(void **state) {
    (void)state;
    memset(pads, 0, sizeof pads);
    pads[0].rest = true;
    calls_until_error = 0;
    first_edge_pin = -1;
    return 0;
}

/* The chip resets: registers are cleared, holds stay. */
static void reset_chip(void) {
    for (unsigned i = 0; i < 2; i++) {
        pads[i].reg = false;
        pads[i].driving = false;
    }
}

static void adopting_makes_no_edge(void **state) {
    (void)state;
    for (unsigned found = 0; found < 4; found++) {
        setup(state);
        if (found) { /* held from a former life, in any state */
            pads[0] = (struct pad){.rest = true, .held = true, .latched = found & 1};
            pads[1] = (struct pad){.held = true, .latched = found & 2};
        }
        assert_int_equal(power_pins_adopt(&pins, &gpio, 0, 1), HAL_OK);
        assert_int_equal(pads[0].edges + pads[1].edges, 0);
        assert_int_equal(pins.module_on, found ? found & 1 : 1);
        assert_int_equal(pins.channel_on, found ? !(found & 2) : 1);
        assert_true(pads[0].held && pads[1].held);
        reset_chip();
        assert_int_equal(power_pins_adopt(&pins, &gpio, 0, 1), HAL_OK);
        assert_int_equal(pads[0].edges + pads[1].edges, 0);
    }
}

static void each_change_is_one_edge_in_the_safe_order(void **state) {
    (void)state;
    power_pins_adopt(&pins, &gpio, 0, 1);
    assert_int_equal(power_pins_set(&pins, &gpio, true, true), HAL_OK);
    assert_int_equal(pads[0].edges + pads[1].edges, 0);
    assert_int_equal(power_pins_set(&pins, &gpio, false, false), HAL_OK);
    assert_int_equal(first_edge_pin, 0); /* module, then channel */
    assert_int_equal(pads[0].edges, 1);
    assert_int_equal(pads[1].edges, 1);
    assert_true(!level_of(&pads[0]) && level_of(&pads[1]));
    first_edge_pin = -1;
    assert_int_equal(power_pins_set(&pins, &gpio, true, true), HAL_OK);
    assert_int_equal(first_edge_pin, 1); /* channel, then module */
    assert_true(pads[0].held && pads[1].held);
    bool module_on, channel_on;
    assert_int_equal(power_pins_read(&pins, &gpio, &module_on, &channel_on), HAL_OK);
    assert_true(module_on && channel_on);
}

/* The chip is reset, or a call fails, at every single call: no pad is ever without hold once it was driven. */
static void a_failure_anywhere_leaves_pads_held(void **state) {
    for (int at = 1; at < 6; at++) {
        setup(state);
        power_pins_adopt(&pins, &gpio, 0, 1);
        calls_until_error = at;
        int error = power_pins_set(&pins, &gpio, false, false);
        assert_int_equal(error != HAL_OK, at <= 4);
        assert_true(pads[0].held && pads[1].held);
        if (error && level_of(&pads[0])) assert_false(level_of(&pads[1])); /* no channel cut under a module that stayed on */
        int edges = pads[0].edges + pads[1].edges;
        reset_chip();
        assert_int_equal(pads[0].edges + pads[1].edges, edges);
        calls_until_error = 0;
        assert_int_equal(power_pins_set(&pins, &gpio, false, false), HAL_OK); /* what failed is tried again */
    }
    for (int at = 1; at < 12; at++) {
        setup(state);
        calls_until_error = at;
        assert_true(power_pins_adopt(&pins, &gpio, 0, 1) != HAL_OK);
        assert_int_equal(pads[0].edges + pads[1].edges, 0);
        assert_int_equal(power_pins_set(&pins, &gpio, false, false), HAL_ERR_ARGUMENT); /* never drives what it did not adopt */
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(adopting_makes_no_edge, setup),
        cmocka_unit_test_setup(each_change_is_one_edge_in_the_safe_order, setup),
        cmocka_unit_test(a_failure_anywhere_leaves_pads_held),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
