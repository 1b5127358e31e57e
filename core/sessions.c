/* SPDX-License-Identifier: Apache-2.0 */
#include "core/sessions.h"

#include <string.h>

void sessions_init(struct sessions *sessions, uint32_t timeout_ms) {
    memset(sessions, 0, sizeof *sessions);
    sessions->timeout_ms = timeout_ms;
}

static void token_from(char token[SESSION_TOKEN_SIZE], const uint8_t random[16]) {
    for (unsigned i = 0; i < 16; i++) {
        token[2 * i] = "0123456789abcdef"[random[i] >> 4];
        token[2 * i + 1] = "0123456789abcdef"[random[i] & 15];
    }
    token[SESSION_TOKEN_SIZE - 1] = '\0';
}

static bool expired(const struct sessions *sessions, const struct session *session, uint64_t now_ms) {
    return now_ms - session->used_ms >= sessions->timeout_ms;
}

struct session *sessions_open(struct sessions *sessions, int account, const struct origin *origin, const uint8_t token_random[16],
                              uint64_t now_ms, uint64_t wall_ms, struct session *evicted) {
    struct session *entry = &sessions->entry[0];
    for (unsigned i = 0; i < SESSION_COUNT && entry->id != 0; i++) {
        struct session *candidate = &sessions->entry[i];
        if (candidate->id == 0 || candidate->used_ms < entry->used_ms) entry = candidate;
    }
    *evicted = *entry;
    *entry = (struct session){
        .id = ++sessions->last_id, .account = (int8_t)account, .origin = *origin, .created_wall_ms = wall_ms, .used_ms = now_ms};
    token_from(entry->token, token_random);
    return entry;
}

/* Reads both whole, so that the time tells nothing about how much was right. */
static bool token_equal(const char stored[SESSION_TOKEN_SIZE], const char given[SESSION_TOKEN_SIZE]) {
    unsigned difference = 0;
    for (unsigned i = 0; i < SESSION_TOKEN_SIZE; i++) difference |= (unsigned char)stored[i] ^ (unsigned char)given[i];
    return difference == 0;
}

struct session *sessions_use(struct sessions *sessions, const char *token, uint64_t now_ms) {
    char given[SESSION_TOKEN_SIZE] = {0};
    size_t length = strlen(token);
    if (length != SESSION_TOKEN_SIZE - 1) return NULL;
    memcpy(given, token, length);
    struct session *found = NULL;
    for (unsigned i = 0; i < SESSION_COUNT; i++) {
        struct session *session = &sessions->entry[i];
        bool equal = token_equal(session->token, given);
        if (equal && session->id != 0 && !expired(sessions, session, now_ms)) found = session;
    }
    if (found) found->used_ms = now_ms;
    return found;
}

struct session *sessions_find(struct sessions *sessions, uint32_t id) {
    for (unsigned i = 0; i < SESSION_COUNT; i++)
        if (id != 0 && sessions->entry[i].id == id) return &sessions->entry[i];
    return NULL;
}

void sessions_close(struct session *session) { memset(session, 0, sizeof *session); }

void sessions_close_account(struct sessions *sessions, int account, uint32_t keep_id) {
    for (unsigned i = 0; i < SESSION_COUNT; i++) {
        struct session *session = &sessions->entry[i];
        if (session->id != 0 && session->account == account && session->id != keep_id) sessions_close(session);
    }
}

bool sessions_expire(struct sessions *sessions, uint64_t now_ms, struct session *out) {
    for (unsigned i = 0; i < SESSION_COUNT; i++) {
        struct session *session = &sessions->entry[i];
        if (session->id == 0 || !expired(sessions, session, now_ms)) continue;
        *out = *session;
        sessions_close(session);
        return true;
    }
    return false;
}
