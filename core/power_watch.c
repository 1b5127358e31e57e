/* SPDX-License-Identifier: Apache-2.0 */
#include "core/power_inside.h"

void power_watch_rail(struct power *power, unsigned index) {
    struct power_node *node = &power->node[index];
    const struct rail_sample *rail = &power->in.node[index].rail;
    bool unmoved = node->act == POWER_ACT_NONE || node->phase == PHASE_ASKING;
    bool expected = unmoved && node->drive.channel_on && power->in.now_ms >= power->watch_from_ms;
    if (!expected || !rail->valid || rail->taken_ms < node->changed_ms + power->limits.settle_ms) {
        if (!node->drive.channel_on) node->alarm_lost = false;
        return;
    }
    if (!node->alarm_lost && rail->mv < power->limits.lost_mv) {
        node->alarm_lost = true;
        struct event event = event_make(EVENT_RAIL_LOST, (uint8_t)(index + 1), NULL);
        event.arg[0] = rail->mv;
        power_queue_event(power, event);
    } else if (node->alarm_lost && rail->mv >= power->limits.good_mv) {
        node->alarm_lost = false;
        node->on_since_ms = node->drive.module_on ? power->in.now_ms : 0;
        if (node->drive.module_on) power_note_start(power, index, POWER_RESET_UNEXPLAINED);
        struct event event = event_make(EVENT_RAIL_RETURNED, (uint8_t)(index + 1), NULL);
        event.arg[0] = rail->mv;
        power_queue_event(power, event);
    }
}

void power_watch_pads(struct power *power, unsigned index) {
    static const char *const names[2][NODE_COUNT] = {
        {"CM5_1_PMIC_ENABLE", "CM5_2_PMIC_ENABLE", "CM5_3_PMIC_ENABLE", "CM5_4_PMIC_ENABLE"},
        {"BMC_PSU1", "BMC_PSU2", "BMC_PSU3", "BMC_PSU4"}};
    struct power_node *node = &power->node[index];
    const struct power_node_in *in = &power->in.node[index];
    bool module_differs = in->pads.module_on != node->drive.module_on;
    bool channel_differs = in->pads.channel_on != node->drive.channel_on;
    /* PMIC_ENABLE is pulled up by the module itself: on a dead rail a released pad reads low, and that is no fault of the pin. */
    if (node->drive.module_on && in->rail.mv < power->limits.lost_mv) module_differs = false;
    if (!in->pads_valid || (!module_differs && !channel_differs)) {
        node->mismatch_since_ms = 0;
        if (in->pads_valid) node->alarm_pin = false;
        return;
    }
    if (node->mismatch_since_ms == 0) node->mismatch_since_ms = power->in.now_ms;
    if (node->alarm_pin || power->in.now_ms < node->mismatch_since_ms + power->limits.pad_ms) return;
    node->alarm_pin = true;
    struct event event = event_make(EVENT_PIN_MISMATCH, (uint8_t)(index + 1), names[!module_differs][index]);
    /* in the schematic's levels: PSU is high when the rail is off */
    event.arg[0] = module_differs ? in->pads.module_on : !in->pads.channel_on;
    event.arg[1] = module_differs ? node->drive.module_on : !node->drive.channel_on;
    power_queue_event(power, event);
}
