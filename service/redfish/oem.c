/* SPDX-License-Identifier: Apache-2.0 */
#include "service/redfish/oem.h"

#include <stdio.h>
#include <string.h>

#include "service/redfish/redfish.h"
#include "service/redfish/schema.h"
#include "service/reply.h"

enum kind { KIND_TEXT, KIND_INTEGER, KIND_NUMBER, KIND_BOOLEAN, KIND_TIME, KIND_TEXTS, KIND_LINK, KIND_OBJECT, KIND_OBJECTS };

struct property {
    const char *name;
    uint8_t kind; /* enum kind */
    bool writable;
    const char *of; /* the type of a link, an object or the objects; else NULL */
    const char *text;
};

enum form {
    FORM_OEM,      /* stands as Oem.Super4C in a resource, and says its type */
    FORM_PART,     /* an object within such a one */
    FORM_RESOURCE, /* has a URI of its own */
};

struct type {
    const char *name;
    const char *text;
    const struct property *properties;
    uint8_t form; /* enum form */
    uint8_t property_count;
};
#define TYPE(name, form, text, properties)                                                                                       \
    { name, text, properties, form, sizeof(properties) / sizeof(properties)[0] }

static const struct property node[] = {
    {"State", KIND_TEXT, false, NULL, "What the controller makes of the evidence about the node."},
    {"StateReason", KIND_TEXT, false, NULL, "The evidence behind the state, in words."},
    {"StateSeconds", KIND_INTEGER, false, NULL, "How long the state has lasted, in seconds."},
    {"ModuleEnabled", KIND_BOOLEAN, false, NULL, "Whether PMIC_EN is released, so that the module may run."},
    {"ChannelEnabled", KIND_BOOLEAN, false, NULL, "Whether the 5 V channel is switched on."},
    {"RailMilliVolts", KIND_INTEGER, false, NULL, "The voltage of the 5 V rail, in mV."},
    {"RailMilliAmps", KIND_INTEGER, false, NULL, "The current of the 5 V rail, in mA."},
    {"MeasuredAgeMilliSeconds", KIND_INTEGER, false, NULL, "How old the two are, in ms."},
    {"Order", KIND_OBJECT, false, "Order", "The power order under way."},
    {"LastOrderFailure", KIND_TEXT, false, NULL, "Why the latest power order failed."},
    {"ServiceAddress", KIND_TEXT, true, NULL,
     "The node's IPv4 address on the service network, from which its kernel's words come."},
    {"Agent", KIND_OBJECT, false, "Agent", "The program on the node that reports to the controller."},
    {"Host", KIND_OBJECT, false, "Host", "What it tells of the system that runs on the node."},
    {"RecoveryPolicy", KIND_TEXT, true, NULL, "Automatic, Off, NotifyOnly or Full."},
    {"Protected", KIND_BOOLEAN, true, NULL, "Whether the controller never cuts the node of itself."},
    {"MaintenanceMinutes", KIND_INTEGER, true, NULL, "For how long nothing is done to it of itself; 0: not in maintenance."},
    {"FanCurve", KIND_OBJECTS, true, "FanPoint", "The fan's duty by temperature; empty: as the kernel has it."},
    {"Recovery", KIND_OBJECT, false, "Recovery", "What is being done to bring the node back."},
    {"Panicked", KIND_BOOLEAN, false, NULL, "Whether the kernel panicked."},
    {"PanicLine", KIND_TEXT, false, NULL, "The sentence of the latest panic."},
    {"LastWords", KIND_TEXTS, false, NULL, "The latest lines of the kernel."},
    {"Console", KIND_LINK, false, "Super4C.Console", "All that is kept of them."}};

static const struct property recovery[] = {
    {"Phase", KIND_TEXT, false, NULL, "How far recovery is."},
    {"Next", KIND_TEXT, false, NULL, "What comes next and when, or why it waits."},
    {"AttemptsLastHour", KIND_INTEGER, false, NULL, "How often the controller tried within an hour."},
    {"GaveUp", KIND_BOOLEAN, false, NULL, "Whether it has given up for now."}};

static const struct property fan_point[] = {{"Celsius", KIND_INTEGER, true, NULL, "From this temperature on."},
                                            {"Duty", KIND_INTEGER, true, NULL, "The duty, 0 to 255."}};

static const struct property rolling[] = {{"Result", KIND_TEXT, false, NULL, "How the latest rolling restart went."},
                                          {"Node", KIND_TEXT, false, NULL, "The node whose turn it is."},
                                          {"Failure", KIND_TEXT, false, NULL, "Why it stopped."}};

static const struct property order[] = {{"Act", KIND_TEXT, false, NULL, "What was ordered."},
                                        {"Phase", KIND_TEXT, false, NULL, "How far it is."},
                                        {"Task", KIND_LINK, false, "Task.Task", "The order's task."}};

static const struct property agent[] = {
    {"Enrolled", KIND_BOOLEAN, false, NULL, "Whether a key was made for it that is still good."},
    {"Version", KIND_TEXT, false, NULL, "Its version."},
    {"ServiceSeen", KIND_INTEGER, false, NULL, "How long ago it last reported over the service network, in seconds."},
    {"BackplaneSeen", KIND_INTEGER, false, NULL, "How long ago it last reported over the backplane network, in seconds."},
    {"OrderState", KIND_TEXT, false, NULL, "How far the latest thing it was asked to do is."}};

static const struct property host[] = {
    {"OperatingSystem", KIND_TEXT, false, NULL, "What its operating system calls itself."},
    {"Kernel", KIND_TEXT, false, NULL, "Its kernel's release."},
    {"BootId", KIND_TEXT, false, NULL, "Another one after each boot."},
    {"UptimeSeconds", KIND_INTEGER, false, NULL, "How long it has been running, in seconds."},
    {"Load", KIND_NUMBER, false, NULL, "The load average of the last minute."},
    {"CPUPressurePercent", KIND_NUMBER, false, NULL, "The share of time in which some task waited for a CPU, in percent."},
    {"MemoryPressurePercent", KIND_NUMBER, false, NULL, "The share of time in which some task waited for memory, in percent."},
    {"Throttled", KIND_TEXTS, false, NULL, "Why the firmware slows it down, and has slowed it down since the boot."},
    {"ReportAgeSeconds", KIND_INTEGER, false, NULL, "How old all this is, in seconds."}};

static const struct property node_network[] = {
    {"LastHeardSeconds", KIND_INTEGER, false, NULL, "How long ago a report last came over this network, in seconds."},
    {"CarrierChanges", KIND_INTEGER, false, NULL, "How often the link has come or gone since the boot."},
    {"ReceiveErrors", KIND_INTEGER, false, NULL, "Packets received in error since the boot."},
    {"TransmitErrors", KIND_INTEGER, false, NULL, "Packets that could not be sent since the boot."}};

static const struct property fan_control[] = {{"SetBy", KIND_TEXT, false, NULL, "Who sets the fan's speed: Kernel or Agent."}};

static const struct property board[] = {
    {"CarryingInput", KIND_TEXT, false, NULL, "The input that carries the board."},
    {"Redundant", KIND_BOOLEAN, false, NULL, "Whether the board survives the loss of either input."},
    {"Inputs", KIND_OBJECTS, false, "Input", "The DC inputs."},
    {"DisruptionBudget", KIND_INTEGER, true, NULL, "How many nodes may be down at once by the controller's hand."},
    {"InputWatts", KIND_INTEGER, true, NULL, "What one input can deliver for long, in W; 0: not known."},
    {"RollingRestart", KIND_OBJECT, false, "RollingRestart", "The restart of the nodes one after another."}};

static const struct property input[] = {
    {"Name", KIND_TEXT, false, NULL, "DC1 or DC2."},
    {"Present", KIND_BOOLEAN, false, NULL, "Whether a supply is connected."},
    {"InRange", KIND_BOOLEAN, false, NULL, "Whether its voltage is one the board is made for."},
    {"Carrying", KIND_BOOLEAN, false, NULL, "Whether it carries the board."},
    {"Nominal", KIND_TEXT, false, NULL, "The supply's nominal voltage, as recognised."},
    {"MilliVolts", KIND_INTEGER, false, NULL, "Its voltage, in mV."},
    {"MilliAmps", KIND_INTEGER, false, NULL, "Its current, in mA."}};

static const struct property manager[] = {
    {"UptimeSeconds", KIND_INTEGER, false, NULL, "How long the controller has been running, in seconds."},
    {"ResetCause", KIND_TEXT, false, NULL, "Why it started."},
    {"LinkUp", KIND_BOOLEAN, false, NULL, "Whether the management network has a link."},
    {"StoreFailing", KIND_BOOLEAN, false, NULL, "Whether the settings store refuses writes."}};

static const struct property entry[] = {
    {"Actor", KIND_TEXT, false, NULL, "The account or part of the firmware that caused it."},
    {"Via", KIND_TEXT, false, NULL, "The way it came."},
    {"Address", KIND_TEXT, false, NULL, "The address it came from."},
    {"Node", KIND_INTEGER, false, NULL, "The node it is about."},
    {"UptimeSeconds", KIND_INTEGER, false, NULL, "The controller's uptime then, in seconds."}};

static const struct property console[] = {
    {"Text", KIND_TEXT, false, NULL, "The latest 3 KiB of the kernel's words."},
    {"Panicked", KIND_BOOLEAN, false, NULL, "Whether the kernel panicked."},
    {"PanicLine", KIND_TEXT, false, NULL, "The sentence of the latest panic."},
    {"LinesReceived", KIND_INTEGER, false, NULL, "How many lines have come since the controller started."},
    {"LastPanic", KIND_OBJECT, false, "Panic", "The panic that the store keeps."}};

static const struct property panic[] = {{"Text", KIND_TEXT, false, NULL, "What the kernel said."},
                                        {"Time", KIND_TIME, false, NULL, "When it had said it all."}};

static const struct type types[] = {
    TYPE("Node", FORM_OEM, "What Redfish has no word for at a node.", node),
    TYPE("Recovery", FORM_PART, "What is being done to bring a node back.", recovery),
    TYPE("FanPoint", FORM_PART, "A point of a fan curve.", fan_point),
    TYPE("RollingRestart", FORM_PART, "The restart of the nodes one after another.", rolling),
    TYPE("Order", FORM_PART, "A power order under way.", order),
    TYPE("Agent", FORM_PART, "The program on a node that reports to the controller.", agent),
    TYPE("Host", FORM_PART, "The system that runs on a node, as its agent tells.", host),
    TYPE("NodeNetwork", FORM_OEM, "What Redfish has no word for at a node's interface.", node_network),
    TYPE("FanControl", FORM_OEM, "What Redfish has no word for at a node's fan control.", fan_control),
    TYPE("Board", FORM_OEM, "What Redfish has no word for at the board.", board),
    TYPE("Input", FORM_PART, "A DC input.", input),
    TYPE("Manager", FORM_OEM, "What Redfish has no word for at the controller.", manager),
    TYPE("LogEntry", FORM_OEM, "Who, how and from where.", entry),
    TYPE("EventRecord", FORM_OEM, "Who, how and from where.", entry),
    TYPE("Panic", FORM_PART, "A kernel's panic.", panic),
    TYPE("Console", FORM_RESOURCE, "A node's last kernel words.", console),
};
#define TYPE_COUNT (sizeof types / sizeof types[0])

/* ---- XML ---- */

struct xml_writer xml_writer(char *out, size_t size) {
    return (struct xml_writer){.out = out, .size = size};
}

void xml_put(struct xml_writer *w, const char *text) {
    size_t length = strlen(text);
    w->overflow = w->overflow || length > w->size - w->length;
    if (w->overflow) return;
    memcpy(&w->out[w->length], text, length);
    w->length += length;
}

enum http_next xml_reply(struct http_exchange *x, const struct xml_writer *w) {
    if (w->overflow) return reply_error(x, 500, MESSAGE(INTERNAL_ERROR));
    x->response.status = 200;
    x->response.content_type = "application/xml; charset=utf-8";
    x->response.body = x->response.out;
    x->response.body_size = w->length;
    return HTTP_DONE;
}

/* ---- CSDL: what programs need; the words for people are in the JSON Schema ---- */

static void put_edm_type(struct xml_writer *w, const struct property *property) {
    static const char *const names[] = {[KIND_TEXT] = "Edm.String",
                                        [KIND_INTEGER] = "Edm.Int64",
                                        [KIND_NUMBER] = "Edm.Decimal",
                                        [KIND_BOOLEAN] = "Edm.Boolean",
                                        [KIND_TIME] = "Edm.DateTimeOffset",
                                        [KIND_TEXTS] = "Collection(Edm.String)",
                                        [KIND_LINK] = "",
                                        [KIND_OBJECT] = OEM_NAMESPACE ".",
                                        [KIND_OBJECTS] = "Collection(" OEM_NAMESPACE "."};
    xml_put(w, names[property->kind]);
    if (property->of) xml_put(w, property->of);
    if (property->kind == KIND_OBJECTS) xml_put(w, ")");
}

static void put_property(struct xml_writer *w, const struct property *property) {
    bool link = property->kind == KIND_LINK;
    xml_put(w, link ? "<NavigationProperty Name=\"" : "<Property Name=\"");
    xml_put(w, property->name);
    xml_put(w, "\" Type=\"");
    put_edm_type(w, property);
    xml_put(w, "\" Nullable=\"false\"><Annotation Term=\"OData.Permissions\" EnumMember=\"OData.Permission/");
    xml_put(w, property->writable ? "ReadWrite\"/>" : "Read\"/>");
    xml_put(w, link ? "</NavigationProperty>\n" : "</Property>\n");
}

static void put_type(struct xml_writer *w, const struct type *type) {
    bool resource = type->form == FORM_RESOURCE;
    xml_put(w, resource ? "<EntityType Name=\"" : "<ComplexType Name=\"");
    xml_put(w, type->name);
    if (type->form == FORM_OEM) xml_put(w, "\" BaseType=\"Resource.OemObject");
    if (resource) {
        xml_put(w, "\" BaseType=\"Super4C.");
        xml_put(w, type->name);
    }
    xml_put(w, "\"><Annotation Term=\"OData.AdditionalProperties\" Bool=\"false\"/>");
    xml_put(w, "\n");
    for (unsigned i = 0; i < type->property_count; i++) put_property(w, &type->properties[i]);
    xml_put(w, resource ? "</EntityType>\n" : "</ComplexType>\n");
}

/* A resource's unversioned base says where it is and that it can only be read. */
static void put_base(struct xml_writer *w, const struct type *type) {
    static const char *const shut[] = {"Insert", "Update", "Delete"}, *const able[] = {"Insertable", "Updatable", "Deletable"};
    xml_put(w, "<EntityType Name=\"");
    xml_put(w, type->name);
    xml_put(w, "\" BaseType=\"Resource.v1_0_0.Resource\" Abstract=\"true\">\n");
    for (unsigned i = 0; i < 3; i++) {
        char line[192];
        snprintf(line, sizeof line,
                 "<Annotation Term=\"Capabilities.%sRestrictions\"><Record><PropertyValue Property=\"%s\" Bool=\"false\"/>"
                 "</Record></Annotation>\n",
                 shut[i], able[i]);
        xml_put(w, line);
    }
    xml_put(w, "<Annotation Term=\"Redfish.Uris\"><Collection>"
               "<String>/redfish/v1/Systems/{ComputerSystemId}/Oem/Super4C/Console</String></Collection></Annotation>\n"
               "</EntityType>\n");
}

static void put_actions(struct xml_writer *w) {
    static const struct {
        const char *name, *parameters;
    } actions[] = {{"RollingRestart", ""},
                   {"CancelRollingRestart", ""},
                   {"ModuleOff", ""},
                   {"EnrolAgent", "<Parameter Name=\"ServiceController\" Type=\"Edm.String\"/>"
                                  "<Parameter Name=\"BackplaneController\" Type=\"Edm.String\"/>"},
                   {"RevokeAgent", ""}};
    for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++) {
        xml_put(w, "<Action Name=\"");
        xml_put(w, actions[i].name);
        xml_put(w, "\" IsBound=\"true\"><Parameter Name=\"ComputerSystem\" Type=\"ComputerSystem.v1_0_0.OemActions\"/>");
        xml_put(w, actions[i].parameters);
        xml_put(w, "</Action>\n");
    }
}

static void put_references(struct xml_writer *w) {
    static const char *const lines[] = {
        "<edmx:Reference Uri=\"http://docs.oasis-open.org/odata/odata/v4.0/errata03/csd01/complete/vocabularies/"
        "Org.OData.Core.V1.xml\"><edmx:Include Namespace=\"Org.OData.Core.V1\" Alias=\"OData\"/></edmx:Reference>\n",
        "<edmx:Reference Uri=\"http://docs.oasis-open.org/odata/odata/v4.0/errata03/csd01/complete/vocabularies/"
        "Org.OData.Capabilities.V1.xml\"><edmx:Include Namespace=\"Org.OData.Capabilities.V1\" Alias=\"Capabilities\"/>"
        "</edmx:Reference>\n",
        "<edmx:Reference Uri=\"http://redfish.dmtf.org/schemas/v1/RedfishExtensions_v1.xml\">"
        "<edmx:Include Namespace=\"RedfishExtensions.v1_0_0\" Alias=\"Redfish\"/></edmx:Reference>\n",
        "<edmx:Reference Uri=\"http://redfish.dmtf.org/schemas/v1/Resource_v1.xml\"><edmx:Include Namespace=\"Resource\"/>"
        "<edmx:Include Namespace=\"Resource.v1_0_0\"/></edmx:Reference>\n",
        "<edmx:Reference Uri=\"http://redfish.dmtf.org/schemas/v1/ComputerSystem_v1.xml\">"
        "<edmx:Include Namespace=\"ComputerSystem.v1_0_0\"/></edmx:Reference>\n",
        "<edmx:Reference Uri=\"http://redfish.dmtf.org/schemas/v1/Task_v1.xml\"><edmx:Include Namespace=\"Task\"/>"
        "</edmx:Reference>\n"};
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) xml_put(w, lines[i]);
}

static void put_schema_begin(struct xml_writer *w, const char *space) {
    xml_put(w, "<Schema xmlns=\"http://docs.oasis-open.org/odata/ns/edm\" Namespace=\"");
    xml_put(w, space);
    xml_put(w, "\"><Annotation Term=\"Redfish.OwningEntity\" String=\"super4c-bmc\"/>\n");
}

enum http_next oem_csdl_get(struct core *core, struct http_exchange *x) {
    (void)core;
    struct xml_writer w = xml_writer(x->response.out, sizeof x->response.out);
    xml_put(&w, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                "<edmx:Edmx xmlns:edmx=\"http://docs.oasis-open.org/odata/ns/edmx\" Version=\"4.0\">\n");
    put_references(&w);
    xml_put(&w, "<edmx:DataServices>\n");
    put_schema_begin(&w, "Super4C");
    for (size_t i = 0; i < TYPE_COUNT; i++)
        if (types[i].form == FORM_RESOURCE) put_base(&w, &types[i]);
    put_actions(&w);
    xml_put(&w, "</Schema>\n");
    put_schema_begin(&w, OEM_NAMESPACE);
    for (size_t i = 0; i < TYPE_COUNT; i++) put_type(&w, &types[i]);
    xml_put(&w, "</Schema>\n</edmx:DataServices>\n</edmx:Edmx>\n");
    return xml_reply(x, &w);
}

/* ---- JSON Schema ---- */

static void write_reference(struct json_writer *w, const struct property *property) {
    if (property->kind == KIND_LINK) {
        json_put_text(w, "$ref", "http://redfish.dmtf.org/schemas/v1/odata-v4.json#/definitions/idRef");
        return;
    }
    json_put_format(w, "$ref", "#/definitions/%s", property->of);
}

static void write_kind(struct json_writer *w, const struct property *property) {
    static const char *const names[] = {[KIND_TEXT] = "string",     [KIND_INTEGER] = "integer", [KIND_NUMBER] = "number",
                                        [KIND_BOOLEAN] = "boolean", [KIND_TIME] = "string",     [KIND_TEXTS] = "array",
                                        [KIND_LINK] = NULL,         [KIND_OBJECT] = NULL,       [KIND_OBJECTS] = "array"};
    if (names[property->kind]) json_put_text(w, "type", names[property->kind]);
    if (property->kind == KIND_TIME) json_put_text(w, "format", "date-time");
    if (property->kind == KIND_LINK || property->kind == KIND_OBJECT) write_reference(w, property);
    if (property->kind != KIND_TEXTS && property->kind != KIND_OBJECTS) return;
    json_put_object(w, "items");
    if (property->kind == KIND_OBJECTS)
        write_reference(w, property);
    else
        json_put_text(w, "type", "string");
    json_object_end(w);
}

static void write_type(struct json_writer *w, const struct type *type) {
    json_put_object(w, type->name);
    json_put_text(w, "description", type->text);
    json_put_text(w, "type", "object");
    json_put_boolean(w, "additionalProperties",
                     type->form == FORM_RESOURCE); /* a resource has Id, Name and others of Redfish besides */
    json_put_object(w, "properties");
    if (type->form == FORM_OEM) {
        json_put_object(w, "@odata.type");
        json_put_text(w, "type", "string");
        json_object_end(w);
    }
    for (unsigned i = 0; i < type->property_count; i++) {
        const struct property *property = &type->properties[i];
        json_put_object(w, property->name);
        json_put_text(w, "description", property->text);
        json_put_boolean(w, "readonly", !property->writable);
        write_kind(w, property);
        json_object_end(w);
    }
    json_object_end(w);
    json_object_end(w);
}

enum http_next oem_schema_get(struct core *core, struct http_exchange *x) {
    (void)core;
    struct json_writer w = reply_writer(x);
    json_object(&w);
    json_put_text(&w, "$id", OEM_SCHEMA_URI);
    json_put_text(&w, "$schema", "http://redfish.dmtf.org/schemas/v1/redfish-schema-v1.json");
    json_put_text(&w, "title", "#" OEM_NAMESPACE);
    json_put_text(&w, "owningEntity", "super4c-bmc");
    json_put_object(&w, "definitions");
    for (size_t i = 0; i < TYPE_COUNT; i++) write_type(&w, &types[i]);
    json_object_end(&w);
    json_object_end(&w);
    return reply_json(x, &w, 200);
}
