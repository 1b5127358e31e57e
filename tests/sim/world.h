/* SPDX-License-Identifier: Apache-2.0
 * world - the whole board and its firmware as one deterministic program: the twin's physics, the controller, a store in memory
 * and a clock that only this file moves. Every call of the firmware into its hardware takes time and may be its last: the fuse
 * ends the controller inside any pin write, bus transfer or store write, as a crash would. Same seed, same trace. */
#ifndef TESTS_SIM_WORLD_H
#define TESTS_SIM_WORLD_H

#include <setjmp.h>

#include "bmc/bmc.h"
#include "twin/board.h"

#define WORLD_STORE_COUNT 320 /* 256 log slots and some 20 other keys */

struct world_value {
    char key[HAL_STORE_KEY_MAX + 1]; /* empty: free */
    uint8_t value[HAL_STORE_VALUE_MAX];
    size_t size;
};

enum world_store_fate {
    STORE_FINE = 0,
    STORE_CUT_BEFORE, /* power goes before the write reached the medium */
    STORE_CUT_AFTER,  /* ... after it did, but before the firmware learnt of it */
};

struct world {
    uint64_t now_us;
    uint64_t random;
    bool running;        /* firmware is alive */
    uint32_t fuse;       /* hardware calls until the firmware dies; 0 = no fuse */
    uint32_t store_fuse; /* store writes until it dies; 0 = no fuse */
    enum world_store_fate store_fate;
    uint32_t store_write_count;
    bool store_full;     /* every write is refused */
    uint32_t put_us_max; /* a write takes up to so long */
    uint32_t death_count, call_count;
    jmp_buf death;
    struct world_value store[WORLD_STORE_COUNT];
    struct twin_board board;
    struct hal_gpio twin_gpio, gpio;
    struct hal_i2c twin_i2c, i2c;
    struct hal_clock clock;
    struct hal_random chance;
    struct hal_store hal_store;
    const struct hal_firmware *firmware; /* NULL: it runs outside of slots */
    struct bmc bmc;
    void (*watch)(struct world *world, void *ctx); /* called after every instant something may have changed */
    void *watch_ctx;
};

/* Large: keep it static. */
void world_init(struct world *world, uint64_t seed);
uint32_t world_random(struct world *world, uint32_t below);
/* The firmware starts (or starts again). False when it died within. */
bool world_boot(struct world *world);
/* The firmware is stopped dead, as by SIGKILL or a watchdog; its pads go by the hold rules. */
void world_kill(struct world *world, enum hal_reset_cause cause);
/* Lets time pass with the firmware at work. When it dies, it is started again after restart_ms. */
void world_run_ms(struct world *world, uint64_t ms, uint32_t restart_ms);
/* Gives an order as a user would; the refusal or POWER_ACCEPTED. */
enum power_refusal world_order(struct world *world, enum power_act act, uint8_t node_mask, uint32_t *task_id);
/* Number of log entries with this code; the latest of them into *entry when not NULL. */
unsigned world_logged(const struct world *world, enum event_code code, struct eventlog_entry *entry);
/* A hash over every edge and every log entry so far. */
uint64_t world_trace(const struct world *world);

#endif
