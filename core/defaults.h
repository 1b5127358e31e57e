/* SPDX-License-Identifier: Apache-2.0
 * defaults - the order to forget what the owner has set, as one small record. It is stored first and erased last: while it is in
 * the store, whoever starts goes on forgetting (bmc/defaults.h), so a power cut leaves the old state or the new one. Power
 * journals are never forgotten: no node notices. */
#ifndef CORE_DEFAULTS_H
#define CORE_DEFAULTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DEFAULTS_KEY         "defaults"
#define DEFAULTS_RECORD_SIZE 8

/* Manager.ResetToDefaults. Stored by number. */
enum defaults_kind {
    DEFAULTS_NONE = 0,
    DEFAULTS_ALL, /* as delivered: accounts, settings, agents, subscriptions, certificate, event log, crash texts */
    DEFAULTS_PRESERVE_NETWORK_AND_USERS, /* settings and subscriptions, but for host name, NTP, SSDP and how accounts lock */
    DEFAULTS_KIND_COUNT
};

/* "ResetAll"; NULL for DEFAULTS_NONE. */
const char *defaults_name(enum defaults_kind kind);
/* DEFAULTS_NONE when unknown. */
enum defaults_kind defaults_from_name(const char *name);
size_t defaults_encode(enum defaults_kind kind, uint8_t record[DEFAULTS_RECORD_SIZE]);
/* DEFAULTS_NONE when the bytes are no such order. */
enum defaults_kind defaults_decode(const uint8_t *record, size_t size);

#endif
