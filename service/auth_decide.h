/* SPDX-License-Identifier: Apache-2.0
 * auth_decide - whether credentials open, and whose they are. It is handed the credentials and nothing else of the request: no
 * address, no other header and no path can change its answer. Its only effects are what credentials earn: a session's idle time
 * begins anew, a wrong password is counted against its name. It logs nothing and says nothing of what somebody may do.
 * After a controller restart: sessions and counts of wrong passwords are gone, accounts are not. */
#ifndef SERVICE_AUTH_DECIDE_H
#define SERVICE_AUTH_DECIDE_H

#include "core/core.h"

enum auth_result {
    AUTH_NONE,   /* no credentials were given */
    AUTH_OPENED, /* the decision says who */
    AUTH_DERIVE, /* derive the password's key with the challenge, then decide again */
    AUTH_REFUSED,
    AUTH_BROKEN, /* the derivation failed: nothing is known */
};

struct auth_credentials {
    char token[SESSION_TOKEN_SIZE];  /* of a session; when it is not empty, it alone counts (DSP0266, 13.3.4) */
    char name[USER_NAME_SIZE];       /* empty when no account can have it */
    char password[PASSWORD_MAX + 1]; /* likewise */
    const uint8_t *key;              /* the password's, of the challenge; NULL before the derivation */
};

struct auth_decision {
    enum auth_result result;
    int account;                    /* AUTH_OPENED: its slot */
    uint32_t session_id;            /* AUTH_OPENED by a token */
    struct password_hash challenge; /* AUTH_DERIVE: salt and iterations */
    uint64_t locked_ms;             /* AUTH_REFUSED without a look at the password: how long the name stays locked */
    bool wrong;                     /* AUTH_REFUSED: a password was tried and did not open */
    uint64_t new_lock_ms;           /* and locked the name from now on, 0 when it did not */
    unsigned wrong_count;           /* so many wrong ones in a row */
};

struct auth_decision auth_decide(struct core *core, const struct auth_credentials *credentials);

/* Name and password as credentials; what no account can have is replaced by nothing, at the same cost as anything else wrong. */
struct auth_credentials auth_credentials(const char *name, const char *password);
/* The account in a slot when it may act, else NULL. */
const struct account *auth_account(const struct core *core, int slot);

#endif
