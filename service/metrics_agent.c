/* SPDX-License-Identifier: Apache-2.0
 * What the nodes' agents report, as metrics. A value that no longer holds is no sample. */
#include "service/metrics_family.h"
#include "service/redfish/node_report.h"

/* The report while it holds, when it has the value. */
static const struct agent_report *told(const struct core *core, unsigned node, uint32_t bit) {
    const struct agent_report *now = node_report_now(core, node);
    return now && (now->has & bit) ? now : NULL;
}

/* ---- of a node ---- */

static bool cpu_celsius(const struct core *core, unsigned index, int64_t *thousandths) {
    const struct agent_report *now = told(core, index, AGENT_HAS_CPU_TEMPERATURE);
    if (now) *thousandths = now->cpu_deci_c * 100;
    return now != NULL;
}

static bool nvme_celsius(const struct core *core, unsigned index, int64_t *thousandths) {
    const struct agent_report *now = told(core, index, AGENT_HAS_NVME_TEMPERATURE);
    if (now) *thousandths = now->nvme_deci_c * 100;
    return now != NULL;
}

static bool nvme_used(const struct core *core, unsigned index, int64_t *thousandths) {
    const struct agent_report *now = told(core, index, AGENT_HAS_NVME_WEAR);
    if (now) *thousandths = now->nvme_wear_percent * 10;
    return now != NULL;
}

static bool fan_rpm(const struct core *core, unsigned index, int64_t *thousandths) {
    const struct agent_report *now = told(core, index, AGENT_HAS_FAN_RPM);
    if (now) *thousandths = METRICS_WHOLE(now->fan_rpm);
    return now != NULL;
}

static bool fan_duty(const struct core *core, unsigned index, int64_t *thousandths) {
    const struct agent_report *now = told(core, index, AGENT_HAS_FAN_DUTY);
    if (now) *thousandths = (now->fan_duty * 1000 + 127) / 255;
    return now != NULL;
}

static bool load(const struct core *core, unsigned index, int64_t *thousandths) {
    const struct agent_report *now = told(core, index, AGENT_HAS_LOAD);
    if (now) *thousandths = now->load_centi * 10;
    return now != NULL;
}

static bool undervoltage(const struct core *core, unsigned index, int64_t *thousandths) {
    const struct agent_report *now = told(core, index, AGENT_HAS_THROTTLED);
    if (now) *thousandths = METRICS_WHOLE(now->throttled & 1);
    return now != NULL;
}

/* ---- of a node's network ---- */

static const struct agent_interface *interface(const struct core *core, unsigned index) {
    const struct agent_report *now = node_report_now(core, index / NETWORK_COUNT);
    const struct agent_interface *it = now ? &now->interface[index % NETWORK_COUNT] : NULL;
    return it && it->known ? it : NULL;
}

/* Goes on while nothing comes: that is what it is looked at for. */
static bool seen(const struct core *core, unsigned index, int64_t *thousandths) {
    uint64_t seen_ms = core->agent[index / NETWORK_COUNT].link[index % NETWORK_COUNT].seen_ms;
    *thousandths = seen_ms < core->now_ms ? (int64_t)(core->now_ms - seen_ms) : 0;
    return seen_ms != 0;
}

static bool network_up(const struct core *core, unsigned index, int64_t *thousandths) {
    const struct agent_interface *it = interface(core, index);
    if (it) *thousandths = METRICS_WHOLE(it->up);
    return it != NULL;
}

static bool network_speed(const struct core *core, unsigned index, int64_t *thousandths) {
    const struct agent_interface *it = interface(core, index);
    if (it) *thousandths = METRICS_WHOLE(it->speed_mbps) * 1000000 / 8;
    return it && it->up && it->speed_mbps;
}

static bool carrier_changes(const struct core *core, unsigned index, int64_t *thousandths) {
    const struct agent_interface *it = interface(core, index);
    if (it) *thousandths = METRICS_WHOLE(it->carrier_changes);
    return it != NULL;
}

static bool network_errors(const struct core *core, unsigned index, int64_t *thousandths) {
    const struct agent_interface *it = interface(core, index);
    if (it) *thousandths = METRICS_WHOLE((uint64_t)it->receive_errors + it->transmit_errors);
    return it != NULL;
}

const struct metrics_family metrics_agent_families[] = {
    {"super4c_node_cpu_celsius", METRICS_GAUGE, OF_NODE, cpu_celsius, "Temperature of a node's processor."},
    {"super4c_node_load1", METRICS_GAUGE, OF_NODE, load, "Load average of one minute."},
    {"super4c_node_undervoltage", METRICS_GAUGE, OF_NODE, undervoltage, "Whether the node itself sees too low a supply."},
    {"super4c_node_fan_rpm", METRICS_GAUGE, OF_NODE, fan_rpm, "Revolutions of a node's fan per minute."},
    {"super4c_node_fan_duty_ratio", METRICS_GAUGE, OF_NODE, fan_duty, "What the fan is driven with."},
    {"super4c_node_nvme_celsius", METRICS_GAUGE, OF_NODE, nvme_celsius, "Temperature of a node's NVMe drive."},
    {"super4c_node_nvme_used_ratio", METRICS_GAUGE, OF_NODE, nvme_used, "Used of what the drive is made to endure."},
    {"super4c_node_agent_age_seconds", METRICS_GAUGE, OF_NETWORK, seen, "Time since the agent last reported over a network."},
    {"super4c_node_network_up", METRICS_GAUGE, OF_NETWORK, network_up, "Whether the interface has a link."},
    {"super4c_node_network_speed_bytes", METRICS_GAUGE, OF_NETWORK, network_speed, "Speed of the link, per second."},
    {"super4c_node_network_carrier_changes", METRICS_COUNTER, OF_NETWORK, carrier_changes, "Times the link came or went."},
    {"super4c_node_network_errors", METRICS_COUNTER, OF_NETWORK, network_errors, "Packets lost to errors, both ways."},
};
const size_t metrics_agent_family_count = sizeof metrics_agent_families / sizeof metrics_agent_families[0];
