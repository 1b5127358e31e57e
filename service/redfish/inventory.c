/* SPDX-License-Identifier: Apache-2.0
 * What is on a node's module: its processor and its memory. What every module has is known from its datasheet; what this one has,
 * such as its memory's size, is there once the node's agent has told. */
#include <stdio.h>

#include "core/bytes.h"
#include "service/redfish/module.h"
#include "service/redfish/node_report.h"
#include "service/redfish/redfish.h"
#include "service/redfish/schema.h"
#include "service/reply.h"

static bool only_member(unsigned index, const char *only, char id[COLLECTION_ID_SIZE]) {
    if (index > 0) return false;
    text_copy(id, COLLECTION_ID_SIZE, only);
    return true;
}

/* The node in the path; the handlers have seen that there is one. */
static unsigned node_of(const struct http_exchange *x) { return (unsigned)node_index(x->parent); }

static enum http_next get(struct core *core, struct http_exchange *x, const struct collection *collection) {
    return node_index(x->parent) < 0 ? system_none(x) : collection_get(core, x, collection);
}
static enum http_next get_member(struct core *core, struct http_exchange *x, const struct collection *collection) {
    return node_index(x->parent) < 0 ? system_none(x) : collection_get_member(core, x, collection);
}

static void begin_links(const struct http_exchange *x, struct json_writer *w) {
    json_put_object(w, "Links");
    json_put_object(w, "Chassis");
    json_put_format(w, "@odata.id", URI_ROOT "/Chassis/Node%u", node_of(x) + 1);
    json_object_end(w);
}

/* Whether the part is there and powered; how well it is, nobody tells the controller. */
static void write_status(const struct core *core, const struct http_exchange *x, struct json_writer *w) {
    json_put_object(w, "Status");
    json_put_text(w, "State", node_part_state(core, node_of(x)));
    json_object_end(w);
}

/* ---- processor ---- */

static bool processor_member(const struct core *core, const struct http_exchange *x, unsigned index,
                             char id[COLLECTION_ID_SIZE]) {
    (void)core;
    (void)x;
    return only_member(index, "CPU", id);
}

/* What its firmware says of it, docs/heartbeat.md: 0 undervoltage, 1 frequency capped, 2 throttled, 3 soft temperature limit. */
static void write_throttling(const struct core *core, struct json_writer *w, unsigned node) {
    const struct agent_report *now = node_report_now(core, node);
    if (!now || !(now->has & AGENT_HAS_THROTTLED)) return;
    bool throttled = (now->throttled & 0xe) != 0, by_supply = now->throttled & 1 << 0, by_heat = now->throttled & 1 << 3;
    json_put_boolean(w, "Throttled", throttled);
    json_put_array(w, "ThrottleCauses");
    if (throttled && by_supply) json_text(w, "PowerLimit");
    if (throttled && by_heat) json_text(w, "ThermalLimit");
    if (throttled && !by_supply && !by_heat) json_text(w, "Unknown");
    json_array_end(w);
}

static void write_processor(const struct core *core, const struct http_exchange *x, struct json_writer *w, const char *uri,
                            const char *id) {
    enum health_state health = core->health[node_of(x)].state;
    resource_begin(w, uri, SCHEMA_PROCESSOR, id, "Processor");
    json_put_text(w, "ProcessorType", "CPU");
    write_status(core, x, w);
    if (health != HEALTH_EMPTY) {
        json_put_text(w, "Manufacturer", MODULE_CPU_MANUFACTURER);
        json_put_text(w, "Model", MODULE_CPU_MODEL);
        json_put_text(w, "ProcessorArchitecture", MODULE_CPU_ARCHITECTURE);
        json_put_text(w, "InstructionSet", MODULE_CPU_INSTRUCTIONS);
        json_put_integer(w, "TotalCores", MODULE_CPU_CORE_COUNT);
        json_put_integer(w, "TotalThreads", node_thread_count(core, node_of(x)));
        json_put_integer(w, "MaxSpeedMHz", MODULE_CPU_MAX_MHZ);
        write_throttling(core, w, node_of(x));
    }
    begin_links(x, w);
    json_object_end(w);
    json_object_end(w);
}

static const struct collection processors = {.uri = URI_SYSTEMS "/{}/Processors",
                                             .schema = SCHEMA_PROCESSOR_COLLECTION,
                                             .name = "Processor Collection",
                                             .member_type = "Processor",
                                             .member = processor_member,
                                             .write = write_processor};

enum http_next processors_get(struct core *core, struct http_exchange *x) { return get(core, x, &processors); }
enum http_next processor_get(struct core *core, struct http_exchange *x) { return get_member(core, x, &processors); }

/* ---- memory ---- */

static bool memory_member(const struct core *core, const struct http_exchange *x, unsigned index, char id[COLLECTION_ID_SIZE]) {
    (void)core;
    (void)x;
    return only_member(index, "RAM", id);
}

static void write_memory(const struct core *core, const struct http_exchange *x, struct json_writer *w, const char *uri,
                         const char *id) {
    enum health_state health = core->health[node_of(x)].state;
    const struct agent_report *report = node_report(core, node_of(x));
    resource_begin(w, uri, SCHEMA_MEMORY, id, "Memory");
    write_status(core, x, w);
    if (health != HEALTH_EMPTY) {
        json_put_text(w, "MemoryType", "DRAM");
        json_put_text(w, "MemoryDeviceType", MODULE_RAM_TYPE);
        if (report && (report->has & AGENT_HAS_MEMORY)) json_put_integer(w, "CapacityMiB", report->memory_mib);
    }
    begin_links(x, w);
    json_object_end(w);
    json_object_end(w);
}

static const struct collection memories = {.uri = URI_SYSTEMS "/{}/Memory",
                                           .schema = SCHEMA_MEMORY_COLLECTION,
                                           .name = "Memory Collection",
                                           .member_type = "Memory",
                                           .member = memory_member,
                                           .write = write_memory};

enum http_next memories_get(struct core *core, struct http_exchange *x) { return get(core, x, &memories); }
enum http_next memory_get(struct core *core, struct http_exchange *x) { return get_member(core, x, &memories); }
