/* SPDX-License-Identifier: Apache-2.0
 * settings - what the owner has chosen, as one value: read whole, checked whole, written whole, so a cut leaves the old or the
 * new. Pure: settings_encode() yields the record, the caller stores it and only then replaces its copy. */
#ifndef CORE_SETTINGS_H
#define CORE_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/agent.h"
#include "core/limits.h"

/* What a node shall boot from, in the words of ComputerSystem.Boot. The hardware cannot make a CM5 obey: it is kept for whoever
 * asks and, once the node has an agent, handed to it. Stored by number. */
enum boot_override { BOOT_DISABLED = 0, BOOT_ONCE, BOOT_CONTINUOUS, BOOT_OVERRIDE_COUNT };
enum boot_target { BOOT_NONE = 0, BOOT_PXE, BOOT_CD, BOOT_USB, BOOT_HDD, BOOT_SD_CARD, BOOT_BIOS_SETUP, BOOT_TARGET_COUNT };

/* How a part shows where it is: on the page and the display. Stored by number. */
enum locate { LOCATE_OFF = 0, LOCATE_LIT, LOCATE_BLINKING, LOCATE_COUNT };

/* What is done for a node that cannot help itself. Kernel words over netconsole are not authenticated: without an agent they
 * would let anybody on the service network have a node restarted, so by default it is then only told. Stored by number. */
enum recovery_policy { POLICY_AUTOMATIC = 0, POLICY_OFF, POLICY_NOTIFY, POLICY_FULL, POLICY_COUNT };

struct node_settings {
    char label[NODE_LABEL_SIZE];         /* the owner's AssetTag, UTF-8, may be empty */
    uint8_t restore;                     /* enum power_restore */
    uint16_t on_delay_s;                 /* 0..3600, before a rail is raised: by an order and after restored input power */
    uint16_t off_delay_s, cycle_delay_s; /* 0..3600, see ComputerSystem PowerOffDelaySeconds and PowerCycleDelaySeconds */
    uint8_t service_address[4];          /* IPv4 on the service network, from which netconsole arrives; 0.0.0.0 = none */
    uint8_t boot_override, boot_target;
    bool boot_uefi;             /* BootSourceOverrideMode UEFI, else Legacy */
    uint8_t recovery;           /* enum recovery_policy */
    uint16_t maintenance_min;   /* MaintenanceMinutes as set last; 0: none */
    uint32_t maintenance_end_s; /* when that ends, seconds of Unix time; 0 while the clock was not set */
    bool protect;               /* recovery, cooling and a rolling restart never cut it */
    uint8_t fan_point_count;    /* 0: the kernel sets the fan */
    struct agent_fan_point fan_point[AGENT_FAN_POINT_COUNT];
    uint8_t locate; /* enum locate */
};

struct settings {
    char host_name[HOST_NAME_SIZE]; /* RFC 1123 label */
    uint32_t session_timeout_s;     /* 30..86400, the range of Redfish SessionTimeout */
    uint16_t lockout_threshold;     /* 0..100 */
    uint16_t lockout_base_s;        /* 1..3600 */
    struct node_settings node[NODE_COUNT];
    char board_label[NODE_LABEL_SIZE];
    uint8_t board_locate;
    bool ntp_enabled;
    char ntp_server[NTP_SERVER_COUNT][NTP_SERVER_SIZE]; /* host names or addresses; empty ones last */
    bool ssdp_enabled;
    uint8_t ssdp_ttl;          /* hops, 1..255 */
    uint16_t ssdp_notify_s;    /* 0 = only answers searches, else 60..65535 */
    uint8_t disruption_budget; /* 1..4 nodes that may be down at once by our hand */
    uint16_t input_watts;      /* what one input can deliver for long; 0: not known, no power budget */
};

#define SETTINGS_RECORD_SIZE 768

struct settings settings_default(void);
/* NULL when all is in range, else the Redfish name of the property at fault. */
const char *settings_problem(const struct settings *settings);
size_t settings_encode(const struct settings *settings, uint8_t record[SETTINGS_RECORD_SIZE]);
/* False when the bytes are no valid settings; *settings is not touched then. */
bool settings_decode(struct settings *settings, const uint8_t *record, size_t size);

#endif
