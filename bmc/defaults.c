/* SPDX-License-Identifier: Apache-2.0 */
#include "bmc/defaults.h"

#include "bmc/records.h"
#include "core/bytes.h"
#include "hal/errors.h"

static void erase(struct bmc *bmc, const char *key) {
    const struct hal_store *store = bmc->hal.store;
    if (store->erase(store->ctx, key) != HAL_OK) bmc->defaults_failed = true;
}

static void erase_each(struct bmc *bmc, const char *prefix, unsigned first, unsigned count) {
    for (unsigned i = 0; i < count; i++) {
        char key[RECORD_KEY_SIZE];
        records_key(key, prefix, first + i);
        erase(bmc, key);
    }
}

static enum defaults_kind read_order(const struct bmc *bmc) {
    const struct hal_store *store = bmc->hal.store;
    uint8_t record[DEFAULTS_RECORD_SIZE];
    size_t size = sizeof record;
    if (store->get(store->ctx, DEFAULTS_KEY, record, &size) != HAL_OK) return DEFAULTS_NONE;
    return defaults_decode(record, size);
}

/* The numbers of the entries go on: none comes twice, whatever a collector has kept. First the base, then the entries, as in
 * ClearLog. */
static void forget_log(struct bmc *bmc) {
    uint8_t record[4];
    struct bytes_writer base = bytes_writer(record, sizeof record);
    bytes_put_u32(&base, eventlog_clear(&bmc->core.log));
    if (!records_put(bmc, "log.base", record, base.used)) bmc->defaults_failed = true;
    erase_each(bmc, "ev", 0, EVENTLOG_ENTRY_COUNT);
}

/* What makes the controller reachable, and who may sign in and how, stays. */
static void forget_settings(struct bmc *bmc) {
    const struct hal_store *store = bmc->hal.store;
    struct settings kept, wanted = settings_default();
    uint8_t record[SETTINGS_RECORD_SIZE];
    size_t size = sizeof record;
    if (store->get(store->ctx, "settings", record, &size) != HAL_OK || !settings_decode(&kept, record, size)) return;
    text_copy(wanted.host_name, sizeof wanted.host_name, kept.host_name);
    wanted.session_timeout_s = kept.session_timeout_s;
    wanted.lockout_threshold = kept.lockout_threshold;
    wanted.lockout_base_s = kept.lockout_base_s;
    wanted.ntp_enabled = kept.ntp_enabled;
    for (unsigned i = 0; i < NTP_SERVER_COUNT; i++) text_copy(wanted.ntp_server[i], NTP_SERVER_SIZE, kept.ntp_server[i]);
    wanted.ssdp_enabled = kept.ssdp_enabled;
    wanted.ssdp_ttl = kept.ssdp_ttl;
    wanted.ssdp_notify_s = kept.ssdp_notify_s;
    for (unsigned i = 0; i < NODE_COUNT; i++)
        for (unsigned k = 0; k < sizeof kept.node[i].service_address; k++)
            wanted.node[i].service_address[k] = kept.node[i].service_address[k];
    if (!records_put(bmc, "settings", record, settings_encode(&wanted, record))) bmc->defaults_failed = true;
}

static void forget_all(struct bmc *bmc) {
    erase_each(bmc, "acct", 0, ACCOUNT_COUNT);
    erase(bmc, "setup");
    erase(bmc, "settings");
    erase_each(bmc, "crash", 1, NODE_COUNT * CRASH_COUNT);
    erase_each(bmc, "agent", 1, NODE_COUNT);
    forget_log(bmc);
}

void defaults_carry_out(struct bmc *bmc) {
    bmc->defaults = read_order(bmc);
    if (bmc->defaults == DEFAULTS_NONE) return;
    erase_each(bmc, "sub", 0, SUBSCRIPTION_COUNT);
    erase_each(bmc, "subh", 0, SUBSCRIPTION_COUNT); /* their secret headers */
    erase(bmc, "sub.next");
    if (bmc->defaults == DEFAULTS_ALL)
        forget_all(bmc);
    else
        forget_settings(bmc);
}

/* What the store refused to forget is tried again at the next start: the order stays. */
int bmc_defaults_done(struct bmc *bmc) {
    const struct hal_store *store = bmc->hal.store;
    enum defaults_kind kind = bmc->defaults;
    if (kind == DEFAULTS_NONE) return HAL_OK;
    int error = bmc->defaults_failed ? HAL_ERR_IO : store->erase(store->ctx, DEFAULTS_KEY);
    struct event event = event_make(EVENT_DEFAULTS_RESTORED, 0, defaults_name(kind));
    if (error) event = event_make(EVENT_STORE_FAILED, 0, "the reset to defaults is not complete");
    core_log(&bmc->core, &event);
    if (!error) bmc->defaults = DEFAULTS_NONE;
    return error;
}
