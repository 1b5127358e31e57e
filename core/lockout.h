/* SPDX-License-Identifier: Apache-2.0
 * lockout - slows down guessing. After threshold wrong passwords for a name, known or not, sign-in under that name is refused for
 * a time that doubles with each further failure up to a cap; attempts during the lock do not lengthen it, so the owner gets in
 * when it ends. Sees names only, never addresses. Names of accounts have places of their own: inventing others pushes none of
 * them out. RAM only: a controller restart forgets it. */
#ifndef CORE_LOCKOUT_H
#define CORE_LOCKOUT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/limits.h"

struct lockout_entry {
    char name[USER_NAME_SIZE]; /* longer candidate names are cut: they cannot exist */
    uint16_t failure_count;
    uint64_t until_ms; /* locked before this, 0 when not */
    uint64_t last_ms;
};

struct lockout {
    struct lockout_entry entry[LOCKOUT_COUNT]; /* the first ACCOUNT_COUNT are for names of accounts */
    uint16_t threshold;                        /* failures allowed before the first lock; 0 = never lock */
    uint32_t base_ms;                          /* the first lock */
    uint32_t max_ms;                           /* the longest */
    uint32_t reset_ms;                         /* failures are forgotten after so long without one */
};

void lockout_init(struct lockout *lockout, uint16_t threshold, uint32_t base_ms, uint32_t max_ms, uint32_t reset_ms);
/* Milliseconds until the name may try again, 0 when it may now. */
uint64_t lockout_remaining_ms(const struct lockout *lockout, const char *name, uint64_t now_ms);
/* A wrong password. is_account: the name is one's. Returns the length of the lock that this began, 0 when none. *failure_count
 * may be NULL. */
uint64_t lockout_failed(struct lockout *lockout, const char *name, bool is_account, uint64_t now_ms, unsigned *failure_count);
void lockout_succeeded(struct lockout *lockout, const char *name);

#endif
