/* SPDX-License-Identifier: Apache-2.0 */
#include "service/auth_decide.h"

#include <string.h>

#include "core/bytes.h"

const struct account *auth_account(const struct core *core, int slot) {
    if (slot < 0 || slot >= ACCOUNT_COUNT) return NULL;
    const struct account *account = &core->accounts.slot[slot];
    return account->name[0] && account->enabled ? account : NULL;
}

struct auth_credentials auth_credentials(const char *name, const char *password) {
    struct auth_credentials credentials = {.name = ""};
    if (account_name_ok(name)) text_copy(credentials.name, sizeof credentials.name, name);
    if (strlen(password) <= PASSWORD_MAX) text_copy(credentials.password, sizeof credentials.password, password);
    return credentials;
}

static struct auth_decision by_token(struct core *core, const struct auth_credentials *credentials) {
    struct session *session = sessions_use(&core->sessions, credentials->token, core->now_ms);
    if (!session || !auth_account(core, session->account)) return (struct auth_decision){.result = AUTH_REFUSED};
    return (struct auth_decision){.result = AUTH_OPENED, .account = session->account, .session_id = session->id};
}

static struct auth_decision wrong(struct core *core, const char *name) {
    struct auth_decision decision = {.result = AUTH_REFUSED, .wrong = true};
    decision.new_lock_ms = lockout_failed(&core->lockout, name, accounts_find(&core->accounts, name) >= 0, core->now_ms,
                                          &decision.wrong_count);
    return decision;
}

static struct auth_decision by_password(struct core *core, const struct auth_credentials *credentials) {
    const char *name = credentials->name;
    uint64_t locked_ms = lockout_remaining_ms(&core->lockout, name, core->now_ms);
    if (locked_ms) return (struct auth_decision){.result = AUTH_REFUSED, .locked_ms = locked_ms};
    if (!credentials->key)
        return (struct auth_decision){.result = AUTH_DERIVE, .challenge = accounts_challenge(&core->accounts, name)};
    int slot = credentials->password[0] ? accounts_verify(&core->accounts, name, credentials->key) : -1;
    if (slot < 0) return wrong(core, name);
    lockout_succeeded(&core->lockout, name);
    return (struct auth_decision){.result = AUTH_OPENED, .account = slot};
}

struct auth_decision auth_decide(struct core *core, const struct auth_credentials *credentials) {
    return credentials->token[0] ? by_token(core, credentials) : by_password(core, credentials);
}
