/* SPDX-License-Identifier: Apache-2.0 */
#include "driver/power_pins.h"

#include "hal/errors.h"

#define DRIVE_WEAKEST 0

/* The nets' meaning in levels (schematic): PMIC_ENABLE high = module on; PSU high = transistor conducts = rail off. */
static bool pmic_level(bool module_on) { return module_on; }
static bool psu_level(bool channel_on) { return !channel_on; }

/* Level, then direction, then the hold. A pad that is still held from before the restart stays so throughout: what is written
 * shows only when drive_pad() has it taken over, and by then it is the level the pad has. */
static int adopt_pad(const struct hal_gpio *gpio, uint8_t pin, enum hal_gpio_mode mode, bool *level) {
    int found = gpio->get_level(gpio->ctx, pin);
    if (found < 0) return found;
    *level = found != 0;
    int error = gpio->set_level(gpio->ctx, pin, *level);
    if (!error) error = gpio->set_pull(gpio->ctx, pin, HAL_GPIO_PULL_NONE);
    if (!error) error = gpio->set_drive(gpio->ctx, pin, DRIVE_WEAKEST);
    if (!error) error = gpio->set_mode(gpio->ctx, pin, mode);
    if (!error) error = gpio->set_hold(gpio->ctx, pin, true);
    return error;
}

int power_pins_adopt(struct power_pins_driver *pins, const struct hal_gpio *gpio, uint8_t pmic_pin, uint8_t psu_pin) {
    bool pmic = true, psu = false;
    *pins = (struct power_pins_driver){.pmic_pin = pmic_pin, .psu_pin = psu_pin};
    int error = adopt_pad(gpio, pmic_pin, HAL_GPIO_INPUT_OUTPUT_OD, &pmic);
    if (!error) error = adopt_pad(gpio, psu_pin, HAL_GPIO_INPUT_OUTPUT, &psu);
    pins->module_on = pmic == pmic_level(true);
    pins->channel_on = psu == psu_level(true);
    pins->adopted = error == HAL_OK;
    return error;
}

/* The register is written while the pad is held; the edge comes when the pad takes it over. At no time is it without hold: a
 * reset in that moment would let the net go to rest. */
static int drive_pad(const struct hal_gpio *gpio, uint8_t pin, bool level) {
    int error = gpio->set_level(gpio->ctx, pin, level);
    return error ? error : gpio->relatch(gpio->ctx, pin);
}

static int drive_module(struct power_pins_driver *pins, const struct hal_gpio *gpio, bool on) {
    if (pins->module_on == on) return HAL_OK;
    int error = drive_pad(gpio, pins->pmic_pin, pmic_level(on));
    if (!error) pins->module_on = on;
    return error;
}

static int drive_channel(struct power_pins_driver *pins, const struct hal_gpio *gpio, bool on) {
    if (pins->channel_on == on) return HAL_OK;
    int error = drive_pad(gpio, pins->psu_pin, psu_level(on));
    if (!error) pins->channel_on = on;
    return error;
}

int power_pins_set(struct power_pins_driver *pins, const struct hal_gpio *gpio, bool module_on, bool channel_on) {
    if (!pins->adopted) return HAL_ERR_ARGUMENT;
    /* A failed first write stops the second: no channel is cut under a module that may still be driven. */
    int error = module_on ? drive_channel(pins, gpio, channel_on) : drive_module(pins, gpio, false);
    if (error) return error;
    return module_on ? drive_module(pins, gpio, true) : drive_channel(pins, gpio, channel_on);
}

int power_pins_read(const struct power_pins_driver *pins, const struct hal_gpio *gpio, bool *module_on, bool *channel_on) {
    int pmic = gpio->get_level(gpio->ctx, pins->pmic_pin);
    if (pmic < 0) return pmic;
    int psu = gpio->get_level(gpio->ctx, pins->psu_pin);
    if (psu < 0) return psu;
    *module_on = (pmic != 0) == pmic_level(true);
    *channel_on = (psu != 0) == psu_level(true);
    return HAL_OK;
}
