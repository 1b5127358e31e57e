/* SPDX-License-Identifier: Apache-2.0
 * script - what the firmware writes in a busy hour, shortened: events, power journals, settings, accounts, a crash text, an
 * erased key. Each value tells by all its bytes which key and which version it is, so that a mixture of two is seen. */
#ifndef TESTS_STORE_SCRIPT_H
#define TESTS_STORE_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hal/store.h"

#define SCRIPT_STEP_COUNT  140 /* enough for the log to be folded into the database on its own, at STORE_CHECKPOINT_PAGES */
#define SCRIPT_REOPEN_STEP 100 /* before this step the store is closed and opened, as by a clean restart */
#define SCRIPT_KEY_COUNT   16

/* The step's key (index into script_keys) and the version it writes; version counts a key's steps from 1. */
struct script_step {
    unsigned key;
    unsigned version;
    bool erase;
};

struct script_step script_step(unsigned index);
const char *script_key_name(unsigned key);
/* The value of a version. Returns its size. */
size_t script_value(unsigned key, unsigned version, uint8_t out[HAL_STORE_VALUE_MAX]);
/* Carries out one step. 0 or a hal_error. */
int script_run(const struct hal_store *store, unsigned index);

#endif
