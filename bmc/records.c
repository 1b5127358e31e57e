/* SPDX-License-Identifier: Apache-2.0 */
#include "bmc/records.h"

#include <stdio.h>
#include <string.h>

#include "bmc/agents.h"
#include "bmc/care.h"
#include "bmc/defaults.h"
#include "bmc/listeners.h"
#include "core/bytes.h"
#include "core/check.h"
#include "hal/errors.h"

/* Keys: "settings", "acct0".., "ev0".., "log.base", "node1".., "crash1".. (crash.h), "setup", "uuid", "defaults";
 * those of agents.h and listeners.h. */

_Static_assert(CRASH_RECORD_SIZE <= HAL_STORE_VALUE_MAX, "a crash text must fit one value of the store");
_Static_assert(SETTINGS_RECORD_SIZE <= HAL_STORE_VALUE_MAX, "so must the settings");

void records_key(char key[RECORD_KEY_SIZE], const char *prefix, unsigned number) {
    snprintf(key, RECORD_KEY_SIZE, "%s%u", prefix, number);
}

/* ---- reading ---- */

static void discarded(struct bmc *bmc, const char *key) {
    struct event event = event_make(EVENT_RECORD_DISCARDED, 0, key);
    core_log(&bmc->core, &event);
}

/* Size of the value, 0 when there is none or it cannot be read. */
static size_t get(struct bmc *bmc, const char *key, uint8_t *out, size_t size) {
    int error = bmc->hal.store->get(bmc->hal.store->ctx, key, out, &size);
    if (error && error != HAL_ERR_NOT_FOUND) discarded(bmc, key);
    return error ? 0 : size;
}

static void load_log(struct bmc *bmc) {
    struct eventlog *log = &bmc->core.log;
    eventlog_init(log);
    uint8_t record[EVENTLOG_RECORD_SIZE], base[4];
    for (unsigned slot = 0; slot < EVENTLOG_ENTRY_COUNT; slot++) {
        char key[RECORD_KEY_SIZE];
        records_key(key, "ev", slot);
        size_t size = sizeof record;
        /* An unreadable entry is skipped in silence: to log it would overwrite another one. */
        if (bmc->hal.store->get(bmc->hal.store->ctx, key, record, &size) == HAL_OK) eventlog_load(log, slot, record, size);
    }
    size_t size = sizeof base;
    uint32_t base_sequence = 0;
    if (bmc->hal.store->get(bmc->hal.store->ctx, "log.base", base, &size) == HAL_OK && size == sizeof base) {
        struct bytes_reader reader = bytes_reader(base, size);
        base_sequence = bytes_get_u32(&reader);
    }
    eventlog_loaded(log, base_sequence);
}

static void load_settings(struct bmc *bmc) {
    struct settings settings = settings_default();
    uint8_t record[SETTINGS_RECORD_SIZE];
    size_t size = get(bmc, "settings", record, sizeof record);
    if (size && !settings_decode(&settings, record, size)) discarded(bmc, "settings");
    core_apply_settings(&bmc->core, &settings);
}

static void load_accounts(struct bmc *bmc) {
    for (unsigned slot = 0; slot < ACCOUNT_COUNT; slot++) {
        char key[RECORD_KEY_SIZE];
        uint8_t record[ACCOUNT_RECORD_SIZE];
        records_key(key, "acct", slot);
        size_t size = get(bmc, key, record, sizeof record);
        if (size && !accounts_load(&bmc->core.accounts, slot, record, size)) discarded(bmc, key);
    }
}

/* The texts stay in the store; here each is seen to be whole. */
static void find_crashes(struct bmc *bmc, unsigned index) {
    for (unsigned slot = 0; slot < CRASH_COUNT; slot++) {
        uint8_t *record = bmc->crash.record;
        char key[CRASH_KEY_SIZE];
        struct crash_view view;
        crash_key(key, index, slot);
        size_t size = get(bmc, key, record, CRASH_RECORD_SIZE);
        if (size == 0) continue;
        if (crash_decode(&view, record, size))
            crash_found(&bmc->core.crashes[index], slot, view.number);
        else
            discarded(bmc, key);
    }
}

static void random_bytes(struct bmc *bmc, uint8_t *out, size_t size) {
    int error = bmc->hal.random->fill(bmc->hal.random->ctx, out, size);
    CHECK(error == HAL_OK); /* without chance there are no secrets, and nothing may be served */
}

static void load_uuid(struct bmc *bmc) {
    char *uuid = bmc->core.uuid;
    size_t length = sizeof bmc->core.uuid - 1;
    if (get(bmc, "uuid", (uint8_t *)uuid, length) == length) {
        uuid[length] = '\0';
        return;
    }
    uint8_t r[16];
    random_bytes(bmc, r, sizeof r);
    r[6] = (uint8_t)(0x40 | (r[6] & 0x0f)); /* RFC 4122, 4.4: version 4, variant 1 */
    r[8] = (uint8_t)(0x80 | (r[8] & 0x3f));
    snprintf(uuid, length + 1, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", r[0], r[1], r[2], r[3],
             r[4], r[5], r[6], r[7], r[8], r[9], r[10], r[11], r[12], r[13], r[14], r[15]);
    records_put(bmc, "uuid", (const uint8_t *)uuid, length);
}

static bool setup_done(const struct bmc *bmc) {
    for (unsigned i = 0; i < ACCOUNT_COUNT; i++) {
        const struct account *account = &bmc->core.accounts.slot[i];
        if (account->name[0] && !account->must_change) return true;
    }
    return false;
}

/* The code stays the same until it is used, so that it can be read from the console at any time. */
static void load_setup_code(struct bmc *bmc) {
    static const char alphabet[] = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"; /* without I, O, 0 and 1, which people confuse */
    char *code = bmc->core.setup_code;
    size_t length = SETUP_CODE_SIZE - 1;
    bool stored = get(bmc, "setup", (uint8_t *)code, length) == length;
    code[stored ? length : 0] = '\0';
    if (stored && setup_done(bmc)) { /* power went between setting the password and forgetting the code */
        code[0] = '\0';
        (void)bmc->hal.store->erase(bmc->hal.store->ctx, "setup"); /* tried again at the next start */
    }
    if (stored || !accounts_empty(&bmc->core.accounts)) return;
    uint8_t random[SETUP_CODE_SIZE - 1];
    random_bytes(bmc, random, sizeof random);
    for (size_t i = 0; i < length; i++) code[i] = i == length / 2 ? '-' : alphabet[random[i] % 32];
    code[length] = '\0';
    records_put(bmc, "setup", (const uint8_t *)code, length);
}

void records_load(struct bmc *bmc) {
    uint8_t decoy_salt[PASSWORD_SALT_SIZE];
    random_bytes(bmc, decoy_salt, sizeof decoy_salt);
    load_log(bmc); /* first: what the others have to say goes into it */
    sessions_init(&bmc->core.sessions, 0);
    accounts_init(&bmc->core.accounts, bmc->hal.password_iterations, decoy_salt);
    defaults_carry_out(bmc); /* before what it forgets is loaded */
    listeners_load(bmc);
    load_settings(bmc);
    load_accounts(bmc);
    agents_load(bmc);
    care_begin(bmc);
    load_uuid(bmc);
    load_setup_code(bmc);
    for (unsigned i = 0; i < NODE_COUNT; i++) find_crashes(bmc, i);
}

const uint8_t *records_load_power(struct bmc *bmc, unsigned index, uint8_t buffer[POWER_RECORD_SIZE]) {
    char key[RECORD_KEY_SIZE];
    records_key(key, "node", index + 1);
    size_t size = get(bmc, key, buffer, POWER_RECORD_SIZE);
    if (size && size != POWER_RECORD_SIZE) discarded(bmc, key);
    return size == POWER_RECORD_SIZE ? buffer : NULL;
}

/* ---- writing ---- */

static const char *store_error_text(int error) {
    switch (error) {
    case HAL_ERR_FULL:
        return "it is full";
    case HAL_ERR_TOO_LARGE:
        return "the value is too large";
    default:
        return "an input/output error";
    }
}

bool records_put(struct bmc *bmc, const char *key, const uint8_t *value, size_t size) {
    int error = bmc->hal.store->put(bmc->hal.store->ctx, key, value, size);
    if (error && !bmc->core.store_failing) {
        struct event event = event_make(EVENT_STORE_FAILED, 0, store_error_text(error));
        core_log(&bmc->core, &event);
    }
    bmc->core.store_failing = error != HAL_OK;
    return error == HAL_OK;
}

bool records_save_power(struct bmc *bmc, unsigned index) {
    char key[RECORD_KEY_SIZE];
    uint8_t record[POWER_RECORD_SIZE];
    records_key(key, "node", index + 1);
    power_record(&bmc->core.power, index, record);
    return records_put(bmc, key, record, sizeof record);
}

bool records_save_settings(struct bmc *bmc) {
    uint8_t record[SETTINGS_RECORD_SIZE];
    size_t size = settings_encode(&bmc->core.settings, record);
    return records_put(bmc, "settings", record, size);
}

void records_save_crash(struct bmc *bmc, unsigned index) {
    struct crash_index *crashes = &bmc->core.crashes[index];
    char key[CRASH_KEY_SIZE];
    unsigned slot = crash_next(crashes, &bmc->crash.number);
    crash_key(key, index, slot);
    crash_seal(&bmc->crash);
    if (records_put(bmc, key, bmc->crash.record, sizeof bmc->crash.record)) crash_found(crashes, slot, bmc->crash.number);
}

void records_save_log(struct bmc *bmc) {
    unsigned slot;
    uint8_t record[EVENTLOG_RECORD_SIZE];
    /* The bound: a refused write logs one event of its own at the most. */
    for (unsigned i = 0; i <= EVENTLOG_ENTRY_COUNT && eventlog_unsaved(&bmc->core.log, &slot, record); i++) {
        char key[RECORD_KEY_SIZE];
        records_key(key, "ev", slot);
        records_put(bmc, key, record, sizeof record);
        eventlog_saved(&bmc->core.log);
    }
}
