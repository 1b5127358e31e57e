/* SPDX-License-Identifier: Apache-2.0
 * node_model - one CM5 slot: whether its module runs, what it draws, how warm it is and what its kernel says. Two kinds: a model
 * lives its whole life here; an external node (a real kernel) is started and killed here, and whoever runs it reports what became
 * of it. It never touches a rail or a pin; the board tells it of both. A restart of the controller means nothing to it. */
#ifndef TWIN_NODE_MODEL_H
#define TWIN_NODE_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum twin_node_kind { TWIN_NODE_MODEL = 0, TWIN_NODE_EXTERNAL };

enum twin_node_state {
    TWIN_NODE_EMPTY = 0, /* no module in the slot */
    TWIN_NODE_OFF,       /* no supply, or PMIC_ENABLE low */
    TWIN_NODE_BOOTING,
    TWIN_NODE_UP,
    TWIN_NODE_HUNG,
    TWIN_NODE_PANICKED,
    TWIN_NODE_HALTED, /* powered, shut down by itself */
    TWIN_NODE_STATE_COUNT
};

enum twin_node_action {
    TWIN_NODE_HANG = 0,
    TWIN_NODE_PANIC,
    TWIN_NODE_HALT,
    TWIN_NODE_PULL,
    TWIN_NODE_INSERT,
    TWIN_NODE_ACTION_COUNT
};

enum twin_node_refusal {
    TWIN_NODE_OK = 0,
    TWIN_NODE_NOT_RUNNING = -1, /* only a booting or running node can hang, panic or halt */
    TWIN_NODE_SLOT_EMPTY = -2,
    TWIN_NODE_SLOT_FULL = -3,
    TWIN_NODE_NO_SUCH = -4, /* node or action */
};

#define TWIN_BOOT_ID_SIZE 37 /* UUID text and its terminator */

struct twin_node_config {
    enum twin_node_kind kind;
    bool empty; /* no module at the start */
    bool no_nvme;
    uint32_t boot_ms;        /* of a model, from supply to "up" */
    int32_t channel_idle_ma; /* the channel without a running host: NIC, hub, converters */
    int32_t channel_busy_ma; /* what NVMe and 2.5G NIC take on top while a module runs */
};

/* What a node does to the outside. Must not call back into the board. */
struct twin_node_events {
    void *ctx;
    /* Kernel words as one netconsole datagram (model nodes). node: from 0. */
    void (*netconsole)(void *ctx, unsigned node, const char *data, size_t size);
    /* An external node's supply came or went: start it, or kill it as the power does. */
    void (*power)(void *ctx, unsigned node, bool on);
};

struct twin_node {
    struct twin_node_config config;
    const struct twin_node_events *events;
    unsigned index;
    uint64_t seed;
    enum twin_node_state state;
    bool supplied;      /* the module's regulators run */
    uint64_t cut_us;    /* PMIC_ENABLE was low long enough by then; UINT64_MAX while it is high */
    uint64_t state_us;  /* when state began */
    uint64_t start_us;  /* when the kernel was started */
    uint64_t uptime_us; /* external: as the kernel said last; model: frozen when it stopped */
    uint32_t boot_count;
    unsigned boot_line; /* next line of the boot text */
    char boot_id[TWIN_BOOT_ID_SIZE];
    double temperature_c; /* at temperature_us */
    uint64_t temperature_us;
};

/* What a person at the board could see of it. */
struct twin_node_view {
    enum twin_node_kind kind;
    enum twin_node_state state;
    uint32_t boot_count;
    uint64_t uptime_us;     /* 0 while off */
    const char *boot_id;    /* "" before the first boot, and until a real kernel has reported its own */
    int32_t temperature_mc; /* millidegrees Celsius */
    int32_t fan_rpm;
    bool nvme_present, nvme_powered;
    int32_t nvme_temperature_mc;
    int32_t eth0_mbps, eth1_mbps; /* 0: no link */
};

struct twin_node_config twin_node_config_default(enum twin_node_kind kind);
void twin_node_init(struct twin_node *node, unsigned index, const struct twin_node_config *config, uint64_t seed,
                    const struct twin_node_events *events, uint64_t now_us);
/* The rail's and the pin's present state; call at every change and whenever twin_node_next_us() is due. */
void twin_node_step(struct twin_node *node, bool rail_good, bool pmic_high, uint64_t now_us);
uint64_t twin_node_next_us(const struct twin_node *node);
/* For an external node HANG, PANIC and HALT are only judged; whoever runs it carries them out and reports. */
int twin_node_act(struct twin_node *node, enum twin_node_action action, uint64_t now_us);
void twin_node_report(struct twin_node *node, enum twin_node_state state, uint64_t now_us);
void twin_node_report_kernel(struct twin_node *node, const char *boot_id, uint64_t uptime_us);

/* What the rail delivers to the slot while its converter runs. */
int32_t twin_node_ma(const struct twin_node *node, uint64_t now_us);
struct twin_node_view twin_node_view(const struct twin_node *node, bool rail_good, uint64_t now_us);
const char *twin_node_state_name(enum twin_node_state state);
const char *twin_node_refusal_text(int refusal);

#endif
