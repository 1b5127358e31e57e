/* SPDX-License-Identifier: Apache-2.0
 * recovery_plant - four nodes, two inputs and two networks as a controller sees them, true and false, in whole numbers only: the
 * same on every machine. The twin knows far more of the board's electricity; this knows more of how systems live, fall silent and
 * lie, and runs ten thousand times faster than time. */
#ifndef TESTS_SIM_RECOVERY_PLANT_H
#define TESTS_SIM_RECOVERY_PLANT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/core.h"

enum plant_state { PLANT_OFF = 0, PLANT_BOOTING, PLANT_UP, PLANT_HUNG, PLANT_PANICKED, PLANT_HALTED };

#define PLANT_FLIGHT_COUNT 16

struct plant_flight {   /* a report under way */
    uint64_t arrive_ms; /* 0: free */
    uint32_t boot;
    uint32_t counter, uptime_s;
    uint8_t network, leaving;
};

struct plant_node {
    /* its nature */
    bool agent, says_goodbye, backplane, pingable, netconsole, reboots_on_panic, needs_cycle_after_halt;
    uint32_t boot_ms;
    int32_t idle_ma, peripherals_ma, halted_ma;
    /* the truth */
    enum plant_state state;
    uint64_t since_ms, kernel_ms, boot_until_ms, shutdown_until_ms, reboot_at_ms, panic_reboot_ms;
    uint32_t boot, counter; /* rise */
    bool rail_on, module_on, after_trouble, unheard, own_halt, network_broken, order_reboots;
    uint64_t rail_ms;
    uint64_t report_due_ms, ping_due_ms;
    uint64_t reachable_ms; /* has been well and audible since, 0 when it is not */
    uint64_t incident_ms;  /* began to need help, 0 when it does not */
    bool slow_next;        /* its next boot takes long */
    bool stop_heard;       /* its agent was stopped, and the controller knows */
    /* faults, until when */
    uint64_t forged_ms; /* one lie at a time: a forged panic is not followed by the death of the only witness */
    uint64_t stall_ms, overload_ms, agent_dead_ms, down_ms[NETWORK_COUNT], stuck_off_ms, stuck_on_ms, pmic_stuck_ms;
    uint64_t sensor_lost_ms, zero_lie_ms, high_lie_ms, dead_rail_lie_ms, heat_lie_ms, echo_lie_ms;
    struct plant_flight flight[PLANT_FLIGHT_COUNT];
    /* what has reached the controller */
    struct agent_report report;
    uint32_t report_counter;
    uint64_t report_ms[NETWORK_COUNT], latest_ms, ping_ms, panic_ms, text_ms, up_text_ms;
    struct power_ask ask; /* carried out at the next report */
    struct power_agent power_agent;
};

struct plant {
    uint64_t random, now_ms;
    uint32_t loss_permille, delay_permille;
    uint64_t switch_down_ms, gateway_ms, gateway_due_ms;
    int32_t input_mv[INPUT_COUNT];
    uint64_t input_back_ms[INPUT_COUNT]; /* 0: fine */
    bool powered;
    struct plant_node node[NODE_COUNT];
};

uint32_t plant_random(struct plant *plant, uint32_t below);
void plant_init(struct plant *plant, uint64_t seed);
/* Brings the truth to now under these pins. Steps of at most a second. */
void plant_step(struct plant *plant, uint64_t now_ms, const struct power_pins pins[NODE_COUNT]);
/* The controller's own memory of what it heard is gone. */
void plant_forget(struct plant *plant);

struct rail_sample plant_rail(struct plant *plant, unsigned index);
struct rail_sample plant_input(const struct plant *plant, unsigned input);
/* Audible by one of its voices, network equipment aside: such a node must not be cut. */
bool plant_is_well(const struct plant_node *node, uint64_t now_ms);
/* It has a voice at all: a silent one that hangs cannot be told from one that works. */
bool plant_is_witnessed(const struct plant_node *node);

enum plant_fault {
    FAULT_HANG = 0,
    FAULT_PANIC,
    FAULT_NETWORKS_BROKEN,
    FAULT_REBOOT,
    FAULT_REBOOT_UNTOLD, /* reboot -f: nothing is stopped, nobody says goodbye */
    FAULT_POWEROFF,
    FAULT_STALL,
    FAULT_OVERLOAD,
    FAULT_AGENT_KILLED,
    FAULT_AGENT_STOPPED, /* in an orderly way */
    FAULT_SERVICE_DOWN,
    FAULT_BACKPLANE_DOWN,
    FAULT_SENSOR_LOST,
    FAULT_ZERO_CURRENT,
    FAULT_HIGH_CURRENT,
    FAULT_DEAD_RAIL,
    FAULT_HEAT,
    FAULT_FALSE_PANIC,
    FAULT_FALSE_PING,
    FAULT_STUCK_OFF,
    FAULT_STUCK_ON,
    FAULT_PMIC_STUCK,
    FAULT_SLOW_BOOT,
    FAULT_SWITCH_DOWN,
    FAULT_INPUT_LOST,
    FAULT_INPUT_LOW,
    FAULT_COUNT
};
void plant_fault(struct plant *plant, unsigned index, enum plant_fault fault);
/* All that ends ends now. */
void plant_heal(struct plant *plant);

#endif
