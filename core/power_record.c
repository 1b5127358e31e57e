/* SPDX-License-Identifier: Apache-2.0 */
#include "core/bytes.h"
#include "core/power_node.h"

#define RECORD_VERSION 3 /* 1 ended before the delays, 2 before the boot; what they lack reads as zero: none, and none known */

void power_record_encode(const struct power_node *node, const struct power_record_order *order,
                         uint8_t record[POWER_RECORD_SIZE]) {
    struct bytes_writer writer = bytes_writer(record, POWER_RECORD_SIZE);
    bytes_put_u8(&writer, RECORD_VERSION);
    bytes_put_u8(&writer, node->wanted);
    bytes_put_u8(&writer, (uint8_t)order->act);
    bytes_put_u8(&writer, order->up_phase);
    bytes_put_u8(&writer, (uint8_t)node->last_failure);
    bytes_put_u32(&writer, node->task_id);
    bytes_put_u64(&writer, order->start_wall_ms);
    bytes_put_u64(&writer, node->last_reset_wall_ms);
    bytes_put_u8(&writer, node->origin.via);
    bytes_put(&writer, node->origin.actor, USER_NAME_SIZE);
    bytes_put(&writer, node->origin.address, sizeof node->origin.address);
    bytes_put_u32(&writer, node->off_delay_ms);
    bytes_put_u32(&writer, node->on_delay_ms);
    bytes_put_u8(&writer, (uint8_t)node->reset_cause);
    bytes_put_u32(&writer, node->boot);
    bytes_seal(&writer);
}

bool power_record_decode(struct power_node *node, struct power_record_order *order, const uint8_t *record) {
    if (!bytes_sealed(record, POWER_RECORD_SIZE)) return false;
    struct bytes_reader reader = bytes_reader(record, POWER_RECORD_SIZE);
    struct power_node read = *node;
    uint8_t version = bytes_get_u8(&reader);
    read.wanted = bytes_get_u8(&reader);
    uint8_t act = bytes_get_u8(&reader);
    order->up_phase = bytes_get_u8(&reader);
    uint8_t last_failure = bytes_get_u8(&reader);
    read.task_id = bytes_get_u32(&reader);
    order->start_wall_ms = bytes_get_u64(&reader);
    read.last_reset_wall_ms = bytes_get_u64(&reader);
    read.origin.via = bytes_get_u8(&reader);
    bytes_get_text(&reader, read.origin.actor, USER_NAME_SIZE);
    bytes_get(&reader, read.origin.address, sizeof read.origin.address);
    read.off_delay_ms = bytes_get_u32(&reader);
    read.on_delay_ms = bytes_get_u32(&reader);
    uint8_t reset_cause = bytes_get_u8(&reader);
    read.boot = bytes_get_u32(&reader);

    bool wanted_ok = read.wanted == POWER_ON || read.wanted == POWER_FORCE_OFF || read.wanted == POWER_MODULE_OFF;
    bool known = version >= 1 && version <= RECORD_VERSION && wanted_ok && act < POWER_ACT_COUNT &&
                 last_failure < POWER_FAILURE_COUNT && reset_cause < POWER_RESET_COUNT;
    if (!known || read.origin.via >= VIA_COUNT) return false;
    read.reset_cause = (enum power_reset_cause)reset_cause;
    order->act = (enum power_act)act;
    read.last_failure = (enum power_failure)last_failure;
    *node = read;
    return true;
}
