/* SPDX-License-Identifier: Apache-2.0
 * super4c-bmc on the ESP32. The order of the start matters: the power pins before anything else, then what the controller needs
 * to adopt the board and go on with an interrupted order, then the control task, and only then what serves people. Nothing here
 * moves a pin; a restart moves none either, for the pads are held. */
#include <esp_event.h>
#include <esp_log.h>
#include <esp_netif.h>
#include <esp_system.h>
#include <esp_task_wdt.h>
#include <stdio.h>
#include <string.h>

#include "core/check.h"
#include "core/version.h"
#include "port/common/crypto_mbedtls.h"
#include "port/common/mac_mbedtls.h"
#include "port/esp32/main/clock.h"
#include "port/esp32/main/datagrams.h"
#include "port/esp32/main/firmware.h"
#include "port/esp32/main/i2c.h"
#include "port/esp32/main/loop.h"
#include "port/esp32/main/memory.h"
#include "port/esp32/main/ping.h"
#include "port/esp32/main/pins.h"
#include "port/esp32/main/random.h"
#include "port/esp32/main/reset.h"
#include "port/esp32/main/serving.h"
#include "port/esp32/main/store_nvs.h"

#define SUPERVISE_PERIOD_MS 500
#define LAST_ANSWERS_MS     1000 /* an answer that announces the restart is still sent */
#define LAST_SEGMENTS_MS    100  /* and so is the end of its connection */

static const char tag[] = "super4c";

static struct program {
    struct i2c_bus i2c_bus;
    struct store_nvs store_nvs;
    struct ping ping_socket;
    struct datagrams datagrams;
    struct hal_gpio gpio;
    struct hal_i2c i2c;
    struct hal_clock clock;
    struct hal_random random;
    struct hal_store store;
    struct hal_mac mac;
    struct hal_ping ping;
    struct firmware firmware;
    struct hal_firmware hal_firmware;
    struct loop loop;
    struct serving serving;
} program;

/* ---- start ---- */

/* Held before anything else may fail or take long. bmc_start() does it again and finds the pads as this leaves them. */
static void hold_power_pins(void) {
    program.gpio = pins_hal();
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        struct power_pins_driver pins;
        int error = power_pins_adopt(&pins, &program.gpio, board_pin_pmic_enable[i], board_pin_psu_off[i]);
        if (error != 0) ESP_LOGE(tag, "the power pins of node %u cannot be taken over (%d)", i + 1, error);
    }
}

static void start_hardware(void) {
    random_start();
    program.clock = clock_hal();
    program.random = random_hal();
    program.mac = mac_hal();
    if (store_nvs_open(&program.store_nvs) != 0) ESP_LOGE(tag, "the store cannot be read; nothing is ordered or kept");
    program.store = store_nvs_hal(&program.store_nvs);
    if (i2c_start(&program.i2c_bus) != 0) ESP_LOGE(tag, "the I2C bus cannot be set up; there are no sensors");
    program.i2c = i2c_hal(&program.i2c_bus);
}

/* The network stack, not yet a network. */
static void start_sockets(void) {
    ESP_ERROR_CHECK(esp_netif_init());
    ESP_ERROR_CHECK(esp_event_loop_create_default());
    if (ping_start(&program.ping_socket, &program.random) != 0) ESP_LOGE(tag, "nodes cannot be pinged");
    program.ping = ping_hal(&program.ping_socket);
}

static void start_controller(void) {
    bool in_slots = firmware_start(&program.firmware) == 0;
    if (!in_slots) ESP_LOGE(tag, "the firmware does not run from one of two slots; it takes no updates");
    if (in_slots) program.hal_firmware = firmware_hal(&program.firmware);
    const struct bmc_hal hal = {
        .gpio = &program.gpio,
        .i2c = &program.i2c,
        .clock = &program.clock,
        .random = &program.random,
        .store = &program.store,
        .mac = &program.mac,
        .ping = &program.ping,
        .firmware = in_slots ? &program.hal_firmware : NULL,
        .reset_cause = reset_cause(),
        .password_iterations = DERIVE_PASSWORD_ITERATIONS,
    };
    CHECK(loop_init(&program.loop) == 0);
    CHECK(bmc_start(&program.loop.bmc, &hal) == 0); /* pads that cannot even be read: nothing was driven */
}

/* The last part of a reset to defaults that an earlier life was ordered to do; the controller has done its own. */
static void finish_defaults(void) {
    struct bmc *bmc = &program.loop.bmc;
    bool forgotten = bmc->defaults != DEFAULTS_ALL || tls_identity_forget(&program.store) == 0;
    if (!forgotten || bmc_defaults_done(bmc) != 0) ESP_LOGE(tag, "the reset to defaults is not complete; the next start goes on");
}

/* A fresh board's admin gets the setup code, which is good only to set a password. */
static void seed_admin(void) {
    struct bmc *bmc = &program.loop.bmc;
    struct password_hash hash = {.iterations = DERIVE_PASSWORD_ITERATIONS};
    if (!bmc_is_fresh(bmc)) return;
    CHECK(program.random.fill(program.random.ctx, hash.salt, sizeof hash.salt) == 0);
    CHECK(crypto_derive(bmc->core.setup_code, &hash));
    if (bmc_seed_admin(bmc, &hash, true) != 0) ESP_LOGE(tag, "the account admin cannot be stored");
}

/* By the serial console alone, and the display if there is one: whoever reads it has the board in hands. */
static void announce(void) {
    printf("super4c-bmc %s\n", SUPER4C_VERSION);
    if (program.loop.bmc.core.setup_code[0] != '\0') printf("setup code: %s\n", program.loop.bmc.core.setup_code);
}

/* ---- run ---- */

static void note_memory(void) {
    struct memory_figures figures = memory_read();
    loop_lock(&program.loop);
    program.loop.bmc.core.memory.heap_free_bytes = figures.free_bytes;
    loop_unlock(&program.loop);
}

static bool restart_wanted(void) {
    loop_lock(&program.loop);
    bool wanted = program.loop.restart_wanted;
    loop_unlock(&program.loop);
    return wanted;
}

/* In order: the last answers, the ends of the connections, what was delivered. Then nobody gets the lock any more, so that the
 * restart comes upon no write. Pads stay held. */
static _Noreturn void restart(void) {
    struct loop *loop = &program.loop;
    loop_lock(loop);
    loop_drain(loop);
    loop_unlock(loop);
    vTaskDelay(pdMS_TO_TICKS(LAST_ANSWERS_MS));
    serving_stop(&program.serving);
    vTaskDelay(pdMS_TO_TICKS(LAST_SEGMENTS_MS));
    loop_lock(loop);
    bmc_deliveries_end(&loop->bmc);
    esp_restart();
}

static void supervise(void) {
    CHECK(esp_task_wdt_add(NULL) == ESP_OK);
    while (!restart_wanted()) {
        CHECK(esp_task_wdt_reset() == ESP_OK);
        note_memory();
        serving_care(&program.serving);
        vTaskDelay(pdMS_TO_TICKS(SUPERVISE_PERIOD_MS));
    }
    restart();
}

void app_main(void); /* IDF calls it and declares it nowhere */
void app_main(void) {
    hold_power_pins();
    start_hardware();
    start_sockets();
    start_controller();
    finish_defaults();
    seed_admin();
    announce();
    CHECK(loop_start(&program.loop) == 0);
    CHECK(datagrams_start(&program.datagrams, &program.loop) == 0);
    serving_start(&program.serving, &program.loop, &program.store, &program.random);
    supervise();
}
