/* SPDX-License-Identifier: Apache-2.0
 * sessions - who is signed in. A bounded table; when it is full the session that was idle longest is given up, so leaked
 * sessions of a careless client never lock the owner out. Kept in RAM only: a controller restart signs everyone out. */
#ifndef CORE_SESSIONS_H
#define CORE_SESSIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/limits.h"
#include "core/origin.h"

struct session {
    uint32_t id; /* rising; 0 marks a free entry */
    char token[SESSION_TOKEN_SIZE];
    int8_t account; /* slot in accounts */
    struct origin origin;
    uint64_t created_wall_ms;
    uint64_t used_ms;
};

struct sessions {
    struct session entry[SESSION_COUNT];
    uint32_t last_id;
    uint32_t timeout_ms; /* idle */
};

void sessions_init(struct sessions *sessions, uint32_t timeout_ms);
/* token_random: 16 random bytes. When an old session had to go, *evicted holds it, else evicted->id is 0. */
struct session *sessions_open(struct sessions *sessions, int account, const struct origin *origin, const uint8_t token_random[16],
                              uint64_t now_ms, uint64_t wall_ms, struct session *evicted);
/* The live session of a token, its idle time started anew; NULL when unknown or expired. Compares every token in constant time.
 */
struct session *sessions_use(struct sessions *sessions, const char *token, uint64_t now_ms);
struct session *sessions_find(struct sessions *sessions, uint32_t id);
void sessions_close(struct session *session);
/* Ends all sessions of an account but the one given (0 = all). */
void sessions_close_account(struct sessions *sessions, int account, uint32_t keep_id);
/* One expired session per call, closed and copied out; false when there is none. */
bool sessions_expire(struct sessions *sessions, uint64_t now_ms, struct session *expired);

#endif
