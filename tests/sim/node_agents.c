/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/sim/node_agents.h"

#define PERIOD_US 1000000

void node_agents_begin(struct node_agents *agents, struct world *world) {
    *agents = (struct node_agents){.loss_percent = world_random(world, 21)};
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        bool plain = world_random(world, 2);
        agents->agent[i].character = plain ? AGENT_OBEYS : (enum agent_character)world_random(world, AGENT_CHARACTER_COUNT);
        agents->agent[i].report_us = world->now_us + world_random(world, PERIOD_US);
    }
}

/* A new boot knows of no earlier order. */
static void forget(struct node_agent *agent, uint32_t boot_count) {
    agent->boot_count = boot_count;
    agent->dead = false;
    agent->act_us = agent->back_us = 0;
    agent->order = (struct agent_order){0};
}

/* ---- orders ---- */

static uint64_t delay_us(const struct node_agent *agent, struct world *world) {
    return 1000000ull * (1 + world_random(world, agent->character == AGENT_SLOW ? 180 : 10));
}

static void take(struct node_agent *agent, struct world *world, const struct agent_order *told) {
    static const uint8_t replies[AGENT_CHARACTER_COUNT] = {
        [AGENT_OBEYS] = AGENT_ORDER_TAKEN,  [AGENT_SLOW] = AGENT_ORDER_TAKEN, [AGENT_SAYS_NO] = AGENT_ORDER_REFUSED,
        [AGENT_FAILS] = AGENT_ORDER_FAILED, [AGENT_DIES] = AGENT_ORDER_TAKEN, [AGENT_LIES] = AGENT_ORDER_DONE};
    bool news = told->id != 0 && told->id != agent->order.id;
    if (!news || agent->character == AGENT_DEAF) return;
    agent->order = *told;
    agent->order.state = replies[agent->character];
    agent->dead = agent->character == AGENT_DIES;
    if (agent->character == AGENT_OBEYS || agent->character == AGENT_SLOW) agent->act_us = world->now_us + delay_us(agent, world);
}

static void carry_out(struct node_agents *agents, struct world *world, unsigned index) {
    struct node_agent *agent = &agents->agent[index];
    enum agent_act act = (enum agent_act)agent->order.act;
    agent->act_us = 0;
    if (act == AGENT_ACT_SHUT_DOWN) {
        agents->shutdown_count++;
        twin_board_node(&world->board, index, TWIN_NODE_HALT);
    } else { /* the rail does not show it: the module draws on */
        agents->reboot_count++;
        agents->repeat_count += agent->order.id == agent->rebooted_id;
        agent->rebooted_id = agent->order.id;
        forget(agent, agent->boot_count);
        agent->reboot_count++;
        agent->back_us = world->now_us + 5000000 + world_random(world, 40000000);
    }
}

/* ---- reports ---- */

static bool lost(const struct node_agents *agents, struct world *world) {
    return world_random(world, 100) < agents->loss_percent;
}

static void report(struct node_agents *agents, struct world *world, unsigned index) {
    struct node_agent *sender = &agents->agent[index];
    struct agent *agent = &world->bmc.core.agent[index];
    struct agent_heartbeat heartbeat = {.network = NETWORK_SERVICE, .counter = ++sender->counter, .order = sender->order};
    heartbeat.report.has = AGENT_HAS_BOOT_ID | AGENT_HAS_ABILITIES;
    heartbeat.report.abilities = AGENT_CAN_SHUT_DOWN;
    heartbeat.report.boot_id[0] = (uint8_t)sender->boot_count;
    heartbeat.report.boot_id[1] = (uint8_t)sender->reboot_count;
    heartbeat.report.boot_id[15] = 1;
    if (!world->running || lost(agents, world)) return;
    agent->enrolled = true;
    agent_take(agent, AGENT_GOOD, &heartbeat, world->now_us / 1000);
    if (agent->order.state == AGENT_ORDER_WAITING && !lost(agents, world)) take(sender, world, &agent->order);
}

void node_agents_step(struct node_agents *agents, struct world *world) {
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        struct node_agent *agent = &agents->agent[i];
        struct twin_node_view node = twin_board_node_view(&world->board, i);
        if (node.boot_count != agent->boot_count) forget(agent, node.boot_count);
        if (node.state != TWIN_NODE_UP) continue;
        if (agent->act_us && world->now_us >= agent->act_us) carry_out(agents, world, i);
        if (world->now_us < agent->report_us) continue;
        agent->report_us = world->now_us + PERIOD_US;
        bool speaks = agent->character != AGENT_ABSENT && !agent->dead && world->now_us >= agent->back_us;
        if (speaks) report(agents, world, i);
    }
}
