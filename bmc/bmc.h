/* SPDX-License-Identifier: Apache-2.0
 * bmc - the controller: one loop that ties drivers, core and services to a port's pins, bus, clock and store. No OS, no threads;
 * a port with threads calls everything here under one lock. Here, and only here, the outside work of the pure parts is done,
 * in the order that the design demands: journal, then pins, then the event log.
 *
 * After a controller restart: bmc_start() reads the pads, lets the core adopt them, takes over the pins at the levels found, and
 * only then reads sensors and continues what was journaled. */
#ifndef BMC_BMC_H
#define BMC_BMC_H

#include "board/super4c.h"
#include "core/core.h"
#include "core/defaults.h"
#include "core/screen.h"
#include "driver/ina3221.h"
#include "driver/power_pins.h"
#include "driver/ssd1306.h"
#include "hal/clock.h"
#include "hal/firmware.h"
#include "hal/gpio.h"
#include "hal/i2c.h"
#include "hal/mac.h"
#include "hal/ping.h"
#include "hal/random.h"
#include "hal/reset.h"
#include "hal/store.h"
#include "service/delivery.h"
#include "service/heartbeat.h"
#include "service/http.h"

struct bmc_hal {
    const struct hal_gpio *gpio;
    const struct hal_i2c *i2c;
    const struct hal_clock *clock;
    const struct hal_random *random;
    const struct hal_store *store;
    const struct hal_mac *mac;           /* NULL where there is none: agents are neither enrolled nor heard */
    const struct hal_ping *ping;         /* NULL where there is none: no node is heard to answer */
    const struct hal_firmware *firmware; /* NULL where it runs outside of the slots: it is not updated */
    enum hal_reset_cause reset_cause;
    uint32_t password_iterations; /* PBKDF2 rounds for new passwords */
};

struct bmc {
    struct core core;
    struct bmc_hal hal;
    struct ina3221 sensor[BOARD_INA3221_COUNT];
    struct power_pins_driver pins[NODE_COUNT];
    uint64_t sample_ms; /* next sampling */
    uint64_t pins_done_ms;
    uint8_t sensor_failures[BOARD_INA3221_COUNT]; /* in a row */
    bool sensor_said_lost[BOARD_INA3221_COUNT];
    bool link_known;
    struct crash crash;                       /* on its way into the store */
    enum defaults_kind defaults;              /* carried out at this start, and not yet done */
    bool defaults_failed;                     /* the store refused to forget something */
    enum health_state told_state[NODE_COUNT]; /* as last logged */
    bool sign_in_answered;                    /* the port has seen it, see bmc_sign_in_answered() */
    uint64_t ping_next_ms;                    /* next requests */
    uint64_t ping_ms[NODE_COUNT];             /* when it last answered; 0: never */
    uint8_t ping_awaited;                     /* mask: asked, not answered */
    struct button button;                     /* BOOT */
    struct screen screen;
    struct ssd1306 display;
    uint64_t display_ms;       /* when to look for it, or after it, again */
    uint32_t display_retry_ms; /* how long one that fails is left alone */
    bool pads_valid[NODE_COUNT];
    struct power_pins pads[NODE_COUNT];
};

/* Adopts the board. 0, or a negative hal_error when not even pins can be read: then nothing was driven. */
int bmc_start(struct bmc *bmc, const struct bmc_hal *hal);
/* Ends a reset to defaults, if one was carried out at the start: the port has forgotten its own part (bmc->defaults says which)
 * and nobody has been served yet. 0, or the store's error: then it will be carried out again at the next start. */
int bmc_defaults_done(struct bmc *bmc);
/* True on a fresh board: there is no account. The port then hashes core.setup_code, or a password it was given, and seeds admin
 * with it. */
bool bmc_is_fresh(const struct bmc *bmc);
/* Makes the account admin on a fresh board; on a board with accounts it does nothing. must_change: the password is the setup
 * code, good only to set another one. 0 or the store's error. */
int bmc_seed_admin(struct bmc *bmc, const struct password_hash *hash, bool must_change);
/* One turn of the loop. Returns when to come back at the latest, monotonic milliseconds. */
uint64_t bmc_step(struct bmc *bmc);
/* One step of an exchange, with the duties that belong under the lock done. Returns DONE, PART, DERIVE, CERTIFY, WAIT,
 * STREAM or MORE. */
enum http_next bmc_http(struct bmc *bmc, struct http_exchange *x);
/* The exchange's connection has gone: what it had under way is given up. Whatever it was, and also once it is answered. */
void bmc_http_gone(struct bmc *bmc, struct http_exchange *x);
/* True while the running firmware is on trial and nobody has seen its sign-in answer: then the port signs in to itself as a
 * stranger, over its own network and TLS, and tells when it was refused as it should be. */
bool bmc_wants_sign_in(const struct bmc *bmc);
void bmc_sign_in_answered(struct bmc *bmc);
/* A datagram that arrived at the netconsole port. address: IPv4 of the sender; strangers are dropped. */
void bmc_netconsole(struct bmc *bmc, const uint8_t address[4], const uint8_t *data, size_t size);
/* A datagram that arrived at the agents' port, with its sender's address (IPv4 as ::ffff:a.b.c.d). Returns the size of the answer
 * to send back to where it came from, 0: none. What a wrong one costs is bounded, see core/agent.h. */
size_t bmc_heartbeat(struct bmc *bmc, const uint8_t address[16], const uint8_t *data, size_t size,
                     uint8_t answer[HEARTBEAT_ANSWER_MAX]);
/* The next delivery to a listener, with its headers; false when there is none before *wake_ms or a new entry of the log. Each one
 * handed out must come back through bmc_delivered(); problem: NULL when the listener took it, else why not. */
bool bmc_delivery(struct bmc *bmc, struct delivery *delivery, uint64_t *wake_ms);
void bmc_delivered(struct bmc *bmc, const struct delivery *delivery, const char *problem);
/* The port ends in order: what was delivered is stored, so that nothing comes twice. */
void bmc_deliveries_end(struct bmc *bmc);
/* The management link as the port sees it. */
void bmc_link(struct bmc *bmc, bool up);

#endif
