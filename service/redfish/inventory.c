/* SPDX-License-Identifier: Apache-2.0
 * What is on a node's module: its processor, its memory and its two network interfaces. What every module has is known from its
 * datasheet; what this one has, such as its memory's size or an address, the controller has no wire to ask for. */
#include <stdio.h>
#include <string.h>

#include "core/bytes.h"
#include "service/redfish/module.h"
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
static void write_status(struct json_writer *w, enum health_state node) {
    static const char *const states[HEALTH_STATE_COUNT] = {
        [HEALTH_UNKNOWN] = "UnavailableOffline", [HEALTH_EMPTY] = "Absent",     [HEALTH_OFF] = "StandbyOffline",
        [HEALTH_MODULE_OFF] = "StandbyOffline",  [HEALTH_STARTING] = "Enabled", [HEALTH_UP] = "Enabled",
        [HEALTH_PANICKED] = "Enabled",           [HEALTH_HALTED] = "Quiesced",  [HEALTH_FAILED] = "UnavailableOffline",
    };
    json_put_object(w, "Status");
    json_put_text(w, "State", states[node]);
    json_object_end(w);
}

/* ---- processor ---- */

static bool processor_member(const struct core *core, const struct http_exchange *x, unsigned index,
                             char id[COLLECTION_ID_SIZE]) {
    (void)core;
    (void)x;
    return only_member(index, "CPU", id);
}

static void write_processor(const struct core *core, const struct http_exchange *x, struct json_writer *w, const char *uri,
                            const char *id) {
    enum health_state health = core->health[node_of(x)].state;
    resource_begin(w, uri, SCHEMA_PROCESSOR, id, "Processor");
    json_put_text(w, "ProcessorType", "CPU");
    write_status(w, health);
    if (health != HEALTH_EMPTY) {
        json_put_text(w, "Manufacturer", MODULE_CPU_MANUFACTURER);
        json_put_text(w, "Model", MODULE_CPU_MODEL);
        json_put_text(w, "ProcessorArchitecture", MODULE_CPU_ARCHITECTURE);
        json_put_text(w, "InstructionSet", MODULE_CPU_INSTRUCTIONS);
        json_put_integer(w, "TotalCores", MODULE_CPU_CORE_COUNT);
        json_put_integer(w, "TotalThreads", MODULE_CPU_THREAD_COUNT);
        json_put_integer(w, "MaxSpeedMHz", MODULE_CPU_MAX_MHZ);
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
    resource_begin(w, uri, SCHEMA_MEMORY, id, "Memory");
    write_status(w, health);
    if (health != HEALTH_EMPTY) {
        json_put_text(w, "MemoryType", "DRAM");
        json_put_text(w, "MemoryDeviceType", MODULE_RAM_TYPE);
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

/* ---- network ---- */

static const struct {
    const char *id, *name, *description;
} ethernets[] = {{"Service", "Service Network", "1 Gbit/s Ethernet of the module itself; eth0 in Linux, driver macb."},
                 {"Backplane", "Backplane Network", "2.5 Gbit/s Ethernet at the module's USB 3; driver r8152 in Linux."}};
#define ETHERNET_COUNT (sizeof ethernets / sizeof ethernets[0])

static bool ethernet_member(const struct core *core, const struct http_exchange *x, unsigned index, char id[COLLECTION_ID_SIZE]) {
    (void)core;
    (void)x;
    if (index >= ETHERNET_COUNT) return false;
    text_copy(id, COLLECTION_ID_SIZE, ethernets[index].id);
    return true;
}

static void write_ethernet(const struct core *core, const struct http_exchange *x, struct json_writer *w, const char *uri,
                           const char *id) {
    size_t index = strcmp(id, ethernets[0].id) == 0 ? 0 : 1;
    resource_begin(w, uri, SCHEMA_ETHERNET, id, ethernets[index].name);
    json_put_text(w, "Description", ethernets[index].description);
    json_put_text(w, "EthernetInterfaceType", "Physical");
    write_status(w, core->health[node_of(x)].state);
    begin_links(x, w);
    json_object_end(w);
    json_object_end(w);
}

static const struct collection ethernet_interfaces = {.uri = URI_SYSTEMS "/{}/EthernetInterfaces",
                                                      .schema = SCHEMA_ETHERNET_COLLECTION,
                                                      .name = "Ethernet Interface Collection",
                                                      .member_type = "EthernetInterface",
                                                      .member = ethernet_member,
                                                      .write = write_ethernet};

enum http_next node_ethernets_get(struct core *core, struct http_exchange *x) { return get(core, x, &ethernet_interfaces); }
enum http_next node_ethernet_get(struct core *core, struct http_exchange *x) { return get_member(core, x, &ethernet_interfaces); }
