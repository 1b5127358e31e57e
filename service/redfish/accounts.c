/* SPDX-License-Identifier: Apache-2.0
 * AccountService: who may sign in. Looking at and changing one's own password is everybody's; the rest takes ConfigureUsers.
 * A change goes: check, derive the password's key if there is one, check again (time has passed), store, make true. */
#include <stdio.h>
#include <string.h>

#include "core/bytes.h"
#include "service/auth.h"
#include "service/auth_cache.h"
#include "service/body.h"
#include "service/precondition.h"
#include "service/redfish/redfish.h"
#include "service/redfish/schema.h"
#include "service/reply.h"

enum phase { PHASE_ASKED, PHASE_KEY_DERIVED, PHASE_ACCOUNT_SAVED, PHASE_SETUP_ERASED };

static bool configures_users(const struct http_exchange *x) { return x->identity.privileges & PRIVILEGE_CONFIGURE_USERS; }

/* ---- reading ---- */

static bool account_member(const struct core *core, const struct http_exchange *x, unsigned index, char id[COLLECTION_ID_SIZE]) {
    for (int slot = 0; slot < ACCOUNT_COUNT; slot++) {
        const struct account *account = &core->accounts.slot[slot];
        bool seen = account->name[0] && (configures_users(x) || slot == x->identity.account);
        if (!seen || index-- > 0) continue;
        text_copy(id, COLLECTION_ID_SIZE, account->name);
        return true;
    }
    return false;
}

static void write_account(const struct core *core, const struct http_exchange *x, struct json_writer *w, const char *uri,
                          const char *id) {
    (void)x;
    const struct account *account = &core->accounts.slot[accounts_find(&core->accounts, id)];
    resource_begin(w, uri, SCHEMA_ACCOUNT, id, "User Account");
    json_put_text(w, "UserName", account->name);
    json_put_null(w, "Password"); /* DSP0266: always null */
    json_put_text(w, "RoleId", role_name((enum role)account->role));
    json_put_boolean(w, "Enabled", account->enabled);
    json_put_boolean(w, "Locked", lockout_remaining_ms(&core->lockout, account->name, core->now_ms) > 0);
    json_put_boolean(w, "PasswordChangeRequired", account->must_change);
    json_put_array(w, "AccountTypes");
    json_text(w, "Redfish");
    json_array_end(w);
    json_put_object(w, "Links");
    char role[COLLECTION_URI_SIZE];
    snprintf(role, sizeof role, URI_ROLES "/%s", role_name((enum role)account->role));
    json_put_link(w, "Role", role);
    json_object_end(w);
    json_object_end(w);
}

static const struct collection accounts = {.uri = URI_ACCOUNTS,
                                           .schema = SCHEMA_ACCOUNT_COLLECTION,
                                           .name = "Accounts Collection",
                                           .member_type = "ManagerAccount",
                                           .member = account_member,
                                           .write = write_account};

enum http_next accounts_get(struct core *core, struct http_exchange *x) { return collection_get(core, x, &accounts); }

/* A new password shows nowhere in the representation, so the tag is the account's generation, and what can be unlocked. */
static void tag_account(const struct core *core, struct http_exchange *x, int slot) {
    const struct account *account = &core->accounts.slot[slot];
    bool locked = lockout_remaining_ms(&core->lockout, account->name, core->now_ms) > 0;
    snprintf(x->response.etag, sizeof x->response.etag, "\"%d-%lu%s\"", slot, (unsigned long)account->generation,
             locked ? "-locked" : "");
}

enum http_next account_get(struct core *core, struct http_exchange *x) {
    if (!collection_has(core, x, &accounts, x->id)) {
        /* To others, an account that is not theirs and one that is not there look the same. */
        if (!configures_users(x)) return reply_error(x, 403, MESSAGE(INSUFFICIENT_PRIVILEGE));
        return collection_no_member(x, &accounts);
    }
    tag_account(core, x, accounts_find(&core->accounts, x->id));
    return collection_get_member(core, x, &accounts);
}

/* ---- refusals ---- */

static enum http_next refuse_change(struct http_exchange *x, enum account_error error) {
    switch (error) {
    case ACCOUNT_EXISTS:
        return reply_error(x, 400,
                           MESSAGE(RESOURCE_ALREADY_EXISTS, .arg = {"ManagerAccount", "UserName", x->pending.wanted.name},
                                   .related = "#/UserName"));
    case ACCOUNT_FULL:
        return reply_error(x, 400, MESSAGE(CREATE_LIMIT_REACHED));
    case ACCOUNT_LAST_ADMINISTRATOR:
        if (x->request.method == HTTP_DELETE) {
            return reply_error(x, 409,
                               MESSAGE(RESOURCE_CANNOT_BE_DELETED,
                                       .resolution = "This is the last enabled Administrator. Make another one first."));
        }
        return reply_error(x, 400,
                           MESSAGE(PROPERTY_VALUE_ERROR, .arg = {x->pending.wanted.enabled ? "RoleId" : "Enabled"},
                                   .related = x->pending.wanted.enabled ? "#/RoleId" : "#/Enabled",
                                   .resolution = "This is the last enabled Administrator. Make another one first."));
    default: /* names and roles were checked before */
        return reply_error(x, 500, MESSAGE(INTERNAL_ERROR));
    }
}

static const char *password_refusal(const struct core *core, const char *password, const char *name) {
    if (core->setup_code[0] && strcmp(password, core->setup_code) == 0) return "it is the setup code";
    return password_problem(password, name);
}

static enum http_next refuse_password(struct http_exchange *x, const char *problem) {
    char resolution[96];
    snprintf(resolution, sizeof resolution, "Choose another password: %s.", problem);
    return reply_error(x, 400,
                       MESSAGE(PROPERTY_VALUE_ERROR, .arg = {"Password"}, .related = "#/Password", .resolution = resolution));
}

/* ---- writing ---- */

static const struct body_field patch_fields[] = {
    BODY_MAY("Password", SECRET),
    BODY_MAY("RoleId", TEXT),
    BODY_MAY("Enabled", BOOLEAN),
    BODY_MAY("Locked", BOOLEAN),
    BODY_MAY("PasswordChangeRequired", BOOLEAN),
    BODY_MAY("UserName", READ_ONLY),
    BODY_MAY("AccountTypes", READ_ONLY),
    BODY_MAY("Id", READ_ONLY),
    BODY_MAY("Name", READ_ONLY),
    BODY_MAY("Links", READ_ONLY),
    BODY_END,
};
static const struct body_shape patch_shape = {.fields = patch_fields};

static const struct body_field post_fields[] = {
    BODY_MUST("UserName", TEXT),
    BODY_MUST("Password", SECRET),
    BODY_MUST("RoleId", TEXT),
    BODY_MAY("Enabled", BOOLEAN),
    BODY_MAY("PasswordChangeRequired", BOOLEAN),
    BODY_END,
};
static const struct body_shape post_shape = {.fields = post_fields};

static enum http_next derive_key(const struct core *core, struct http_exchange *x, const char *password) {
    x->derive.hash = (struct password_hash){.iterations = core->accounts.iterations};
    /* The first half of the random bytes may have become a key elsewhere. */
    memcpy(x->derive.hash.salt, &x->random[16], PASSWORD_SALT_SIZE);
    text_copy(x->derive.password, sizeof x->derive.password, password);
    x->derive.failed = false;
    x->phase = PHASE_KEY_DERIVED;
    return HTTP_DERIVE;
}

/* Checks the wanted account as a whole and asks for it to be stored. */
static enum http_next save_account(struct core *core, struct http_exchange *x) {
    struct account *wanted = &x->pending.wanted;
    wanted->generation++;
    enum account_error error = accounts_put(&core->accounts, &x->pending.slot, wanted, (uint8_t *)x->response.out);
    if (error != ACCOUNT_OK) return refuse_change(x, error);
    snprintf(x->save.key, sizeof x->save.key, "acct%d", x->pending.slot);
    x->save.record = (const uint8_t *)x->response.out;
    x->save.size = ACCOUNT_RECORD_SIZE;
    x->phase = PHASE_ACCOUNT_SAVED;
    return HTTP_SAVE;
}

/* After the derivation: the key into the account; false with the exchange answered. */
static bool take_key(struct core *core, struct http_exchange *x) {
    bool failed = x->derive.failed;
    x->pending.wanted.hash = x->derive.hash;
    x->pending.password_changed = true;
    memset(&x->derive, 0, sizeof x->derive);
    if (failed) {
        reply_error(x, 500, MESSAGE(INTERNAL_ERROR));
    } else if (!auth_still_valid(core, x)) {
        auth_refuse(x);
        failed = true;
    }
    return !failed;
}

static void commit(struct core *core, struct http_exchange *x) {
    const struct account *wanted = &x->pending.wanted;
    int slot = x->pending.slot;
    accounts_commit(&core->accounts, slot, wanted);
    auth_cache_drop(slot);
    bool own = slot == x->identity.account;
    if (x->pending.password_changed || !wanted->enabled)
        sessions_close_account(&core->sessions, slot, own ? x->identity.session_id : 0);
}

static enum http_next reply_account(struct core *core, struct http_exchange *x, int status) {
    const char *name = x->pending.wanted.name;
    char uri[COLLECTION_URI_SIZE];
    snprintf(uri, sizeof uri, URI_ACCOUNTS "/%s", name);
    if (status == 201) text_copy(x->response.location, sizeof x->response.location, uri);
    reply_describe(x, SCHEMA_ACCOUNT);
    tag_account(core, x, x->pending.slot);
    struct json_writer w = reply_writer(x);
    write_account(core, x, &w, uri, name);
    return reply_json(x, &w, status);
}

/* ---- POST ---- */

static enum http_next begin_post(struct core *core, struct http_exchange *x) {
    const struct json_value *body = body_read(x, &post_shape);
    if (!body) return HTTP_DONE;
    struct account *wanted = &x->pending.wanted;
    const char *name = json_text_of(body, "UserName"), *role = json_text_of(body, "RoleId");
    if (!account_name_ok(name)) {
        char shown[48];
        text_copy(shown, sizeof shown, name);
        return reply_error(x, 400,
                           MESSAGE(PROPERTY_VALUE_FORMAT, .arg = {shown, "UserName"}, .related = "#/UserName",
                                   .resolution = "Use 1 to 16 letters, digits, '.', '_' and '-', a letter or digit first."));
    }
    text_copy(wanted->name, sizeof wanted->name, name);
    wanted->role = (uint8_t)role_from_name(role);
    if (wanted->role == ROLE_NONE) return body_not_in_list(x, &post_shape, "#/RoleId", role);
    wanted->enabled = true;
    json_boolean_of(body, "Enabled", &wanted->enabled);
    json_boolean_of(body, "PasswordChangeRequired", &wanted->must_change);
    const char *problem = password_refusal(core, json_text_of(body, "Password"), name);
    if (problem) return refuse_password(x, problem);
    x->pending.slot = -1;
    if (accounts_find(&core->accounts, name) >= 0) return refuse_change(x, ACCOUNT_EXISTS);
    return derive_key(core, x, json_text_of(body, "Password"));
}

enum http_next accounts_post(struct core *core, struct http_exchange *x) {
    switch (x->phase) {
    case PHASE_ASKED:
        return begin_post(core, x);
    case PHASE_KEY_DERIVED:
        return take_key(core, x) ? save_account(core, x) : HTTP_DONE;
    default:
        if (x->save.failed) return reply_not_saved(x);
        commit(core, x);
        auth_log(core, x, event_make(EVENT_ACCOUNT_CREATED, 0, x->pending.wanted.name));
        return reply_account(core, x, 201);
    }
}

/* ---- PATCH ---- */

/* Everybody's own password; all else is for those who configure users. */
static bool may_patch(const struct http_exchange *x) {
    return configures_users(x) || strcmp(x->id, x->identity.origin.actor) == 0;
}

static bool may_patch_these(const struct http_exchange *x, const struct json_value *body) {
    static const char *const others[] = {"RoleId", "Enabled", "Locked", "PasswordChangeRequired"};
    if (configures_users(x)) return true;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (json_member(body, others[i])) return false;
    return true;
}

/* Reads the body over the account as it is now into x->pending; false with the exchange answered. */
static bool read_patch(struct core *core, struct http_exchange *x, const struct json_value *body) {
    int slot = accounts_find(&core->accounts, x->id);
    struct account *wanted = &x->pending.wanted;
    bool locked = false;
    *wanted = core->accounts.slot[slot];
    x->pending.slot = slot;
    const char *role = json_text_of(body, "RoleId"), *password = json_text_of(body, "Password");
    if (role) wanted->role = (uint8_t)role_from_name(role);
    if (wanted->role == ROLE_NONE) {
        body_not_in_list(x, &patch_shape, "#/RoleId", role);
        return false;
    }
    json_boolean_of(body, "Enabled", &wanted->enabled);
    const char *problem = password ? password_refusal(core, password, wanted->name) : NULL;
    if (problem) {
        refuse_password(x, problem);
        return false;
    }
    if (password) wanted->must_change = slot != x->identity.account && wanted->must_change;
    json_boolean_of(body, "PasswordChangeRequired", &wanted->must_change);
    x->pending.unlock = json_boolean_of(body, "Locked", &locked);
    if (locked) body_not_in_list(x, &patch_shape, "#/Locked", "true"); /* only wrong passwords lock (ManagerAccount, Locked) */
    return !locked;
}

static void unlock_if_asked(struct core *core, const struct http_exchange *x) {
    if (x->pending.unlock) lockout_succeeded(&core->lockout, x->pending.wanted.name);
}

static enum http_next begin_patch(struct core *core, struct http_exchange *x) {
    if (!may_patch(x)) return reply_error(x, 403, MESSAGE(INSUFFICIENT_PRIVILEGE));
    const struct json_value *body = body_read(x, &patch_shape);
    if (!body) return HTTP_DONE;
    if (!may_patch_these(x, body)) return reply_error(x, 403, MESSAGE(INSUFFICIENT_PRIVILEGE));
    if (!collection_has(core, x, &accounts, x->id)) return collection_no_member(x, &accounts);
    if (!read_patch(core, x, body)) return HTTP_DONE;
    const char *password = json_text_of(body, "Password");
    if (password) return derive_key(core, x, password);
    if (json_member(body, "RoleId") || json_member(body, "Enabled") || json_member(body, "PasswordChangeRequired"))
        return save_account(core, x);
    unlock_if_asked(core, x);
    return reply_account(core, x, 200);
}

/* Others may have changed or removed the account while the key was derived: read all again over what is there now. */
static enum http_next patch_derived(struct core *core, struct http_exchange *x) {
    struct password_hash hash = x->derive.hash;
    if (!take_key(core, x)) return HTTP_DONE;
    const struct json_value *body = body_read(x, &patch_shape);
    if (!body) return HTTP_DONE;
    if (!collection_has(core, x, &accounts, x->id)) return collection_no_member(x, &accounts);
    if (!read_patch(core, x, body)) return HTTP_DONE;
    x->pending.wanted.hash = hash;
    return save_account(core, x);
}

static enum http_next patch_saved(struct core *core, struct http_exchange *x) {
    if (x->save.failed) return reply_not_saved(x);
    const char *name = x->pending.wanted.name;
    commit(core, x);
    unlock_if_asked(core, x);
    bool password_changed = x->pending.password_changed;
    auth_log(core, x, event_make(password_changed ? EVENT_PASSWORD_CHANGED : EVENT_ACCOUNT_CHANGED, 0, name));
    if (!core->setup_code[0]) return reply_account(core, x, 200);
    /* The board has its first password: the code is worth nothing from here on. Its record goes too. */
    memset(core->setup_code, 0, sizeof core->setup_code);
    text_copy(x->save.key, sizeof x->save.key, "setup");
    x->save.size = 0;
    x->phase = PHASE_SETUP_ERASED;
    return HTTP_SAVE;
}

enum http_next account_patch(struct core *core, struct http_exchange *x) {
    switch (x->phase) {
    case PHASE_ASKED:
        return begin_patch(core, x);
    case PHASE_KEY_DERIVED:
        return patch_derived(core, x);
    case PHASE_ACCOUNT_SAVED:
        return patch_saved(core, x);
    default: /* a record of the code that could not be erased is void anyway, and erased at the next start */
        return reply_account(core, x, 200);
    }
}

/* ---- DELETE ---- */

enum http_next account_delete(struct core *core, struct http_exchange *x) {
    if (x->phase++ == PHASE_ASKED) {
        if (!collection_has(core, x, &accounts, x->id)) return collection_no_member(x, &accounts);
        x->pending.slot = accounts_find(&core->accounts, x->id);
        enum account_error error = accounts_may_delete(&core->accounts, x->pending.slot);
        if (error != ACCOUNT_OK) return refuse_change(x, error);
        snprintf(x->save.key, sizeof x->save.key, "acct%d", x->pending.slot);
        x->save.size = 0;
        return HTTP_SAVE;
    }
    if (x->save.failed) return reply_not_saved(x);
    auth_log(core, x, event_make(EVENT_ACCOUNT_DELETED, 0, x->id));
    accounts_delete(&core->accounts, x->pending.slot);
    auth_cache_drop(x->pending.slot);
    sessions_close_account(&core->sessions, x->pending.slot, 0);
    return reply_empty(x, 204);
}
