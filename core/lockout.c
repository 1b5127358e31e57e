/* SPDX-License-Identifier: Apache-2.0 */
#include "core/lockout.h"

#include <string.h>

#include "core/bytes.h"

_Static_assert(LOCKOUT_COUNT > ACCOUNT_COUNT, "names that are no account's need places too");

void lockout_init(struct lockout *lockout, uint16_t threshold, uint32_t base_ms, uint32_t max_ms, uint32_t reset_ms) {
    *lockout = (struct lockout){.threshold = threshold, .base_ms = base_ms, .max_ms = max_ms, .reset_ms = reset_ms};
}

static int find(const struct lockout *lockout, const char *name) {
    char key[USER_NAME_SIZE];
    text_copy(key, sizeof key, name);
    for (int i = 0; i < LOCKOUT_COUNT; i++)
        if (lockout->entry[i].failure_count && strcmp(lockout->entry[i].name, key) == 0) return i;
    return -1;
}

/* Of the places for its kind of name a free entry, else the unlocked one that was quiet longest, else the lock that ends first.
 */
static struct lockout_entry *victim(struct lockout *lockout, bool is_account, uint64_t now_ms) {
    unsigned first = is_account ? 0 : ACCOUNT_COUNT, end = is_account ? ACCOUNT_COUNT : LOCKOUT_COUNT;
    struct lockout_entry *best = &lockout->entry[first];
    for (unsigned i = first; i < end; i++) {
        struct lockout_entry *entry = &lockout->entry[i];
        if (entry->failure_count == 0) return entry;
        bool locked = entry->until_ms > now_ms, best_locked = best->until_ms > now_ms;
        bool older = locked ? entry->until_ms < best->until_ms : entry->last_ms < best->last_ms;
        if (locked == best_locked ? older : best_locked) best = entry;
    }
    return best;
}

uint64_t lockout_remaining_ms(const struct lockout *lockout, const char *name, uint64_t now_ms) {
    int index = find(lockout, name);
    if (index < 0 || lockout->entry[index].until_ms <= now_ms) return 0;
    return lockout->entry[index].until_ms - now_ms;
}

uint64_t lockout_failed(struct lockout *lockout, const char *name, bool is_account, uint64_t now_ms, unsigned *failure_count) {
    int index = find(lockout, name);
    struct lockout_entry *entry = index >= 0 ? &lockout->entry[index] : victim(lockout, is_account, now_ms);
    if (index < 0 || now_ms - entry->last_ms > lockout->reset_ms) {
        *entry = (struct lockout_entry){0};
        text_copy(entry->name, sizeof entry->name, name);
    }
    entry->last_ms = now_ms;
    if (entry->failure_count < UINT16_MAX) entry->failure_count++;
    if (failure_count) *failure_count = entry->failure_count;
    if (lockout->threshold == 0 || entry->failure_count < lockout->threshold) return 0;
    unsigned doublings = entry->failure_count - lockout->threshold;
    uint64_t lock_ms = doublings < 20 ? (uint64_t)lockout->base_ms << doublings : lockout->max_ms;
    if (lock_ms > lockout->max_ms) lock_ms = lockout->max_ms;
    entry->until_ms = now_ms + lock_ms;
    return lock_ms;
}

void lockout_succeeded(struct lockout *lockout, const char *name) {
    int index = find(lockout, name);
    if (index >= 0) lockout->entry[index] = (struct lockout_entry){0};
}
