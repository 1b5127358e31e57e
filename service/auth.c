/* SPDX-License-Identifier: Apache-2.0 */
#include "service/auth.h"

#include <string.h>

#include "core/bytes.h"
#include "service/auth_cache.h"
#include "service/reply.h"
#include "service/text.h"

/* ---- the log ---- */

void auth_log(struct core *core, const struct http_exchange *x, struct event event) {
    event.origin = x->identity.origin;
    core_log(core, &event);
}

static bool take_log_token(struct core *core) {
    if (core->login_log_refill_ms == 0) {
        core->login_log_tokens = LOGIN_LOG_BURST;
        core->login_log_refill_ms = core->now_ms;
    }
    uint64_t periods = (core->now_ms - core->login_log_refill_ms) / LOGIN_LOG_PERIOD_MS;
    uint64_t tokens = core->login_log_tokens + periods;
    core->login_log_refill_ms += periods * LOGIN_LOG_PERIOD_MS;
    core->login_log_tokens = tokens > LOGIN_LOG_BURST ? LOGIN_LOG_BURST : (uint32_t)tokens;
    if (core->login_log_tokens == 0) return false;
    core->login_log_tokens--;
    return true;
}

void auth_flush_log(struct core *core) {
    if (core->login_failures_unlogged == 0 || !take_log_token(core)) return;
    struct event event = event_make(EVENT_LOGINS_SUPPRESSED, 0, NULL);
    event.arg[0] = (int32_t)core->login_failures_unlogged;
    core->login_failures_unlogged = 0;
    core_log(core, &event);
}

static void log_wrong(struct core *core, const struct http_exchange *x, const char *name, const struct auth_decision *decision) {
    if (!take_log_token(core)) {
        core->login_failures_unlogged++;
        return;
    }
    const char *shown = accounts_find(&core->accounts, name) >= 0 ? name : "an unknown name";
    auth_log(core, x, event_make(EVENT_LOGIN_FAILED, 0, shown));
    if (decision->new_lock_ms == 0) return;
    struct event locked = event_make(EVENT_ACCOUNT_LOCKED, 0, shown);
    locked.arg[0] = (int32_t)(decision->new_lock_ms / 1000);
    locked.arg[1] = (int32_t)decision->wrong_count;
    auth_log(core, x, locked);
}

/* ---- who ---- */

static unsigned privileges_of(const struct account *account) {
    return account->must_change ? PRIVILEGE_CONFIGURE_SELF : role_privileges((enum role)account->role);
}

static enum auth_result opened(struct core *core, struct http_exchange *x, int slot) {
    const struct account *account = auth_account(core, slot);
    if (!account) return AUTH_REFUSED;
    x->identity.account = slot;
    x->identity.must_change = account->must_change;
    x->identity.privileges = privileges_of(account);
    x->identity.nodes = role_nodes((enum role)account->role);
    text_copy(x->identity.origin.actor, sizeof x->identity.origin.actor, account->name);
    return AUTH_OPENED;
}

/* ---- name and password ---- */

static void ask_for_key(struct http_exchange *x, const struct auth_credentials *credentials,
                        const struct password_hash *challenge) {
    x->derive.failed = false;
    x->derive.hash = *challenge;
    memcpy(x->derive.password, credentials->password, sizeof x->derive.password);
}

static enum auth_result judge(struct core *core, struct http_exchange *x, struct auth_credentials *credentials, bool derived) {
    bool broken = derived && x->derive.failed;
    credentials->key = derived ? x->derive.hash.key : NULL;
    if (broken) {
        memset(&x->derive, 0, sizeof x->derive);
        return AUTH_BROKEN;
    }
    struct auth_decision decision = auth_decide(core, credentials);
    memset(&x->derive, 0, sizeof x->derive);
    if (decision.result == AUTH_DERIVE) ask_for_key(x, credentials, &decision.challenge);
    if (decision.result == AUTH_OPENED) return opened(core, x, decision.account);
    x->response.retry_after_s = (unsigned)((decision.locked_ms + 999) / 1000);
    if (decision.wrong) log_wrong(core, x, credentials->name, &decision);
    return decision.result;
}

enum auth_result auth_password(struct core *core, struct http_exchange *x, const char *name, const char *password, bool derived) {
    struct auth_credentials credentials = auth_credentials(name, password);
    enum auth_result result = judge(core, x, &credentials, derived);
    memset(&credentials, 0, sizeof credentials);
    return result;
}

/* ---- headers ---- */

/* RFC 7617: base64 of name, colon, password. False when it is not that. */
static bool read_basic(const char *header, struct auth_credentials *credentials) {
    uint8_t decoded[HTTP_HEADER_SIZE];
    const char *encoded = &header[6];
    while (*encoded == ' ') encoded++;
    size_t size = text_base64_decode(encoded, decoded, sizeof decoded - 1);
    if (size == SIZE_MAX) return false;
    decoded[size] = '\0';
    char *colon = strchr((char *)decoded, ':');
    if (!colon || strlen((char *)decoded) != size) return false;
    *colon = '\0';
    *credentials = auth_credentials((char *)decoded, colon + 1);
    memset(decoded, 0, sizeof decoded);
    return true;
}

static bool is_basic(const char *header) {
    char scheme[7] = {0};
    for (size_t i = 0; i < 6 && header[i]; i++) scheme[i] = header[i];
    return text_equal_any_case(scheme, "Basic ");
}

static enum auth_result by_token(struct core *core, struct http_exchange *x) {
    struct auth_credentials credentials = {.token = ""};
    size_t length = strlen(x->request.auth_token);
    if (length >= sizeof credentials.token) return AUTH_REFUSED;
    memcpy(credentials.token, x->request.auth_token, length);
    struct auth_decision decision = auth_decide(core, &credentials);
    if (decision.result != AUTH_OPENED) return decision.result;
    x->identity.session_id = decision.session_id;
    x->identity.origin.via = sessions_find(&core->sessions, decision.session_id)->origin.via;
    return opened(core, x, decision.account);
}

static enum auth_result by_basic(struct core *core, struct http_exchange *x, bool derived) {
    struct auth_credentials credentials;
    if (!is_basic(x->request.authorization) || !read_basic(x->request.authorization, &credentials)) return AUTH_REFUSED;
    struct auth_digest digest = auth_cache_digest(core, x->random, credentials.name, credentials.password, x->request.address);
    /* Found right a few minutes ago, they are right now: a stranger's guesses at the name do not shut out who works under it. */
    int slot = derived ? -1 : auth_cache_find(core, &digest);
    enum auth_result result = slot >= 0 ? opened(core, x, slot) : judge(core, x, &credentials, derived);
    bool fresh = slot < 0 && result == AUTH_OPENED && auth_cache_put(core, &digest, x->identity.account);
    if (fresh) auth_log(core, x, event_make(EVENT_LOGIN, 0, credentials.name));
    memset(&credentials, 0, sizeof credentials);
    return result;
}

enum auth_result auth_request(struct core *core, struct http_exchange *x, bool derived) {
    if (x->request.auth_token[0]) return by_token(core, x); /* DSP0266, 13.3.4: the token prevails */
    if (x->request.authorization[0]) return by_basic(core, x, derived);
    return AUTH_NONE;
}

/* ---- answers ---- */

/* The same bytes for everyone who is not let in: no header of the request changes them. The page asks without credentials of the
 * browser's own (fetch, "omit"), so that "Basic" opens no password window over it. */
enum http_next auth_refuse(struct http_exchange *x) {
    x->response.www_authenticate = "Basic realm=\"super4c-bmc\"";
    return reply_error(x, 401, MESSAGE(NO_VALID_SESSION));
}

bool auth_still_valid(struct core *core, const struct http_exchange *x) {
    const struct account *account = auth_account(core, x->identity.account);
    if (!account || strcmp(account->name, x->identity.origin.actor) != 0) return false;
    if (privileges_of(account) != x->identity.privileges) return false;
    return x->identity.session_id == 0 || sessions_find(&core->sessions, x->identity.session_id) != NULL;
}
