/* SPDX-License-Identifier: Apache-2.0
 * /metrics: what is measured and counted, as text for Prometheus and its kin. OpenMetrics 1.0 for whoever asks for it, else the
 * older text format 0.0.4; they differ in how a counter, a state and the end are announced. A family without a sample is left
 * out with its header; what is not measured is no sample. An account that is bound to a node sees that node's families alone. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/version.h"
#include "service/metrics_family.h"
#include "service/redfish/redfish.h"
#include "service/reply.h"

/* The suffix belongs to the sample's name; in the older format to the family's as well. */
static const struct {
    const char *suffix, *open, *classic;
} kinds[METRICS_KIND_COUNT] = {[METRICS_GAUGE] = {"", "gauge", "gauge"},
                               [METRICS_COUNTER] = {"_total", "counter", "counter"},
                               [METRICS_INFO] = {"_info", "info", "gauge"},
                               [METRICS_STATESET] = {"", "stateset", "gauge"}};

struct page {
    const struct core *core;
    char *out;
    size_t size, length;
    bool overflow;
    bool open;      /* OpenMetrics */
    bool announced; /* the family under way has its header */
};

#if defined(__GNUC__)
__attribute__((format(printf, 2, 3)))
#endif
static void
put(struct page *page, const char *format, ...) {
    va_list arguments;
    size_t room = page->size - page->length;
    va_start(arguments, format);
    int length = vsnprintf(&page->out[page->length], room, format, arguments);
    va_end(arguments);
    if (length < 0 || (size_t)length >= room)
        page->overflow = true;
    else
        page->length += (size_t)length;
}

static void announce(struct page *page, const struct metrics_family *family) {
    const char *suffix = page->open ? "" : kinds[family->kind].suffix;
    const char *type = page->open ? kinds[family->kind].open : kinds[family->kind].classic;
    if (page->announced) return;
    page->announced = true;
    put(page, "# HELP %s%s %s\n# TYPE %s%s %s\n", family->name, suffix, family->help, family->name, suffix, type);
}

/* labels: "{node=\"1\"}" or "". */
static void sample(struct page *page, const struct metrics_family *family, const char *labels, int64_t thousandths) {
    char value[JSON_THOUSANDTHS_SIZE];
    announce(page, family);
    json_thousandths_text(value, thousandths);
    put(page, "%s%s%s %s\n", family->name, kinds[family->kind].suffix, labels, value);
}

#define LABELS_SIZE 64

/* ---- values: the board ---- */

static bool uptime(const struct core *core, unsigned index, int64_t *thousandths) {
    (void)index;
    *thousandths = (int64_t)(core->now_ms - core->started_ms);
    return true;
}

static bool redundant(const struct core *core, unsigned index, int64_t *thousandths) {
    (void)index;
    *thousandths = METRICS_WHOLE(core->inputs.redundant);
    return core->inputs.settled;
}

static bool link_up(const struct core *core, unsigned index, int64_t *thousandths) {
    (void)index;
    *thousandths = METRICS_WHOLE(core->link_up);
    return true;
}

static bool store_failing(const struct core *core, unsigned index, int64_t *thousandths) {
    (void)index;
    *thousandths = METRICS_WHOLE(core->store_failing);
    return true;
}

static bool open_sessions(const struct core *core, unsigned index, int64_t *thousandths) {
    (void)index;
    *thousandths = 0;
    for (unsigned i = 0; i < SESSION_COUNT; i++) *thousandths += METRICS_WHOLE(core->sessions.entry[i].id != 0);
    return true;
}

static bool logins(const struct core *core, unsigned index, int64_t *thousandths) {
    (void)index;
    *thousandths = METRICS_WHOLE(core->counters.logins);
    return true;
}

/* Those not yet told in the log as well: a guesser shows at once. */
static bool login_failures(const struct core *core, unsigned index, int64_t *thousandths) {
    (void)index;
    *thousandths = METRICS_WHOLE((uint64_t)core->counters.login_failures + core->login_failures_unlogged);
    return true;
}

static bool resident(const struct core *core, unsigned index, int64_t *thousandths) {
    (void)index;
    *thousandths = METRICS_WHOLE(core->memory.resident_bytes);
    return core->memory.resident_bytes != 0;
}

static bool heap_free(const struct core *core, unsigned index, int64_t *thousandths) {
    (void)index;
    *thousandths = METRICS_WHOLE(core->memory.heap_free_bytes);
    return core->memory.heap_free_bytes != 0;
}

/* ---- values: supply lines ---- */

static bool measured(const struct rail_sample *line) { return line->valid && line->taken_ms != 0; }

static bool energy_of(const struct energy_meter *meter, int64_t *thousandths) {
    *thousandths = (int64_t)(meter->uj / 1000);
    return meter->taken_ms != 0;
}

static bool input_volts(const struct core *core, unsigned index, int64_t *thousandths) {
    *thousandths = core->inputs.view[index].sample.mv;
    return measured(&core->inputs.view[index].sample);
}

static bool input_amperes(const struct core *core, unsigned index, int64_t *thousandths) {
    *thousandths = core->inputs.view[index].sample.ma;
    return measured(&core->inputs.view[index].sample);
}

static bool input_watts(const struct core *core, unsigned index, int64_t *thousandths) {
    const struct rail_sample *line = &core->inputs.view[index].sample;
    *thousandths = (int64_t)line->mv * line->ma / 1000;
    return measured(line);
}

static bool input_joules(const struct core *core, unsigned index, int64_t *thousandths) {
    return energy_of(&core->energy.input[index], thousandths);
}

static bool input_present(const struct core *core, unsigned index, int64_t *thousandths) {
    *thousandths = METRICS_WHOLE(core->inputs.view[index].present);
    return core->inputs.view[index].known;
}

static bool input_in_range(const struct core *core, unsigned index, int64_t *thousandths) {
    *thousandths = METRICS_WHOLE(core->inputs.view[index].in_range);
    return core->inputs.view[index].known;
}

static bool input_carrying(const struct core *core, unsigned index, int64_t *thousandths) {
    *thousandths = METRICS_WHOLE(core->inputs.view[index].carrying);
    return core->inputs.view[index].known;
}

static bool rail_volts(const struct core *core, unsigned index, int64_t *thousandths) {
    *thousandths = core->rail[index].mv;
    return measured(&core->rail[index]);
}

static bool rail_amperes(const struct core *core, unsigned index, int64_t *thousandths) {
    *thousandths = core->rail[index].ma;
    return measured(&core->rail[index]);
}

static bool rail_watts(const struct core *core, unsigned index, int64_t *thousandths) {
    *thousandths = (int64_t)core->rail[index].mv * core->rail[index].ma / 1000;
    return measured(&core->rail[index]);
}

static bool rail_joules(const struct core *core, unsigned index, int64_t *thousandths) {
    return energy_of(&core->energy.rail[index], thousandths);
}

/* ---- values: nodes ---- */

static bool powered(const struct core *core, unsigned index, int64_t *thousandths) {
    struct power_view view = power_view(&core->power, index);
    *thousandths = METRICS_WHOLE(view.state == POWER_STATE_ON);
    return view.state != POWER_STATE_UNKNOWN;
}

static bool resets(const struct core *core, unsigned index, int64_t *thousandths) {
    *thousandths = METRICS_WHOLE(core->counters.node[index].resets);
    return true;
}

static bool panics(const struct core *core, unsigned index, int64_t *thousandths) {
    *thousandths = METRICS_WHOLE(core->counters.node[index].panics);
    return true;
}

static bool rail_losses(const struct core *core, unsigned index, int64_t *thousandths) {
    *thousandths = METRICS_WHOLE(core->counters.node[index].rail_losses);
    return true;
}

/* ---- families ---- */

static const struct metrics_family families[] = {
    {"super4c_uptime_seconds", METRICS_GAUGE, OF_BOARD, uptime, "Time since the controller started."},
    {"super4c_redundant", METRICS_GAUGE, OF_BOARD, redundant, "Whether either DC input could carry the board alone."},
    {"super4c_link_up", METRICS_GAUGE, OF_BOARD, link_up, "Whether the management network has a link."},
    {"super4c_store_failing", METRICS_GAUGE, OF_BOARD, store_failing, "Whether the settings store refused its last write."},
    {"super4c_sessions", METRICS_GAUGE, OF_BOARD, open_sessions, "Sessions that are open."},
    {"super4c_logins", METRICS_COUNTER, OF_BOARD, logins, "Sign-ins with a right password."},
    {"super4c_login_failures", METRICS_COUNTER, OF_BOARD, login_failures, "Sign-ins that were refused."},
    {"process_resident_memory_bytes", METRICS_GAUGE, OF_BOARD, resident, "Resident memory of the controller's process."},
    {"super4c_heap_free_bytes", METRICS_GAUGE, OF_BOARD, heap_free, "Free heap of the controller."},
    {"super4c_input_volts", METRICS_GAUGE, OF_INPUT, input_volts, "Voltage at a DC input."},
    {"super4c_input_amperes", METRICS_GAUGE, OF_INPUT, input_amperes, "Current from a DC input."},
    {"super4c_input_watts", METRICS_GAUGE, OF_INPUT, input_watts, "Power from a DC input."},
    {"super4c_input_joules", METRICS_COUNTER, OF_INPUT, input_joules, "Energy from a DC input."},
    {"super4c_input_present", METRICS_GAUGE, OF_INPUT, input_present, "Whether a supply is there."},
    {"super4c_input_in_range", METRICS_GAUGE, OF_INPUT, input_in_range, "Whether its voltage is what the board is rated for."},
    {"super4c_input_carrying", METRICS_GAUGE, OF_INPUT, input_carrying, "Whether this input feeds the board."},
    {"super4c_rail_volts", METRICS_GAUGE, OF_NODE, rail_volts, "Voltage of a node's 5 V rail."},
    {"super4c_rail_amperes", METRICS_GAUGE, OF_NODE, rail_amperes, "Current of a node's 5 V rail."},
    {"super4c_rail_watts", METRICS_GAUGE, OF_NODE, rail_watts, "Power of a node's 5 V rail."},
    {"super4c_rail_joules", METRICS_COUNTER, OF_NODE, rail_joules, "Energy of a node's 5 V rail."},
    {"super4c_rail_losses", METRICS_COUNTER, OF_NODE, rail_losses, "Times the rail fell with no order given."},
    {"super4c_node_powered", METRICS_GAUGE, OF_NODE, powered, "Whether the node is on, as measured."},
    {"super4c_node_resets", METRICS_COUNTER, OF_NODE, resets, "Restarts and power cycles that were ordered and are proven."},
    {"super4c_node_panics", METRICS_COUNTER, OF_NODE, panics, "Kernel panics that were received."},
};

static const unsigned subject_counts[METRICS_SUBJECT_COUNT] = {
    [OF_BOARD] = 1, [OF_INPUT] = INPUT_COUNT, [OF_NODE] = NODE_COUNT, [OF_NETWORK] = NODE_COUNT * NETWORK_COUNT};

static bool visible(const struct http_exchange *x, enum metrics_subject subject, unsigned index) {
    int node = subject == OF_NODE ? (int)index : subject == OF_NETWORK ? (int)(index / NETWORK_COUNT) : -1;
    return exists(x, node);
}

static void write_labels(char labels[LABELS_SIZE], enum metrics_subject subject, unsigned index) {
    static const char *const networks[NETWORK_COUNT] = {[NETWORK_SERVICE] = "service", [NETWORK_BACKPLANE] = "backplane"};
    labels[0] = '\0';
    if (subject == OF_INPUT) snprintf(labels, LABELS_SIZE, "{input=\"DC%u\"}", index + 1);
    if (subject == OF_NODE) snprintf(labels, LABELS_SIZE, "{node=\"%u\"}", index + 1);
    if (subject == OF_NETWORK)
        snprintf(labels, LABELS_SIZE, "{node=\"%u\",network=\"%s\"}", index / NETWORK_COUNT + 1, networks[index % NETWORK_COUNT]);
}

static void write_family(struct page *page, const struct http_exchange *x, const struct metrics_family *family) {
    page->announced = false;
    for (unsigned i = 0; i < subject_counts[family->subject]; i++) {
        char labels[LABELS_SIZE];
        int64_t thousandths;
        if (!visible(x, family->subject, i) || !family->value(page->core, i, &thousandths)) continue;
        write_labels(labels, family->subject, i);
        sample(page, family, labels, thousandths);
    }
}

/* ---- families with more than one label ---- */

static void write_build(struct page *page, const struct http_exchange *x) {
    static const struct metrics_family family = {"super4c_build", METRICS_INFO, OF_BOARD, NULL, "The firmware that runs."};
    page->announced = false;
    if (visible(x, OF_BOARD, 0)) sample(page, &family, "{version=\"" SUPER4C_VERSION "\"}", METRICS_WHOLE(1));
}

static void write_events(struct page *page, const struct http_exchange *x) {
    static const struct metrics_family family = {"super4c_events", METRICS_COUNTER, OF_BOARD, NULL,
                                                 "Entries made in the event log."};
    static const char *const severities[EVENT_SEVERITY_COUNT] = {"ok", "warning", "critical"};
    page->announced = false;
    for (unsigned i = 0; visible(x, OF_BOARD, 0) && i < EVENT_SEVERITY_COUNT; i++) {
        char labels[LABELS_SIZE];
        snprintf(labels, sizeof labels, "{severity=\"%s\"}", severities[i]);
        sample(page, &family, labels, METRICS_WHOLE(page->core->counters.events[i]));
    }
}

static void write_orders(struct page *page, const struct http_exchange *x) {
    static const struct metrics_family family = {"super4c_node_orders", METRICS_COUNTER, OF_NODE, NULL,
                                                 "Power orders that came to an end."};
    page->announced = false;
    for (unsigned node = 0; node < NODE_COUNT; node++) {
        const struct node_counters *counters = &page->core->counters.node[node];
        const struct {
            const char *name;
            uint32_t count;
        } results[] = {{"completed", counters->orders_completed},
                       {"failed", counters->orders_failed},
                       {"superseded", counters->orders_superseded}};
        for (size_t i = 0; visible(x, OF_NODE, node) && i < sizeof results / sizeof results[0]; i++) {
            char labels[LABELS_SIZE];
            snprintf(labels, sizeof labels, "{node=\"%u\",result=\"%s\"}", node + 1, results[i].name);
            sample(page, &family, labels, METRICS_WHOLE(results[i].count));
        }
    }
}

/* A state set's label bears the family's name. */
static void write_states(struct page *page, const struct http_exchange *x) {
    static const struct metrics_family family = {"super4c_node_state", METRICS_STATESET, OF_NODE, NULL,
                                                 "How a node is; one of its states is 1."};
    page->announced = false;
    for (unsigned node = 0; node < NODE_COUNT; node++) {
        enum health_state is = page->core->health[node].state;
        for (unsigned state = 0; visible(x, OF_NODE, node) && state < HEALTH_STATE_COUNT; state++) {
            char labels[LABELS_SIZE];
            snprintf(labels, sizeof labels, "{node=\"%u\",super4c_node_state=\"%s\"}", node + 1,
                     health_name((enum health_state)state));
            sample(page, &family, labels, METRICS_WHOLE(state == (unsigned)is));
        }
    }
}

enum http_next metrics_get(struct core *core, struct http_exchange *x) {
    struct page page = {
        .core = core, .out = x->response.out, .size = sizeof x->response.out, .open = x->request.accepts_openmetrics};
    write_build(&page, x);
    for (size_t i = 0; i < sizeof families / sizeof families[0]; i++) write_family(&page, x, &families[i]);
    for (size_t i = 0; i < metrics_agent_family_count; i++) write_family(&page, x, &metrics_agent_families[i]);
    write_states(&page, x);
    write_orders(&page, x);
    write_events(&page, x);
    if (page.open) put(&page, "# EOF\n");
    if (page.overflow) return reply_error(x, 500, MESSAGE(INTERNAL_ERROR));
    x->response.status = 200;
    x->response.content_type = page.open ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
                                         : "text/plain; version=0.0.4; charset=utf-8";
    x->response.body = page.out;
    x->response.body_size = page.length;
    return HTTP_DONE;
}
