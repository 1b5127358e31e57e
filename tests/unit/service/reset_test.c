/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/service/fixture.h"

static struct fixture f;

static int begin(void **state) {
    (void)state;
    fixture_begin(&f);
    return 0;
}

#define NODE1       "/redfish/v1/Systems/Node1"
#define RESET       NODE1 "/Actions/ComputerSystem.Reset"
#define BOARD_RESET "/redfish/v1/Chassis/Board/Actions/Chassis.Reset"

static int begin_as_operator(void **state) {
    begin(state);
    sign_in(&f, "operator", FIXTURE_PASSWORD);
    return 0;
}

static int order(const char *line, const char *type) {
    char body[64];
    snprintf(body, sizeof body, "{\"ResetType\": \"%s\"}", type);
    return request(&f, line, body);
}

/* 204 is said when the rail is measured dead, and not before. */
static void force_off_answers_when_measured(void **state) {
    (void)state;
    assert_int_equal(request_begin(&f, "POST " RESET, "{\"ResetType\": \"ForceOff\"}"), HTTP_WAIT);
    assert_false(f.pins[0].module_on); /* the order reached its pin within the request */
    assert_int_equal(f.x.wait_until_ms, f.now_ms + 3000);
    while (request_continue(&f) == HTTP_WAIT) fixture_pass(&f, 110);
    assert_int_equal(f.x.response.status, 204);
    assert_int_equal(f.x.response.body_size, 0);
    assert_int_equal(request(&f, "GET " NODE1, NULL), 200);
    assert_string_equal(member(&f, "PowerState"), "Off");
    assert_string_equal(member(&f, "Oem/Super4C/ChannelEnabled"), "false");
    assert_string_equal(member(&f, "Oem/Super4C/RailMilliVolts"), "15");
    const struct eventlog_entry *entry = latest_event(&f, EVENT_POWER_DONE);
    assert_non_null(entry);
    assert_string_equal(entry->event.origin.actor, "operator");
    assert_int_equal(entry->event.origin.via, VIA_REDFISH);
    assert_memory_equal(entry->event.origin.address, f.headers.address, 16);
}

static void what_is_already_so_is_done(void **state) {
    (void)state;
    assert_int_equal(order("POST " RESET, "On"), 204);
    assert_int_equal(f.wait_count, 0);
    assert_int_equal(order("POST " RESET, "ForceOff"), 204);
    assert_int_equal(order("POST " RESET, "ForceOff"), 204);
}

/* A rail that stays on is an error to whoever gave the order, in the words of the event, and never "Off". */
static void a_stuck_rail_is_an_error_with_the_measurement(void **state) {
    (void)state;
    f.stuck_on[0] = true;
    assert_int_equal(order("POST " RESET, "ForceOff"), 500);
    assert_string_equal(member(&f, "error/code"), "Super4C.1.0.PowerOrderFailed");
    assert_string_equal(member(&f, "error/message"), "Node 1: order failed: the 5 V rail stayed on; rail at 5184 mV, 2 mA.");
    assert_string_equal(member(&f, "error/@Message.ExtendedInfo/0/MessageId"), "Super4C.1.0.PowerOrderFailed");
    assert_string_equal(member(&f, "error/@Message.ExtendedInfo/0/MessageArgs/0"), "1");
    assert_string_equal(member(&f, "error/@Message.ExtendedInfo/0/MessageArgs/1"), "the 5 V rail stayed on");
    assert_string_equal(member(&f, "error/@Message.ExtendedInfo/0/MessageArgs/2"), "5184");
    assert_int_equal(count_events(&f, EVENT_POWER_FAILED), 1);
    assert_int_equal(request(&f, "GET " NODE1, NULL), 200);
    assert_string_equal(member(&f, "Oem/Super4C/LastOrderFailure"), "the 5 V rail stayed on");
    assert_string_equal(member(&f, "Status/Health"), "Critical");
}

static void an_unmeasured_off_is_not_off(void **state) {
    (void)state;
    f.sensors_lost = true;
    fixture_pass(&f, 500);
    assert_int_equal(request(&f, "GET " NODE1, NULL), 200);
    assert_string_equal(member(&f, "PowerState"), "null");
    int status = order("POST " RESET, "ForceOff");
    assert_true(status == 500 || status == 202);
    fixture_pass(&f, 10000);
    assert_int_equal(request(&f, "GET " NODE1, NULL), 200);
    assert_string_equal(member(&f, "PowerState"), "null");
    assert_string_equal(member(&f, "Oem/Super4C/RailMilliVolts"), "(absent)");
    assert_int_equal(count_events(&f, EVENT_POWER_FAILED), 1);
}

#define TASK    "/redfish/v1/TaskService/Tasks/1"
#define MONITOR "/redfish/v1/TaskService/TaskMonitors/1"

/* A power cycle takes longer than a client waits: a task to poll. */
static void a_long_order_becomes_a_task(void **state) {
    (void)state;
    uint64_t asked_ms = f.now_ms;
    assert_int_equal(order("POST " RESET, "PowerCycle"), 202);
    assert_int_equal(f.now_ms, asked_ms + 3000);
    assert_string_equal(member(&f, "TaskState"), "Running");
    assert_string_equal(f.x.response.location, MONITOR);
    assert_string_equal(member(&f, "@odata.id"), TASK);
    assert_string_equal(member(&f, "TaskMonitor"), MONITOR);
    assert_string_equal(member(&f, "Name"), "PowerCycle of Node1");
    assert_int_equal(request(&f, "GET " NODE1, NULL), 200);
    assert_string_equal(member(&f, "Oem/Super4C/Order/Act"), "PowerCycle");
    assert_string_equal(member(&f, "Oem/Super4C/Order/Task/@odata.id"), TASK);
    assert_int_equal(request(&f, "GET " TASK, NULL), 200);
    assert_string_equal(member(&f, "TaskState"), "Running");
    assert_string_equal(f.x.response.location, "");
    fixture_pass(&f, 10000);
    assert_int_equal(request(&f, "GET " TASK, NULL), 200);
    assert_string_equal(member(&f, "TaskState"), "Completed");
    assert_string_equal(member(&f, "Messages/0/MessageId"), "Base.1.19.Success");
    assert_string_not_equal(member(&f, "EndTime"), "(absent)");
    assert_true(f.pins[0].module_on && f.pins[0].channel_on);
    assert_int_equal(request(&f, "GET " NODE1, NULL), 200);
    assert_string_equal(member(&f, "Oem/Super4C/Order"), "(absent)");
}

/* DSP0266, 12.2: the monitor says 202 and where to ask until it says what the order's own answer would have been. */
static void a_monitor_gives_the_answer_when_there_is_one(void **state) {
    (void)state;
    assert_int_equal(order("POST " RESET, "PowerCycle"), 202);
    assert_int_equal(request(&f, "GET " MONITOR, NULL), 202);
    assert_string_equal(f.x.response.location, MONITOR);
    assert_int_equal(f.x.response.retry_after_s, 0);
    assert_string_equal(f.x.response.link, "<https://redfish.dmtf.org/schemas/v1/Task.v1_7_4.json>; rel=describedby");
    assert_string_equal(member(&f, "@odata.id"), TASK);
    assert_string_equal(member(&f, "TaskState"), "Running");
    fixture_pass(&f, 10000);
    assert_int_equal(request(&f, "GET " MONITOR, NULL), 204);
    assert_int_equal(f.x.response.body_size, 0);
    assert_string_equal(f.x.response.location, "");
    assert_int_equal(request(&f, "GET /redfish/v1/TaskService/TaskMonitors/9", NULL), 404);
    assert_int_equal(request(&f, "GET /redfish/v1/TaskService/TaskMonitors/01", NULL), 404);
    assert_int_equal(request(&f, "DELETE " MONITOR, NULL), 405);
}

static void a_monitor_gives_the_error_too(void **state) {
    (void)state;
    f.stuck_off[0] = f.stuck_off[2] = true;
    assert_int_equal(order("POST " BOARD_RESET, "PowerCycle"), 202);
    fixture_pass(&f, 15000);
    assert_int_equal(request(&f, "GET " MONITOR, NULL), 500);
    assert_string_equal(member(&f, "error/@Message.ExtendedInfo"), "(2 members)");
    assert_string_equal(member(&f, "error/@Message.ExtendedInfo/1/MessageArgs/0"), "3");
}

/* The rest of the board is not there for them: neither its tasks nor their monitors, nor a link to one. */
static void a_group_order_is_nothing_to_a_node_account(void **state) {
    (void)state;
    assert_true(fixture_account(&f, "second", (enum role)(ROLE_NODE_OPERATOR + 1), FIXTURE_PASSWORD) >= 0);
    assert_int_equal(order("POST " BOARD_RESET, "PowerCycle"), 202);
    sign_in(&f, "second", FIXTURE_PASSWORD);
    assert_int_equal(request(&f, "GET " TASK, NULL), 404);
    assert_int_equal(request(&f, "GET " MONITOR, NULL), 404);
    assert_int_equal(request(&f, "GET /redfish/v1/TaskService/Tasks", NULL), 200);
    assert_string_equal(member(&f, "Members@odata.count"), "0");
    assert_int_equal(request(&f, "GET /redfish/v1/Systems/Node2", NULL), 200);
    assert_string_equal(member(&f, "Oem/Super4C/Order/Act"), "PowerCycle");
    assert_string_equal(member(&f, "Oem/Super4C/Order/Task"), "(absent)");
    fixture_pass(&f, 15000);
    assert_int_equal(order("POST /redfish/v1/Systems/Node2/Actions/ComputerSystem.Reset", "PowerCycle"), 202);
    assert_string_equal(member(&f, "Name"), "PowerCycle of Node2");
    assert_int_equal(request(&f, "GET /redfish/v1/TaskService/TaskMonitors/2", NULL), 202);
}

/* Whoever polls sees each word once, in this order: a measured On in the middle would be taken for the end. */
static void a_node_on_the_move_says_so(void **state) {
    (void)state;
    static const char *const words[] = {"PoweringOff", "Off", "PoweringOn", "On"};
    unsigned at = 0, seen = 0;
    assert_int_equal(order("POST " RESET, "PowerCycle"), 202);
    for (unsigned ms = 0; ms < 8000; ms += 20) {
        assert_int_equal(request(&f, "GET " NODE1, NULL), 200);
        const char *word = member(&f, "PowerState");
        unsigned i = 0;
        while (i < 4 && strcmp(words[i], word) != 0) i++;
        assert_true(i < 4);
        if (i < at) fail_msg("%s after %s, %u ms", word, words[at], ms);
        at = i;
        seen |= 1u << i;
        fixture_pass(&f, 20);
    }
    assert_int_equal(at, 3);
    assert_true(seen & 1u << 2);
}

static void a_group_restart_wakes_nobody(void **state) {
    (void)state;
    assert_int_equal(order("POST " RESET, "ForceOff"), 204);
    assert_int_equal(order("POST " BOARD_RESET, "ForceRestart"), 204);
    assert_false(f.pins[0].channel_on);
    assert_int_equal(count_events(&f, EVENT_POWER_ORDERED), 4); /* one off, three restarts */
    assert_int_equal(order("POST " BOARD_RESET, "ForceOff"), 204);
    assert_int_equal(order("POST " BOARD_RESET, "PowerCycle"), 409);
    assert_string_equal(error_name(&f), "ResourceInStandby");
    for (unsigned i = 0; i < NODE_COUNT; i++) assert_false(f.pins[i].channel_on);
}

static void a_task_that_fails_says_why(void **state) {
    (void)state;
    assert_int_equal(order("POST " RESET, "ForceOff"), 204);
    f.stuck_off[0] = true;
    assert_int_equal(order("POST " RESET, "On"), 202);
    fixture_pass(&f, 10000);
    assert_int_equal(request(&f, "GET /redfish/v1/TaskService/Tasks/2", NULL), 200);
    assert_string_equal(member(&f, "TaskState"), "Exception");
    assert_string_equal(member(&f, "TaskStatus"), "Critical");
    assert_string_equal(member(&f, "Messages/0/MessageId"), "Super4C.1.0.PowerOrderFailed");
    assert_string_equal(member(&f, "Messages/0/MessageArgs/1"), "the 5 V rail did not come up");
}

static void orders_that_cannot_be_taken(void **state) {
    (void)state;
    assert_int_equal(order("POST " RESET, "PowerCycle"), 202);
    assert_int_equal(order("POST " RESET, "On"), 409);
    assert_string_equal(error_name(&f), "ResourceInUse");
    assert_int_equal(order("POST " RESET, "ForceOff"), 204); /* it supersedes what runs */
    assert_int_equal(request(&f, "POST " NODE1 "/Actions/Oem/Super4C.ModuleOff", NULL), 409);
    assert_string_equal(error_name(&f), "ResourceInStandby");
}

/* Each type ends in the PowerState that Redfish's Resource schema gives it, whatever the node was before. */
static void every_type_from_on_and_from_off(void **state) {
    (void)state;
    static const char *const types[] = {"On", "ForceOn", "ForceOff", "ForceRestart", "PowerCycle"};
    for (unsigned i = 0; i < 10; i++) {
        const char *type = types[i / 2];
        assert_int_equal(order("POST " RESET, i % 2 ? "ForceOff" : "On") / 100, 2);
        fixture_pass(&f, 10000);
        assert_int_equal(order("POST " RESET, type) / 100, 2);
        fixture_pass(&f, 10000);
        assert_int_equal(request(&f, "GET " NODE1, NULL), 200);
        assert_string_equal(member(&f, "PowerState"), strcmp(type, "ForceOff") == 0 ? "Off" : "On");
    }
}

/* Without an agent on the node nothing can be graceful: said so, and what can be done instead. */
static void what_needs_an_agent_is_refused_in_plain_words(void **state) {
    (void)state;
    static const char *const types[] = {"GracefulShutdown", "GracefulRestart"};
    for (unsigned i = 0; i < 2; i++) {
        assert_int_equal(order("POST " RESET, types[i]), 400);
        assert_string_equal(error_name(&f), "ActionParameterValueNotInList");
        assert_string_equal(member(&f, "error/@Message.ExtendedInfo/0/MessageArgs/0"), types[i]);
        const char *resolution = member(&f, "error/@Message.ExtendedInfo/0/Resolution");
        assert_non_null(strstr(resolution, "No agent"));
        assert_non_null(strstr(resolution, i == 0 ? "ForceOff" : "ForceRestart"));
        assert_int_equal(order("POST " BOARD_RESET, types[i]), 400);
    }
    assert_int_equal(order("POST " RESET, "Nmi"), 400);
    assert_null(strstr(member(&f, "error/@Message.ExtendedInfo/0/Resolution"), "agent"));
    assert_true(f.pins[0].module_on);
}

/* ---- with agents on the nodes ---- */

#define RESOLUTION "error/@Message.ExtendedInfo/0/Resolution"

/* A report of the node's agent comes in now. */
static void report(unsigned index, uint8_t boot) {
    struct agent *agent = &f.core.agent[index];
    agent->enrolled = true;
    agent->report.has = AGENT_HAS_BOOT_ID | AGENT_HAS_ABILITIES;
    agent->report.abilities = AGENT_CAN_SHUT_DOWN;
    agent->report.boot_id[0] = boot;
    agent->link[NETWORK_SERVICE].seen_ms = agent->report_ms = f.now_ms;
    fixture_turn(&f);
}

static void pass_with_reports(uint8_t node_mask, uint64_t ms) {
    for (uint64_t end_ms = f.now_ms + ms; f.now_ms < end_ms; fixture_pass(&f, 1000))
        for (unsigned i = 0; i < NODE_COUNT; i++)
            if (node_mask & 1u << i) report(i, 1);
}

static void shutdown_is_asked_measured_and_cut(void **state) {
    (void)state;
    report(0, 1);
    assert_int_equal(order("POST " RESET, "GracefulShutdown"), 202);
    assert_string_equal(member(&f, "Name"), "GracefulShutdown of Node1");
    assert_int_equal(f.core.agent[0].order.act, AGENT_ACT_SHUT_DOWN);
    assert_int_equal(request(&f, "GET " NODE1, NULL), 200);
    assert_string_equal(member(&f, "Oem/Super4C/Order/Act"), "GracefulShutdown");
    assert_string_equal(member(&f, "Oem/Super4C/Order/Phase"), "AskingAgent");
    pass_with_reports(1, 10000);
    assert_true(f.pins[0].module_on);
    f.halted[0] = true;
    fixture_pass(&f, 8000);
    assert_false(f.pins[0].module_on);
    assert_false(f.pins[0].channel_on);
    assert_int_equal(f.core.agent[0].order.id, 0);
    assert_int_equal(request(&f, "GET " MONITOR, NULL), 204);
    assert_int_equal(request(&f, "GET " NODE1, NULL), 200);
    assert_string_equal(member(&f, "PowerState"), "Off");
    assert_int_equal(order("POST " RESET, "GracefulShutdown"), 204);
    assert_int_equal(order("POST " RESET, "GracefulRestart"), 409);
    assert_string_equal(error_name(&f), "ResourceInStandby");
}

/* The order fails with its reason, and the node is what it was: up, and not said to be broken. */
static void a_shutdown_that_is_not_obeyed_says_so(void **state) {
    (void)state;
    report(0, 1);
    assert_int_equal(order("POST " RESET, "GracefulShutdown"), 202);
    assert_int_equal(order("POST " RESET, "On"), 409);
    assert_string_equal(error_name(&f), "ResourceInUse");
    pass_with_reports(1, 125000);
    assert_int_equal(request(&f, "GET " MONITOR, NULL), 500);
    assert_string_equal(member(&f, "error/code"), "Super4C.1.0.GracefulOrderNotObeyed");
    assert_string_equal(member(&f, "error/@Message.ExtendedInfo/0/Message"),
                        "Node 1: it did not shut down in 120 s; it still runs; nothing was cut, rail at 5184 mV, 640 mA.");
    assert_string_equal(member(&f, "error/@Message.ExtendedInfo/0/MessageSeverity"), "Warning");
    assert_non_null(strstr(member(&f, RESOLUTION), "use ForceOff"));
    assert_string_equal(member(&f, "error/@Message.ExtendedInfo/0/MessageArgs/1"),
                        "it did not shut down in 120 s; it still runs");
    assert_true(f.pins[0].module_on);
    assert_int_equal(request(&f, "GET " NODE1, NULL), 200);
    assert_string_equal(member(&f, "PowerState"), "On");
    assert_string_equal(member(&f, "Status/HealthRollup"), "OK");
    assert_string_equal(member(&f, "Oem/Super4C/LastOrderFailure"), "it did not shut down in 120 s; it still runs");
    assert_int_equal(count_events(&f, EVENT_POWER_NOT_OBEYED), 1);
    assert_int_equal(count_events(&f, EVENT_POWER_FAILED), 0);
    assert_int_equal(request(&f, "GET /redfish/v1/TaskService/Tasks/1", NULL), 200);
    assert_string_equal(member(&f, "TaskState"), "Exception");
    assert_string_equal(member(&f, "TaskStatus"), "Warning");
}

static void a_silent_agent_is_no_agent(void **state) {
    (void)state;
    report(0, 1);
    fixture_pass(&f, AGENT_REACHABLE_MS + 500);
    assert_int_equal(order("POST " RESET, "GracefulShutdown"), 409);
    assert_non_null(strstr(member(&f, RESOLUTION), "heard on Node1. Wait until it reports, or use ForceOff,"));
    assert_int_equal(order("POST " RESET, "GracefulRestart"), 409);
    assert_non_null(strstr(member(&f, RESOLUTION), "ForceRestart"));
    assert_int_equal(count_events(&f, EVENT_POWER_ORDERED), 0);
    report(0, 1);
    assert_int_equal(order("POST " RESET, "GracefulRestart"), 202);
}

static void restart_is_done_with_another_boot(void **state) {
    (void)state;
    report(0, 1);
    assert_int_equal(order("POST " RESET, "GracefulRestart"), 202);
    assert_int_equal(f.core.agent[0].order.act, AGENT_ACT_REBOOT);
    fixture_pass(&f, 20000);
    assert_int_equal(request(&f, "GET " MONITOR, NULL), 202);
    report(0, 2);
    assert_int_equal(request(&f, "GET " MONITOR, NULL), 204);
    assert_true(f.pins[0].module_on && f.pins[0].channel_on);
    assert_int_equal(request(&f, "GET " NODE1, NULL), 200);
    assert_string_equal(member(&f, "LastResetCause"), "ManagementCommand");
}

/* All or none: who runs and cannot be asked is named, and nobody is asked. */
static void the_board_goes_down_together(void **state) {
    (void)state;
    assert_int_equal(order("POST /redfish/v1/Systems/Node4/Actions/ComputerSystem.Reset", "ForceOff"), 204);
    report(0, 1);
    assert_int_equal(order("POST " BOARD_RESET, "GracefulShutdown"), 409);
    assert_non_null(strstr(member(&f, RESOLUTION), "heard on Node2, Node3."));
    for (unsigned i = 0; i < NODE_COUNT; i++) assert_int_equal(f.core.agent[i].order.id, 0);
    for (unsigned i = 0; i < 3; i++) report(i, 1);
    assert_int_equal(order("POST " BOARD_RESET, "GracefulShutdown"), 202);
    for (unsigned i = 0; i < 3; i++) f.halted[i] = true;
    fixture_pass(&f, 10000);
    for (unsigned i = 0; i < NODE_COUNT; i++) assert_false(f.pins[i].module_on || f.pins[i].channel_on);
}

static void a_graceful_group_restart_asks_what_runs(void **state) {
    (void)state;
    assert_int_equal(order("POST " RESET, "ForceOff"), 204);
    f.halted[1] = true;
    fixture_pass(&f, 5000);
    report(2, 1);
    report(3, 1);
    assert_int_equal(order("POST " BOARD_RESET, "GracefulRestart"), 202);
    assert_string_equal(member(&f, "Name"), "GracefulRestart of Node3, Node4");
    assert_false(f.pins[0].channel_on);
}

/* PowerOnDelaySeconds above a client's patience: a task, and the rail stays dark until the delay is over. */
static void an_owners_delay_makes_a_task(void **state) {
    (void)state;
    assert_int_equal(order("POST " RESET, "ForceOff"), 204);
    assert_int_equal(request(&f, "PATCH " NODE1, "{\"PowerOnDelaySeconds\": 8}"), 200);
    assert_int_equal(order("POST " RESET, "On"), 202);
    assert_false(f.pins[0].channel_on);
    assert_int_equal(request(&f, "GET " NODE1, NULL), 200);
    assert_string_equal(member(&f, "Oem/Super4C/Order/Phase"), "Delayed");
    assert_string_equal(member(&f, "PowerState"), "Off");
    fixture_pass(&f, 4500);
    assert_false(f.pins[0].channel_on);
    fixture_pass(&f, 1000);
    assert_true(f.pins[0].channel_on);
    fixture_pass(&f, 4000);
    assert_int_equal(request(&f, "PATCH " NODE1, "{\"PowerOffDelaySeconds\": 1}"), 200);
    uint64_t asked_ms = f.now_ms;
    assert_int_equal(order("POST " RESET, "ForceOff"), 204);
    assert_in_range(f.now_ms - asked_ms, 1000, 2000);
}

static void module_off_keeps_the_channel(void **state) {
    (void)state;
    assert_int_equal(request(&f, "POST " NODE1 "/Actions/Oem/Super4C.ModuleOff", NULL), 204);
    assert_false(f.pins[0].module_on);
    assert_true(f.pins[0].channel_on);
    assert_int_equal(request(&f, "GET " NODE1, NULL), 200);
    assert_string_equal(member(&f, "PowerState"), "Off");
    assert_string_equal(member(&f, "Oem/Super4C/State"), "ModuleOff");
}

static void force_restart_keeps_the_channel(void **state) {
    (void)state;
    assert_int_equal(request_begin(&f, "POST " RESET, "{\"ResetType\": \"ForceRestart\"}"), HTTP_WAIT);
    do {
        assert_true(f.pins[0].channel_on);
        fixture_pass(&f, 110);
    } while (request_continue(&f) == HTTP_WAIT);
    assert_int_equal(f.x.response.status, 204);
    assert_true(f.pins[0].module_on);
}

static void an_order_that_cannot_be_journaled_moves_nothing(void **state) {
    (void)state;
    f.store_fails = true;
    assert_int_equal(order("POST " RESET, "ForceOff"), 500);
    assert_string_equal(member(&f, "error/@Message.ExtendedInfo/0/MessageArgs/1"), "the order could not be journaled");
    assert_true(f.pins[0].module_on && f.pins[0].channel_on);
}

static void the_whole_board_at_once(void **state) {
    (void)state;
    f.stuck_on[1] = f.stuck_on[3] = true;
    assert_int_equal(order("POST " BOARD_RESET, "ForceOff"), 500);
    assert_string_equal(member(&f, "error/@Message.ExtendedInfo"), "(2 members)");
    assert_string_equal(member(&f, "error/@Message.ExtendedInfo/0/MessageArgs/0"), "2");
    assert_string_equal(member(&f, "error/@Message.ExtendedInfo/1/MessageArgs/0"), "4");
    f.stuck_on[1] = f.stuck_on[3] = false;
    assert_int_equal(order("POST " BOARD_RESET, "ForceOff"), 204);
    assert_int_equal(order("POST " BOARD_RESET, "On"), 202);
    assert_string_equal(member(&f, "Name"), "On of Node1, Node2, Node3, Node4");
    fixture_pass(&f, 10000);
    for (unsigned i = 0; i < NODE_COUNT; i++) assert_true(f.pins[i].module_on && f.pins[i].channel_on);
}

/* Sixteen later orders push a finished task out of the table; a waiting exchange must notice. */
static void a_forgotten_task_is_no_success(void **state) {
    (void)state;
    uint32_t id;
    struct origin origin = {.actor = "other"};
    assert_int_equal(request_begin(&f, "POST " RESET, "{\"ResetType\": \"ForceOff\"}"), HTTP_WAIT);
    fixture_pass(&f, 2500);
    for (unsigned i = 0; i < 2 * POWER_TASK_COUNT; i++) {
        assert_int_equal(power_order(&f.core.power, POWER_ON, 1u << 2, &origin, f.now_ms, &id), POWER_ACCEPTED);
        fixture_turn(&f);
    }
    assert_int_equal(request_continue(&f), HTTP_DONE);
    assert_int_equal(f.x.response.status, 500);
}

static void action_info_lists_the_types(void **state) {
    (void)state;
    assert_int_equal(request(&f, "GET " NODE1 "/ResetActionInfo", NULL), 200);
    assert_string_equal(member(&f, "Parameters/0/AllowableValues/0"), "On");
    assert_string_equal(member(&f, "Parameters/0/AllowableValues/1"), "ForceOn");
    assert_string_equal(member(&f, "Parameters/0/AllowableValues/4"), "PowerCycle");
    assert_string_equal(member(&f, "Parameters/0/AllowableValues/5"), "(absent)");
    assert_int_equal(request(&f, "GET /redfish/v1/Chassis/Board/ResetActionInfo", NULL), 200);
    assert_string_equal(member(&f, "@odata.id"), "/redfish/v1/Chassis/Board/ResetActionInfo");
    assert_string_equal(member(&f, "Parameters/0/AllowableValues"), "(5 members)");
    assert_int_equal(request(&f, "GET /redfish/v1/Systems/Node5/ResetActionInfo", NULL), 404);
    report(2, 1);
    assert_int_equal(request(&f, "GET " NODE1 "/ResetActionInfo", NULL), 200);
    assert_string_equal(member(&f, "Parameters/0/AllowableValues"), "(5 members)");
    assert_int_equal(request(&f, "GET /redfish/v1/Systems/Node3/ResetActionInfo", NULL), 200);
    assert_string_equal(member(&f, "Parameters/0/AllowableValues/5"), "GracefulShutdown");
    assert_string_equal(member(&f, "Parameters/0/AllowableValues/6"), "GracefulRestart");
    assert_int_equal(request(&f, "GET /redfish/v1/Systems/Node3", NULL), 200);
    assert_string_equal(member(&f, "Actions/#ComputerSystem.Reset/ResetType@Redfish.AllowableValues"), "(7 members)");
    assert_int_equal(request(&f, "GET /redfish/v1/Chassis/Board/ResetActionInfo", NULL), 200);
    assert_string_equal(member(&f, "Parameters/0/AllowableValues"), "(7 members)");
    fixture_pass(&f, 60000); /* silent or not: it is what the node has, if not at present */
    assert_int_equal(request(&f, "GET /redfish/v1/Systems/Node3/ResetActionInfo", NULL), 200);
    assert_string_equal(member(&f, "Parameters/0/AllowableValues"), "(7 members)");
    f.core.agent[2].enrolled = false;
    fixture_turn(&f);
    assert_int_equal(request(&f, "GET /redfish/v1/Systems/Node3/ResetActionInfo", NULL), 200);
    assert_string_equal(member(&f, "Parameters/0/AllowableValues"), "(5 members)");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(force_off_answers_when_measured, begin_as_operator),
        cmocka_unit_test_setup(what_is_already_so_is_done, begin_as_operator),
        cmocka_unit_test_setup(a_stuck_rail_is_an_error_with_the_measurement, begin_as_operator),
        cmocka_unit_test_setup(an_unmeasured_off_is_not_off, begin_as_operator),
        cmocka_unit_test_setup(a_long_order_becomes_a_task, begin_as_operator),
        cmocka_unit_test_setup(a_monitor_gives_the_answer_when_there_is_one, begin_as_operator),
        cmocka_unit_test_setup(a_monitor_gives_the_error_too, begin_as_operator),
        cmocka_unit_test_setup(a_group_order_is_nothing_to_a_node_account, begin_as_operator),
        cmocka_unit_test_setup(a_task_that_fails_says_why, begin_as_operator),
        cmocka_unit_test_setup(a_group_restart_wakes_nobody, begin_as_operator),
        cmocka_unit_test_setup(a_node_on_the_move_says_so, begin_as_operator),
        cmocka_unit_test_setup(orders_that_cannot_be_taken, begin_as_operator),
        cmocka_unit_test_setup(every_type_from_on_and_from_off, begin_as_operator),
        cmocka_unit_test_setup(what_needs_an_agent_is_refused_in_plain_words, begin_as_operator),
        cmocka_unit_test_setup(shutdown_is_asked_measured_and_cut, begin_as_operator),
        cmocka_unit_test_setup(a_shutdown_that_is_not_obeyed_says_so, begin_as_operator),
        cmocka_unit_test_setup(a_silent_agent_is_no_agent, begin_as_operator),
        cmocka_unit_test_setup(restart_is_done_with_another_boot, begin_as_operator),
        cmocka_unit_test_setup(the_board_goes_down_together, begin_as_operator),
        cmocka_unit_test_setup(a_graceful_group_restart_asks_what_runs, begin_as_operator),
        cmocka_unit_test_setup(an_owners_delay_makes_a_task, begin_as_operator),
        cmocka_unit_test_setup(module_off_keeps_the_channel, begin_as_operator),
        cmocka_unit_test_setup(force_restart_keeps_the_channel, begin_as_operator),
        cmocka_unit_test_setup(an_order_that_cannot_be_journaled_moves_nothing, begin_as_operator),
        cmocka_unit_test_setup(the_whole_board_at_once, begin_as_operator),
        cmocka_unit_test_setup(a_forgotten_task_is_no_success, begin_as_operator),
        cmocka_unit_test_setup(action_info_lists_the_types, begin_as_operator),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
