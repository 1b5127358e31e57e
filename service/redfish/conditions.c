/* SPDX-License-Identifier: Apache-2.0 */
#include "service/redfish/conditions.h"

#include "service/redfish/event_json.h"
#include "service/redfish/node_report.h"
#include "service/redfish/redfish.h"

/* Goes through what is wrong; judges, and where there is a writer, writes. */
struct walk {
    const struct core *core;
    struct json_writer *w; /* NULL: only judged */
    uint8_t node;          /* as in an event: 0 is the board */
    enum event_severity worst;
    unsigned count;
};

/* A fact in the words of its event, which are completed as the event's own are. */
struct fact {
    enum event_code code;
    int32_t first, second;
    const char *text;
    uint64_t since_ms; /* 0: not known */
};

static void add_as(struct walk *walk, enum event_severity severity, const struct fact *fact) {
    if (severity > walk->worst) walk->worst = severity;
    if (!walk->w) return;
    struct event event = event_make(fact->code, walk->node, fact->text);
    event.arg[0] = fact->first;
    event.arg[1] = fact->second;
    if (walk->count++ == 0) json_put_array(walk->w, "Conditions");
    event_write_condition(walk->w, &event, severity, fact->since_ms ? wall_of(walk->core, fact->since_ms) : 0);
}

/* As grave as the event itself. */
static void add(struct walk *walk, enum event_code code, int32_t first, int32_t second, const char *text) {
    add_as(walk, event_type(code)->severity, &(struct fact){code, first, second, text, 0});
}

static void end(const struct walk *walk) {
    if (walk->count) json_array_end(walk->w);
}

/* ---- a node ---- */

enum event_severity condition_of_state(enum health_state state) {
    switch (state) {
    case HEALTH_PANICKED:
    case HEALTH_HUNG:
    case HEALTH_FAILED:
        return EVENT_CRITICAL;
    case HEALTH_HALTED:
    case HEALTH_DEGRADED:
    case HEALTH_UNKNOWN:
        return EVENT_WARNING;
    default:
        return EVENT_OK;
    }
}

static void walk_state(struct walk *walk, unsigned node) {
    const struct core *core = walk->core;
    const struct health *health = &core->health[node];
    enum health_state state = (enum health_state)health->state;
    enum event_severity severity = condition_of_state(state);
    struct fact fact = {.code = EVENT_NODE_STATE, .text = health_name(state), .since_ms = health->since_ms};
    if (severity == EVENT_OK) return;
    if (state == HEALTH_PANICKED) {
        fact.code = EVENT_NODE_PANICKED;
        fact.text = console_panic_reason(&core->console[node]);
    } else if (state == HEALTH_FAILED) {
        fact.code = EVENT_POWER_FAILED;
        fact.text = power_failure_text(power_view(&core->power, node).last_failure);
        fact.first = core->rail[node].mv;
        fact.second = core->rail[node].ma;
    }
    add_as(walk, severity, &fact);
}

static void walk_recovery(struct walk *walk, unsigned node) {
    const struct core *core = walk->core;
    struct recovery_view view = recovery_view(&core->recovery, node, &core->baseline[node]);
    uint64_t left_ms = view.due_ms > core->now_ms ? view.due_ms - core->now_ms : 0;
    const char *next = recovery_act_name(view.next);
    if (view.gave_up && view.phase == RECOVERY_HOLD)
        add(walk, EVENT_RECOVERY_GAVE_UP, (int32_t)((left_ms + 59999) / 60000), 0, next);
    else if (view.next != RECOVERY_NONE && view.wait != RECOVERY_WAIT_NONE)
        add(walk, EVENT_RECOVERY_WAITS, 0, 0, recovery_wait_text(view.wait));
}

static void walk_links(struct walk *walk, unsigned node) {
    const struct links *links = &walk->core->links[node];
    for (unsigned i = 0; i < NETWORK_COUNT; i++) {
        const struct node_link *link = &links->link[i];
        const char *name = links_network_name((enum node_network)i);
        if (link->slow) add(walk, EVENT_LINK_SLOW, link->speed_mbps, node_network_built_mbps((enum node_network)i), name);
        if (link->flapping) add(walk, EVENT_LINK_FLAPS, (int32_t)links_changes(link, walk->core->now_ms), 0, name);
    }
    for (unsigned i = 0; i < LINK_FINDING_COUNT; i++)
        if (links->findings & 1u << i) add(walk, links_finding_event((enum link_finding)(1u << i)), 0, 0, NULL);
}

/* A node that was cut for its heat stays so until it is switched on again, whatever it told last. */
static void walk_cooling(struct walk *walk, unsigned node, const struct agent_report *now) {
    static const enum event_code codes[COOLING_LEVEL_COUNT] = {[COOLING_HIGH] = EVENT_TEMPERATURE_HIGH,
                                                               [COOLING_FULL] = EVENT_TEMPERATURE_FULL_FAN,
                                                               [COOLING_SHUTDOWN] = EVENT_TEMPERATURE_SHUTDOWN,
                                                               [COOLING_OFF] = EVENT_TEMPERATURE_OFF};
    const struct cooling *cooling = &walk->core->cooling[node];
    const struct agent_report *told = node_report(walk->core, node);
    bool stays = now || cooling->level >= COOLING_SHUTDOWN;
    if (told && stays && cooling->level != COOLING_NORMAL) add(walk, codes[cooling->level], told->cpu_deci_c / 10, 0, NULL);
    if (!now) return;
    if (cooling->doubtful) add(walk, EVENT_TEMPERATURE_DOUBTFUL, now->cpu_deci_c / 10, 0, NULL);
    if (cooling->fan == COOLING_FAN_FAILED) add(walk, EVENT_FAN_FAILED, now->fan_duty, 0, NULL);
    if (cooling->fan == COOLING_FAN_MISSING) add(walk, EVENT_FAN_MISSING, 0, 0, NULL);
}

static void walk_drive(struct walk *walk, unsigned node, const struct agent_report *now) {
    const struct drive *drive = &walk->core->drive[node];
    if (drive->heat != DRIVE_NORMAL)
        add(walk, drive->heat == DRIVE_HOT ? EVENT_DRIVE_TOO_HOT : EVENT_DRIVE_HOT, now->nvme_deci_c / 10, 0, NULL);
    if (drive->worn) add(walk, EVENT_DRIVE_WORN, now->nvme_wear_percent, 0, NULL);
}

static void walk_chassis(struct walk *walk, unsigned node) {
    const struct agent_report *now = node_report_now(walk->core, node);
    walk_cooling(walk, node, now);
    if (now) walk_drive(walk, node, now);
}

static void walk_system(struct walk *walk, unsigned node) {
    walk_state(walk, node);
    walk_recovery(walk, node);
    if (node_report_now(walk->core, node)) walk_links(walk, node);
    walk_chassis(walk, node);
}

/* ---- the board ---- */

static void walk_board(struct walk *walk) {
    const struct inputs *inputs = &walk->core->inputs;
    for (unsigned i = 0; i < INPUT_COUNT; i++) {
        const struct input_view *view = &inputs->view[i];
        bool wrong = view->known && view->present && !view->in_range;
        if (wrong) add(walk, EVENT_INPUT_OUT_OF_RANGE, (int32_t)i + 1, view->sample.mv, NULL);
    }
    /* No more than a warning: whoever has but one supply may mean to. */
    if (inputs->settled && !inputs->redundant) add_as(walk, EVENT_WARNING, &(struct fact){.code = EVENT_REDUNDANCY_LOST});
}

/* ---- what others ask for ---- */

enum event_severity condition_of_node(const struct core *core, unsigned node) {
    struct walk walk = {.core = core, .node = (uint8_t)(node + 1)};
    walk_system(&walk, node);
    return walk.worst;
}

enum event_severity condition_of_board(const struct core *core) {
    struct walk walk = {.core = core};
    walk_board(&walk);
    return walk.worst;
}

void conditions_write_system(const struct core *core, struct json_writer *w, unsigned node) {
    struct walk walk = {.core = core, .w = w, .node = (uint8_t)(node + 1)};
    walk_system(&walk, node);
    end(&walk);
}

void conditions_write_chassis(const struct core *core, struct json_writer *w, unsigned node) {
    struct walk walk = {.core = core, .w = w, .node = (uint8_t)(node + 1)};
    walk_chassis(&walk, node);
    end(&walk);
}

void conditions_write_board(const struct core *core, struct json_writer *w) {
    struct walk walk = {.core = core, .w = w};
    walk_board(&walk);
    end(&walk);
}
