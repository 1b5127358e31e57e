/* SPDX-License-Identifier: Apache-2.0
 * auth - finds a request's credentials, has auth_decide() judge them, and keeps account of it: who is behind the request, and
 * what the log shall say. It says nothing of what that person may do. Every attempt with a password costs one slow derivation,
 * right or wrong, known name or not; a locked name costs none. Successful Basic credentials are remembered for five minutes (see
 * auth_cache.h), so that clients without sessions do not pay a derivation for each request.
 *
 * It logs each sign-in, and refused ones as long as a bucket of LOGIN_LOG_BURST holds: a guesser must not push out the log.
 * Names that are no account's are never logged: people type their password there.
 *
 * After a controller restart: the setup code, accounts and their hashes come from the store; sessions, locks and the cache are
 * gone. */
#ifndef SERVICE_AUTH_H
#define SERVICE_AUTH_H

#include "service/auth_decide.h"
#include "service/http.h"

#define LOGIN_LOG_BURST     10
#define LOGIN_LOG_PERIOD_MS 6000

/* By the request's headers. derived: false first, true after AUTH_DERIVE. */
enum auth_result auth_request(struct core *core, struct http_exchange *x, bool derived);
/* By name and password, for a new session. */
enum auth_result auth_password(struct core *core, struct http_exchange *x, const char *name, const char *password, bool derived);

/* 401; the same bytes whatever was wrong, and Retry-After while the name is locked. */
enum http_next auth_refuse(struct http_exchange *x);
/* Whether the identity found before a derivation still holds. */
bool auth_still_valid(struct core *core, const struct http_exchange *x);
/* Logs an event as this exchange's doing. */
void auth_log(struct core *core, const struct http_exchange *x, struct event event);
/* Says how many refusals were left out, once there is room again. */
void auth_flush_log(struct core *core);

#endif
