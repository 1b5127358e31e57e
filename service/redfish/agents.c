/* SPDX-License-Identifier: Apache-2.0
 * The agent of a node: its key is made, shown once and revoked here, and what is known of the agent itself is told. */
#include <stdio.h>
#include <string.h>

#include "core/bytes.h"
#include "service/auth.h"
#include "service/body.h"
#include "service/redfish/node_report.h"
#include "service/redfish/systems.h"
#include "service/reply.h"
#include "service/text.h"

#define DEFAULT_PORT 6668 /* docs/heartbeat.md; where an agent looks when it is told nothing else */
#define VALUE_SHOWN  48

/* The enrolment word, docs/heartbeat.md: 50 bytes, so that base32 needs no padding. */
#define WORD_PREFIX   "S4A1-"
#define WORD_VERSION  1
#define CHECKSUM_SIZE 4
#define WORD_BYTES    (1 + 1 + 4 + AGENT_KEY_SIZE + 4 + 4 + CHECKSUM_SIZE)
#define WORD_SIZE     (sizeof WORD_PREFIX + WORD_BYTES / 5 * 8)

_Static_assert(WORD_BYTES % 5 == 0, "base32 without padding");
_Static_assert(sizeof((struct http_exchange *)0)->random >= AGENT_KEY_SIZE, "the key is chosen by the port's random bytes");

enum phase { PHASE_ASKED, PHASE_DIGESTED, PHASE_SAVED };

/* Made in the response's buffer, which is free until there is an answer. */
struct enrolment {
    uint8_t record[AGENT_RECORD_SIZE];
    uint8_t word[WORD_BYTES];
};
static struct enrolment *enrolment_of(struct http_exchange *x) { return (struct enrolment *)x->response.out; }

static const char *const network_names[NETWORK_COUNT] = {"ServiceController", "BackplaneController"};
static const struct body_field enrol_fields[] = {BODY_MAY("ServiceController", TEXT), BODY_MAY("BackplaneController", TEXT),
                                                 BODY_END};
static const struct body_field no_fields[] = {BODY_END};

static enum http_next save(struct http_exchange *x, unsigned index, const uint8_t *record) {
    snprintf(x->save.key, sizeof x->save.key, "agent%u", index + 1);
    x->save.record = record;
    x->save.size = AGENT_RECORD_SIZE;
    x->phase = PHASE_SAVED;
    return HTTP_SAVE;
}

/* ---- enrolment ---- */

/* Zeros where none is given. False with the exchange answered. */
static bool take_addresses(struct http_exchange *x, const struct body_shape *shape, uint8_t address[NETWORK_COUNT][4]) {
    static const char *const related[NETWORK_COUNT] = {"#/ServiceController", "#/BackplaneController"};
    const struct json_value *body = body_read(x, shape);
    memset(address, 0, NETWORK_COUNT * 4);
    for (unsigned i = 0; body && i < NETWORK_COUNT; i++) {
        char shown[VALUE_SHOWN];
        const char *text = json_text_of(body, network_names[i]);
        if (!text || text_read_ipv4(text, address[i])) continue;
        text_copy(shown, sizeof shown, text);
        reply_error(
            x, 400,
            MESSAGE(PARAMETER_VALUE_FORMAT, .arg = {shown, network_names[i], shape->action}, .related = related[i],
                    .resolution = "Give the controller's IPv4 address on that network, as in 10.0.0.2, or leave it out."));
        return false;
    }
    return body != NULL;
}

static enum http_next make_key(const struct core *core, struct http_exchange *x, unsigned index) {
    const struct body_shape shape = {.action = "Super4C.EnrolAgent", .fields = enrol_fields};
    uint32_t generation = core->agent[index].generation + 1;
    uint8_t address[NETWORK_COUNT][4];
    if (!take_addresses(x, &shape, address)) return HTTP_DONE;
    struct enrolment *made = enrolment_of(x);
    agent_encode(x->random, generation, made->record);
    const uint8_t head[] = {WORD_VERSION,
                            (uint8_t)(index + 1),
                            (uint8_t)(generation >> 24),
                            (uint8_t)(generation >> 16),
                            (uint8_t)(generation >> 8),
                            (uint8_t)generation};
    struct bytes_writer word = bytes_writer(made->word, sizeof made->word);
    bytes_put(&word, head, sizeof head);
    bytes_put(&word, x->random, AGENT_KEY_SIZE);
    bytes_put(&word, address, sizeof address);
    x->digest.data = made->word;
    x->digest.size = word.used;
    x->phase = PHASE_DIGESTED;
    return HTTP_DIGEST;
}

/* RFC 4648, 6. */
static void write_word(char out[WORD_SIZE], const uint8_t word[WORD_BYTES]) {
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    size_t length = sizeof WORD_PREFIX - 1;
    memcpy(out, WORD_PREFIX, length);
    for (size_t bit = 0; bit < 8 * WORD_BYTES; bit += 5) {
        unsigned two = (unsigned)word[bit / 8] << 8 | (bit / 8 + 1 < WORD_BYTES ? word[bit / 8 + 1] : 0);
        out[length++] = alphabet[two >> (11 - bit % 8) & 31];
    }
    out[length] = '\0';
}

/* Shown this once: the store has the key, and no answer will have it again. */
static enum http_next reply_word(const struct core *core, struct http_exchange *x, unsigned index) {
    char word[WORD_SIZE], port[24] = "";
    unsigned agent_port = core->network.agent_port ? core->network.agent_port : DEFAULT_PORT;
    write_word(word, enrolment_of(x)->word);
    if (agent_port != DEFAULT_PORT) snprintf(port, sizeof port, "--port %u ", agent_port);
    struct json_writer w = reply_writer(x);
    json_object(&w);
    json_put_text(&w, "Word", word);
    json_put_format(&w, "Command", "super4c-agent enrol %s%s", port, word);
    json_put_integer(&w, "Node", index + 1);
    json_put_integer(&w, "KeyGeneration", core->agent[index].generation);
    json_put_integer(&w, "Port", agent_port);
    json_object_end(&w);
    x->response.cache_control = "no-store";
    return reply_json(x, &w, 200);
}

static enum http_next use_key(struct core *core, struct http_exchange *x, unsigned index) {
    struct agent *agent = &core->agent[index];
    if (x->save.failed) return reply_not_saved(x);
    if (!agent_load(agent, x->save.record, x->save.size)) return reply_error(x, 500, MESSAGE(INTERNAL_ERROR));
    baseline_forget(&core->baseline[index]); /* it may be another module */
    struct event event = event_make(EVENT_AGENT_ENROLLED, (uint8_t)(index + 1), NULL);
    event.arg[0] = (int32_t)agent->generation;
    auth_log(core, x, event);
    return reply_word(core, x, index);
}

enum http_next system_enrol_agent(struct core *core, struct http_exchange *x) {
    int index = node_index(x->id);
    if (index < 0) return system_none(x);
    if (x->phase == PHASE_ASKED) return make_key(core, x, (unsigned)index);
    if (x->phase == PHASE_SAVED) return use_key(core, x, (unsigned)index);
    if (x->digest.failed) return reply_error(x, 500, MESSAGE(INTERNAL_ERROR));
    struct enrolment *made = enrolment_of(x);
    memcpy(&made->word[WORD_BYTES - CHECKSUM_SIZE], x->digest.out, CHECKSUM_SIZE);
    return save(x, (unsigned)index, made->record);
}

/* ---- its end ---- */

enum http_next system_revoke_agent(struct core *core, struct http_exchange *x) {
    const struct body_shape shape = {.action = "Super4C.RevokeAgent", .fields = no_fields};
    int index = node_index(x->id);
    if (index < 0) return system_none(x);
    struct agent *agent = &core->agent[index];
    if (x->phase == PHASE_ASKED) {
        if (!body_read(x, &shape)) return HTTP_DONE;
        if (!agent->enrolled) return reply_empty(x, 204); /* it is so already */
        agent_encode(NULL, agent->generation, enrolment_of(x)->record);
        return save(x, (unsigned)index, enrolment_of(x)->record);
    }
    if (x->save.failed) return reply_not_saved(x);
    if (!agent_load(agent, x->save.record, x->save.size)) return reply_error(x, 500, MESSAGE(INTERNAL_ERROR));
    auth_log(core, x, event_make(EVENT_AGENT_REVOKED, (uint8_t)(index + 1), NULL));
    return reply_empty(x, 204);
}

/* ---- what is told of it ---- */

void system_write_agent(const struct core *core, struct json_writer *w, unsigned index) {
    const struct agent *agent = &core->agent[index];
    const char *order = agent_order_state_name((enum agent_order_state)agent->order.state);
    json_put_object(w, "Agent");
    json_put_boolean(w, "Enrolled", agent->enrolled);
    if (agent->report.version[0]) json_put_text(w, "Version", agent->report.version);
    node_put_age(core, w, "ServiceSeen", agent->link[NETWORK_SERVICE].seen_ms);
    node_put_age(core, w, "BackplaneSeen", agent->link[NETWORK_BACKPLANE].seen_ms);
    if (order) json_put_text(w, "OrderState", order);
    json_object_end(w);
}

void system_write_agent_actions(struct json_writer *w, const char *uri) {
    static const char *const names[] = {"EnrolAgent", "RevokeAgent"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char key[32];
        snprintf(key, sizeof key, "#Super4C.%s", names[i]);
        json_put_object(w, key);
        json_put_format(w, "target", "%s/Actions/Oem/Super4C.%s", uri, names[i]);
        json_object_end(w);
    }
}
