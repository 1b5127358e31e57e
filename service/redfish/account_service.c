/* SPDX-License-Identifier: Apache-2.0
 * AccountService itself, and the three predefined roles. */
#include <stdio.h>
#include <string.h>

#include "core/bytes.h"
#include "service/body.h"
#include "service/redfish/redfish.h"
#include "service/redfish/schema.h"
#include "service/reply.h"

enum http_next account_service_get(struct core *core, struct http_exchange *x) {
    struct json_writer w = reply_writer(x);
    resource_begin(&w, URI_ROOT "/AccountService", SCHEMA_ACCOUNT_SERVICE, "AccountService", "Account Service");
    json_put_boolean(&w, "ServiceEnabled", true);
    json_put_text(&w, "HTTPBasicAuth", "Enabled");
    json_put_integer(&w, "MinPasswordLength", PASSWORD_MIN);
    json_put_integer(&w, "MaxPasswordLength", PASSWORD_MAX);
    json_put_integer(&w, "AccountLockoutThreshold", core->settings.lockout_threshold);
    json_put_integer(&w, "AccountLockoutDuration", core->settings.lockout_base_s);
    json_put_link(&w, "Accounts", URI_ACCOUNTS);
    json_put_link(&w, "Roles", URI_ROLES);
    json_object_end(&w);
    return reply_json(x, &w, 200);
}

static const struct body_field service_fields[] = {
    BODY_MAY("AccountLockoutThreshold", INTEGER),
    BODY_MAY("AccountLockoutDuration", INTEGER),
    BODY_MAY("ServiceEnabled", READ_ONLY),
    BODY_MAY("HTTPBasicAuth", READ_ONLY),
    BODY_MAY("MinPasswordLength", READ_ONLY),
    BODY_MAY("MaxPasswordLength", READ_ONLY),
    BODY_MAY("Id", READ_ONLY),
    BODY_MAY("Name", READ_ONLY),
    BODY_END,
};
static const struct body_shape service_shape = {.fields = service_fields};

/* Takes the member when it is there and within 16 bits; false with the exchange answered. */
static bool take_number(struct http_exchange *x, const struct json_value *body, const char *pointer, uint16_t *number) {
    int32_t value;
    if (!json_integer_of(body, &pointer[2], &value)) return true;
    if (value < 0 || value > UINT16_MAX) {
        body_out_of_range(x, pointer, value);
        return false;
    }
    *number = (uint16_t)value;
    return true;
}

enum http_next account_service_patch(struct core *core, struct http_exchange *x) {
    if (x->phase++ > 0) {
        if (!settings_save_finish(core, x, "account lockout")) return HTTP_DONE;
        return account_service_get(core, x);
    }
    const struct json_value *body = body_read(x, &service_shape);
    if (!body) return HTTP_DONE;
    struct settings wanted = core->settings;
    if (!take_number(x, body, "#/AccountLockoutThreshold", &wanted.lockout_threshold)) return HTTP_DONE;
    if (!take_number(x, body, "#/AccountLockoutDuration", &wanted.lockout_base_s)) return HTTP_DONE;
    const char *problem = settings_problem(&wanted);
    if (!problem) return settings_save(x, &wanted);
    bool threshold = strcmp(problem, "AccountLockoutThreshold") == 0;
    return threshold ? body_out_of_range(x, "#/AccountLockoutThreshold", wanted.lockout_threshold)
                     : body_out_of_range(x, "#/AccountLockoutDuration", wanted.lockout_base_s);
}

/* ---- roles: those of DSP0266, 13.6.4, and ours; all fixed ---- */

static bool role_member(const struct core *core, const struct http_exchange *x, unsigned index, char id[COLLECTION_ID_SIZE]) {
    static const enum role predefined[] = {ROLE_ADMINISTRATOR, ROLE_OPERATOR, ROLE_READ_ONLY};
    unsigned count = sizeof predefined / sizeof predefined[0];
    (void)core;
    (void)x;
    if (index >= count + ROLE_COUNT - ROLE_NODE_OPERATOR) return false;
    text_copy(id, COLLECTION_ID_SIZE, role_name(index < count ? predefined[index] : ROLE_NODE_OPERATOR + index - count));
    return true;
}

static void write_role(const struct core *core, const struct http_exchange *x, struct json_writer *w, const char *uri,
                       const char *id) {
    static const char *const names[] = {"Login", "ConfigureSelf", "ConfigureComponents", "ConfigureManager", "ConfigureUsers"};
    static const unsigned bits[] = {PRIVILEGE_LOGIN, PRIVILEGE_CONFIGURE_SELF, PRIVILEGE_CONFIGURE_COMPONENTS,
                                    PRIVILEGE_CONFIGURE_MANAGER, PRIVILEGE_CONFIGURE_USERS};
    (void)core;
    (void)x;
    unsigned privileges = role_privileges(role_from_name(id));
    resource_begin(w, uri, SCHEMA_ROLE, id, "User Role");
    json_put_text(w, "RoleId", id);
    json_put_boolean(w, "IsPredefined", true); /* nobody can change or delete one, ours neither */
    json_put_array(w, "AssignedPrivileges");
    for (unsigned i = 0; i < sizeof bits / sizeof bits[0]; i++)
        if (privileges & bits[i]) json_text(w, names[i]);
    json_array_end(w);
    if (privileges & PRIVILEGE_READ_METRICS) {
        json_put_array(w, "OemPrivileges");
        json_text(w, "ReadMetrics");
        json_array_end(w);
    }
    json_object_end(w);
}

static const struct collection roles = {.uri = URI_ROLES,
                                        .schema = SCHEMA_ROLE_COLLECTION,
                                        .name = "Roles Collection",
                                        .member_type = "Role",
                                        .member = role_member,
                                        .write = write_role};

enum http_next roles_get(struct core *core, struct http_exchange *x) { return collection_get(core, x, &roles); }
enum http_next role_get(struct core *core, struct http_exchange *x) { return collection_get_member(core, x, &roles); }
