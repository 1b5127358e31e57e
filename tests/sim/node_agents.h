/* SPDX-License-Identifier: Apache-2.0
 * node_agents - the agents on the nodes of a world, as far as power orders need them: they report what is true each second, and
 * do with an order as their character is. Reports and answers are lost by chance. What goes over the wire is left out: that has
 * its own tests. */
#ifndef TESTS_SIM_NODE_AGENTS_H
#define TESTS_SIM_NODE_AGENTS_H

#include "tests/sim/world.h"

enum agent_character {
    AGENT_ABSENT = 0, /* nobody ever reports */
    AGENT_OBEYS,
    AGENT_SLOW, /* obeys, sometimes long after its time */
    AGENT_SAYS_NO,
    AGENT_FAILS, /* tries, and says that it could not */
    AGENT_DIES,  /* takes an order, dies of it, and its node runs on */
    AGENT_DEAF,  /* reports, and never hears an answer */
    AGENT_LIES,  /* says that it is done, and does nothing */
    AGENT_CHARACTER_COUNT
};

struct node_agent {
    enum agent_character character;
    bool dead;                /* until the node's next boot */
    uint32_t boot_count;      /* of the twin's node, when last looked at */
    uint32_t reboot_count;    /* those that it ordered itself */
    uint64_t counter;         /* of its reports */
    uint64_t report_us;       /* next one */
    uint64_t back_us;         /* its system is rebooting until then */
    uint64_t act_us;          /* when it does as it was told, 0: nothing to do */
    struct agent_order order; /* the latest it knows: gone with each boot */
    uint32_t rebooted_id;     /* the latest order that rebooted it: that is remembered */
};

struct node_agents {
    struct node_agent agent[NODE_COUNT];
    unsigned loss_percent;
    unsigned shutdown_count, reboot_count; /* carried out */
    unsigned repeat_count;                 /* reboots by an order that had rebooted the node already */
};

/* Draws the characters and the loss. */
void node_agents_begin(struct node_agents *agents, struct world *world);
/* What the agents do up to the world's present; call it often. */
void node_agents_step(struct node_agents *agents, struct world *world);

#endif
