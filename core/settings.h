/* SPDX-License-Identifier: Apache-2.0
 * settings - what the owner has chosen, as one value: read whole, checked whole, written whole, so a cut leaves the old or the
 * new. Pure: settings_encode() yields the record, the caller stores it and only then replaces its copy. */
#ifndef CORE_SETTINGS_H
#define CORE_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/limits.h"

struct node_settings {
    char label[NODE_LABEL_SIZE]; /* the owner's AssetTag, UTF-8, may be empty */
    uint8_t restore;             /* enum power_restore */
    uint16_t on_delay_s;         /* after restored input power, 0..3600 */
    uint8_t service_address[4];  /* IPv4 on the service network, from which netconsole arrives; 0.0.0.0 = none */
};

struct settings {
    char host_name[HOST_NAME_SIZE]; /* RFC 1123 label */
    uint32_t session_timeout_s;     /* 30..86400, the range of Redfish SessionTimeout */
    uint16_t lockout_threshold;     /* 0..100 */
    uint16_t lockout_base_s;        /* 1..3600 */
    struct node_settings node[NODE_COUNT];
};

#define SETTINGS_RECORD_SIZE 256

struct settings settings_default(void);
/* NULL when all is in range, else the Redfish name of the property at fault. */
const char *settings_problem(const struct settings *settings);
size_t settings_encode(const struct settings *settings, uint8_t record[SETTINGS_RECORD_SIZE]);
/* False when the bytes are no valid settings; *settings is not touched then. */
bool settings_decode(struct settings *settings, const uint8_t *record, size_t size);

#endif
