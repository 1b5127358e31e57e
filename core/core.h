/* SPDX-License-Identifier: Apache-2.0
 * core - the whole of what the controller knows, as one value without pointers. bmc/ owns it and feeds it; service/ reads it and
 * changes it only through the functions of its parts. */
#ifndef CORE_CORE_H
#define CORE_CORE_H

#include "core/accounts.h"
#include "core/agent.h"
#include "core/console.h"
#include "core/cooling.h"
#include "core/counters.h"
#include "core/crash.h"
#include "core/drive.h"
#include "core/energy.h"
#include "core/eventlog.h"
#include "core/health.h"
#include "core/history.h"
#include "core/inputs.h"
#include "core/links.h"
#include "core/lockout.h"
#include "core/network.h"
#include "core/power.h"
#include "core/recovery.h"
#include "core/rolling.h"
#include "core/sessions.h"
#include "core/settings.h"
#include "core/subscriptions.h"
#include "core/test_event.h"
#include "core/update.h"

struct core_limits {
    struct power_limits power;
    struct input_limits inputs;
    struct health_limits health;
    struct recovery_limits recovery;
    struct rolling_limits rolling;
    struct cooling_limits cooling;
    struct links_limits links;
    struct drive_limits drive;
};

/* As the port sees it, from time to time; 0: it cannot tell. */
struct memory_use {
    size_t resident_bytes, heap_free_bytes;
};

#define SETUP_CODE_SIZE 12 /* "XXXXX-XXXXX": 50 random bits, and the terminator */

struct core {
    struct power power;
    struct inputs inputs;
    struct health health[NODE_COUNT];
    struct console console[NODE_COUNT];
    struct agent agent[NODE_COUNT];
    struct baseline baseline[NODE_COUNT];
    struct cooling cooling[NODE_COUNT];
    struct cooling_limits cooling_limits;
    struct drive drive[NODE_COUNT];
    struct drive_limits drive_limits;
    struct links links[NODE_COUNT];
    struct recovery recovery;
    struct rolling rolling;
    uint64_t heard_ms; /* when anybody last asked over the network: it carries something */
    struct crash_index crashes[NODE_COUNT];
    struct rail_sample rail[NODE_COUNT];
    struct energy energy;
    struct eventlog log;
    struct counters counters;
    struct settings settings;
    struct accounts accounts;
    struct sessions sessions;
    struct lockout lockout;
    struct subscriptions subscriptions;
    struct test_event test_event;
    struct history history;
    struct update update;
    char setup_code[SETUP_CODE_SIZE]; /* not empty while it is the password of admin */
    char uuid[37];                    /* of this board, made once */
    struct memory_use memory;
    bool link_up; /* management network */
    struct network network;
    bool store_failing;
    bool restart_requested;   /* Manager.Reset: the port restarts once its answer is sent */
    uint64_t now_ms, wall_ms; /* of the latest step */
    uint64_t started_ms;
    uint32_t login_failures_unlogged;
    uint32_t login_log_tokens; /* see service/auth.c */
    uint64_t login_log_refill_ms;
    char started_cause[16]; /* hal_reset_cause in words */
};

/* Logs an event at the time of the latest step. */
void core_log(struct core *core, const struct event *event);
/* Begins or ends a node's maintenance as the settings have it; at start what is left of it. */
void core_maintain(struct core *core, unsigned index);
/* Makes settings true in every part that goes by them. They are checked and stored already. */
void core_apply_settings(struct core *core, const struct settings *settings);
/* The owner's delays of one node, for power_adopt(). */
struct power_delays core_power_delays(const struct settings *settings, unsigned index);
/* What is to be done for a node that cannot help itself: the owner's policy, Automatic made out. */
enum recovery_mode core_recovery_mode(const struct core *core, unsigned index);
/* A node that has started has used up its one-time boot override. True when the settings changed by that: the caller stores them.
 */
bool core_spend_boot_overrides(struct core *core);

#endif
