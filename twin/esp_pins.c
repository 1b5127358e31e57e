/* SPDX-License-Identifier: Apache-2.0 */
#include "twin/esp_pins.h"

#include <stddef.h>

#include "hal/errors.h"

#define DRIVE_RESET 2 /* ESP: GPIO_DRIVE_CAP_DEFAULT, about 20 mA */
#define DRIVE_MAX   3

static const struct twin_net *net_of(uint8_t pin) {
    for (unsigned net = 0; net < TWIN_NET_COUNT; net++) {
        if (twin_nets[net].pin == pin) return &twin_nets[net];
    }
    return NULL;
}

/* ESP: 20, 24 and 28..31 are not bonded, 6..11 carry the flash. */
static bool pin_exists(uint8_t pin) {
    if (pin >= TWIN_PIN_COUNT || (pin >= 6 && pin <= 11) || (pin >= 28 && pin <= 31)) return false;
    return pin != 20 && pin != 24;
}

/* ESP: 34..39 have neither output drivers nor pulls. */
static bool pin_is_input_only(uint8_t pin) { return pin >= 34; }

/* ESP: the analog pads, 25..27 and from 32 on, have it off after a reset (table of IO_MUX pins; 27 taken as the worse case). */
static bool input_at_reset(uint8_t pin) { return pin < 25 || (pin > 27 && pin < 32); }

static struct twin_pad_registers reset_registers(uint8_t pin) {
    const struct twin_net *net = net_of(pin);
    return (struct twin_pad_registers){.level = false,
                                       .mode = HAL_GPIO_INPUT,
                                       .pull = net ? net->reset_pull : HAL_GPIO_PULL_NONE,
                                       .drive = DRIVE_RESET,
                                       .input = input_at_reset(pin)};
}

bool twin_reset_keeps_holds(enum hal_reset_cause cause) {
    return cause == HAL_RESET_SOFTWARE || cause == HAL_RESET_PANIC || cause == HAL_RESET_WATCHDOG;
}

void twin_esp_pins_power_on(struct twin_esp_pins *pins) { twin_esp_pins_reset(pins, HAL_RESET_POWER_ON); }

void twin_esp_pins_reset(struct twin_esp_pins *pins, enum hal_reset_cause cause) {
    for (uint8_t pin = 0; pin < TWIN_PIN_COUNT; pin++) {
        struct twin_pad *pad = &pins->pad[pin];
        pad->written = reset_registers(pin);
        if (!twin_reset_keeps_holds(cause)) pad->held = false;
    }
}

static bool drives(const struct twin_pad_registers *now) {
    return now->mode == HAL_GPIO_INPUT_OUTPUT || (now->mode == HAL_GPIO_INPUT_OUTPUT_OD && !now->level);
}

static const struct twin_pad_registers *effective(const struct twin_pad *pad) {
    return pad->held ? &pad->latched : &pad->written;
}

static bool pad_level(const struct twin_esp_pins *pins, uint8_t pin) {
    const struct twin_pad_registers *now = effective(&pins->pad[pin]);
    if (drives(now)) return now->level;
    /* 45 kOhm against an NPN base switches the rail off, and against the module's 100 kOhm to 5 V leaves 1.6 V, neither high nor
     * low: the worst case is that the internal pull wins. */
    if (now->pull != HAL_GPIO_PULL_NONE) return now->pull == HAL_GPIO_PULL_UP;
    const struct twin_net *net = net_of(pin);
    return net && net->resting;
}

int twin_esp_pins_get_level(const struct twin_esp_pins *pins, uint8_t pin) {
    return pin_exists(pin) ? (int)pad_level(pins, pin) : HAL_ERR_ARGUMENT;
}

int twin_esp_pins_read_input(const struct twin_esp_pins *pins, uint8_t pin) {
    if (!pin_exists(pin)) return HAL_ERR_ARGUMENT;
    return effective(&pins->pad[pin])->input && pad_level(pins, pin);
}

int twin_esp_pins_enable_input(struct twin_esp_pins *pins, uint8_t pin) {
    if (!pin_exists(pin)) return HAL_ERR_ARGUMENT;
    pins->pad[pin].written.input = true;
    return HAL_OK;
}

int twin_esp_pins_set_level(struct twin_esp_pins *pins, uint8_t pin, bool level) {
    if (!pin_exists(pin) || pin_is_input_only(pin)) return HAL_ERR_ARGUMENT;
    pins->pad[pin].written.level = level;
    return HAL_OK;
}

int twin_esp_pins_set_mode(struct twin_esp_pins *pins, uint8_t pin, enum hal_gpio_mode mode) {
    bool known = mode == HAL_GPIO_INPUT || mode == HAL_GPIO_INPUT_OUTPUT || mode == HAL_GPIO_INPUT_OUTPUT_OD;
    if (!pin_exists(pin) || !known || (pin_is_input_only(pin) && mode != HAL_GPIO_INPUT)) return HAL_ERR_ARGUMENT;
    pins->pad[pin].written.mode = mode;
    pins->pad[pin].written.input = true; /* all modes of hal_gpio are readable */
    return HAL_OK;
}

int twin_esp_pins_set_pull(struct twin_esp_pins *pins, uint8_t pin, enum hal_gpio_pull pull) {
    bool known = pull == HAL_GPIO_PULL_NONE || pull == HAL_GPIO_PULL_UP || pull == HAL_GPIO_PULL_DOWN;
    if (!pin_exists(pin) || !known || (pin_is_input_only(pin) && pull != HAL_GPIO_PULL_NONE)) return HAL_ERR_ARGUMENT;
    pins->pad[pin].written.pull = pull;
    return HAL_OK;
}

int twin_esp_pins_set_drive(struct twin_esp_pins *pins, uint8_t pin, uint8_t capability) {
    if (!pin_exists(pin) || pin_is_input_only(pin) || capability > DRIVE_MAX) return HAL_ERR_ARGUMENT;
    pins->pad[pin].written.drive = capability;
    return HAL_OK;
}

int twin_esp_pins_set_hold(struct twin_esp_pins *pins, uint8_t pin, bool held) {
    if (!pin_exists(pin) || pin_is_input_only(pin)) return HAL_ERR_ARGUMENT;
    struct twin_pad *pad = &pins->pad[pin];
    if (held && !pad->held) pad->latched = pad->written; /* a second hold latches nothing new */
    pad->held = held;
    return HAL_OK;
}

int twin_esp_pins_relatch(struct twin_esp_pins *pins, uint8_t pin) {
    if (!pin_exists(pin) || pin_is_input_only(pin)) return HAL_ERR_ARGUMENT;
    struct twin_pad *pad = &pins->pad[pin];
    if (pad->held) pad->latched = pad->written;
    return HAL_OK;
}

bool twin_esp_pins_net(const struct twin_esp_pins *pins, unsigned net) { return pad_level(pins, twin_nets[net].pin); }

bool twin_esp_pins_net_pushed_high(const struct twin_esp_pins *pins, unsigned net) {
    const struct twin_pad_registers *now = effective(&pins->pad[twin_nets[net].pin]);
    return drives(now) && now->level;
}
