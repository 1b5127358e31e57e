/* SPDX-License-Identifier: Apache-2.0
 * SessionService: signing in and out. */
#include <stdio.h>
#include <string.h>

#include "service/auth.h"
#include "service/body.h"
#include "service/redfish/redfish.h"
#include "service/redfish/schema.h"
#include "service/reply.h"
#include "service/text.h"

/* ---- the service ---- */

enum http_next session_service_get(struct core *core, struct http_exchange *x) {
    struct json_writer w = reply_writer(x);
    resource_begin(&w, URI_ROOT "/SessionService", SCHEMA_SESSION_SERVICE, "SessionService", "Session Service");
    json_put_boolean(&w, "ServiceEnabled", true);
    json_put_integer(&w, "SessionTimeout", core->settings.session_timeout_s);
    json_put_link(&w, "Sessions", URI_SESSIONS);
    json_object_end(&w);
    return reply_json(x, &w, 200);
}

static const struct body_field service_fields[] = {
    BODY_MAY("SessionTimeout", INTEGER),
    BODY_MAY("ServiceEnabled", READ_ONLY),
    BODY_MAY("Id", READ_ONLY),
    BODY_MAY("Name", READ_ONLY),
    BODY_END,
};
static const struct body_shape service_shape = {.fields = service_fields};

enum http_next session_service_patch(struct core *core, struct http_exchange *x) {
    if (x->phase++ > 0) {
        if (!settings_save_finish(core, x, "SessionTimeout")) return HTTP_DONE;
        return session_service_get(core, x);
    }
    const struct json_value *body = body_read(x, &service_shape);
    if (!body) return HTTP_DONE;
    struct settings wanted = core->settings;
    int32_t timeout_s = 0;
    json_integer_of(body, "SessionTimeout", &timeout_s);
    wanted.session_timeout_s = (uint32_t)timeout_s;
    if (settings_problem(&wanted)) return body_out_of_range(x, "#/SessionTimeout", timeout_s);
    return settings_save(x, &wanted);
}

/* ---- sessions ---- */

static bool sees_all(const struct http_exchange *x) { return x->identity.privileges & PRIVILEGE_CONFIGURE_MANAGER; }

static bool sees(const struct http_exchange *x, const struct session *session) {
    return session->id != 0 && (sees_all(x) || session->account == x->identity.account);
}

static bool session_member(const struct core *core, const struct http_exchange *x, unsigned index, char id[COLLECTION_ID_SIZE]) {
    for (unsigned i = 0; i < SESSION_COUNT; i++) {
        if (!sees(x, &core->sessions.entry[i]) || index-- > 0) continue;
        snprintf(id, COLLECTION_ID_SIZE, "%lu", (unsigned long)core->sessions.entry[i].id);
        return true;
    }
    return false;
}

static const struct session *session_of(const struct core *core, const char *id) {
    uint32_t number;
    if (!text_read_number(id, UINT32_MAX, &number)) return NULL;
    for (unsigned i = 0; i < SESSION_COUNT; i++)
        if (number != 0 && core->sessions.entry[i].id == number) return &core->sessions.entry[i];
    return NULL;
}

static void write_session_members(struct json_writer *w, const struct session *session, const char *uri, const char *id) {
    char address[TEXT_ADDRESS_SIZE];
    resource_begin(w, uri, SCHEMA_SESSION, id, "Session");
    json_put_text(w, "UserName", session->origin.actor);
    json_put_text(w, "SessionType", session->origin.via == VIA_WEB ? "WebUI" : "Redfish");
    json_put_time(w, "CreatedTime", session->created_wall_ms);
    if (text_address(address, session->origin.address)) json_put_text(w, "ClientOriginIPAddress", address);
}

static void write_session(const struct core *core, const struct http_exchange *x, struct json_writer *w, const char *uri,
                          const char *id) {
    (void)x;
    const struct session *session = session_of(core, id);
    if (!session) return;
    write_session_members(w, session, uri, id);
    json_object_end(w);
}

static const struct collection sessions = {.uri = URI_SESSIONS,
                                           .schema = SCHEMA_SESSION_COLLECTION,
                                           .name = "Session Collection",
                                           .member_type = "Session",
                                           .member = session_member,
                                           .write = write_session};

enum http_next sessions_get(struct core *core, struct http_exchange *x) { return collection_get(core, x, &sessions); }
enum http_next session_get(struct core *core, struct http_exchange *x) { return collection_get_member(core, x, &sessions); }

enum http_next session_delete(struct core *core, struct http_exchange *x) {
    if (!collection_has(core, x, &sessions, x->id)) return collection_no_member(x, &sessions);
    struct session *session = sessions_find(&core->sessions, session_of(core, x->id)->id);
    auth_log(core, x, event_make(EVENT_LOGOUT, 0, session->origin.actor));
    sessions_close(session);
    return reply_empty(x, 204);
}

/* ---- signing in ---- */

static const struct body_field login_fields[] = {
    BODY_MUST("UserName", TEXT),
    BODY_MUST("Password", SECRET),
    BODY_END,
};
static const struct body_shape login_shape = {.fields = login_fields};

static enum http_next reply_opened(struct http_exchange *x, const struct session *session) {
    char id[COLLECTION_ID_SIZE], account[COLLECTION_URI_SIZE];
    snprintf(id, sizeof id, "%lu", (unsigned long)session->id);
    snprintf(x->response.location, sizeof x->response.location, URI_SESSIONS "/%s", id);
    snprintf(account, sizeof account, URI_ACCOUNTS "/%s", session->origin.actor);
    reply_describe(x, SCHEMA_SESSION);
    memcpy(x->response.auth_token, session->token, sizeof x->response.auth_token);
    struct json_writer w = reply_writer(x);
    write_session_members(&w, session, x->response.location, id);
    if (x->identity.must_change) {
        json_put_array(&w, "@Message.ExtendedInfo");
        message_write(&w, MESSAGE(PASSWORD_CHANGE_REQUIRED, .arg = {account}));
        json_array_end(&w);
    }
    json_object_end(&w);
    return reply_json(x, &w, 201);
}

static enum http_next open_session(struct core *core, struct http_exchange *x) {
    struct session evicted;
    const struct session *session = sessions_open(&core->sessions, x->identity.account, &x->identity.origin, x->random,
                                                  core->now_ms, core->wall_ms, &evicted);
    x->identity.session_id = session->id;
    auth_log(core, x, event_make(EVENT_LOGIN, 0, session->origin.actor));
    if (evicted.id) auth_log(core, x, event_make(EVENT_SESSION_EVICTED, 0, evicted.origin.actor));
    return reply_opened(x, session);
}

enum http_next sessions_post(struct core *core, struct http_exchange *x) {
    const struct json_value *body = body_read(x, &login_shape);
    if (!body) return HTTP_DONE;
    bool derived = x->phase++ > 0;
    switch (auth_password(core, x, json_text_of(body, "UserName"), json_text_of(body, "Password"), derived)) {
    case AUTH_DERIVE:
        return HTTP_DERIVE;
    case AUTH_OPENED:
        return open_session(core, x);
    case AUTH_BROKEN:
        return reply_error(x, 500, MESSAGE(INTERNAL_ERROR));
    default:
        return auth_refuse(x);
    }
}
