/* SPDX-License-Identifier: Apache-2.0 */
#include "twin/ping.h"

#include "hal/errors.h"
#include "hal/ping.h"
#include "twin/process.h"

#define LATE_COUNT (HAL_PING_LATE_MS / 1000) /* the firmware asks once a second */

void twin_ping_begin(struct twin_ping *ping) { *ping = (struct twin_ping){.identifier = (uint16_t)(ping->identifier + 1)}; }

static bool model_answers(const struct twin_process *twin, unsigned node) {
    return twin_board_node_view(&twin->board, node).state == TWIN_NODE_UP &&
           twin_qemu_wire_carries(&twin->qemu[node].wire[TWIN_SERVICE]);
}

int twin_ping_send(struct twin_process *twin, unsigned node, uint16_t host) {
    struct twin_ping *ping = &twin->ping;
    if (node >= TWIN_NODE_COUNT) return HAL_ERR_ARGUMENT;
    uint16_t sequence = ++ping->sequence[node];
    if (host != (uint16_t)twin_qemu_wire_stand_in(TWIN_SERVICE, node)) return HAL_OK;
    if (twin->board.config.node[node].kind == TWIN_NODE_EXTERNAL)
        twin_qemu_wire_ping(&twin->qemu[node].wire[TWIN_SERVICE], ping->identifier, sequence);
    else if (model_answers(twin, node))
        twin_ping_answer(ping, node, ping->identifier, sequence);
    return HAL_OK;
}

void twin_ping_answer(struct twin_ping *ping, unsigned node, uint16_t identifier, uint16_t sequence) {
    uint16_t behind = (uint16_t)(ping->sequence[node] - sequence);
    if (identifier == ping->identifier && behind < LATE_COUNT) ping->answered |= (uint8_t)(1u << node);
}

int twin_ping_take(struct twin_ping *ping) {
    int answered = ping->answered;
    ping->answered = 0;
    return answered;
}
