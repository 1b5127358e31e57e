/* SPDX-License-Identifier: Apache-2.0 */
#include "service/auth_cache.h"

#include <string.h>

struct entry {
    struct auth_digest digest;
    int8_t account;
    uint32_t generation;
    uint64_t verified_ms; /* 0: free */
};

/* Mutable by its nature: secrets of this run that must not be part of core, which is copied and shown. Used under the lock of
 * http_step(). */
static struct {
    bool begun;
    uint8_t run[PASSWORD_SALT_SIZE]; /* the decoy salt, drawn at each start: another one begins anew */
    uint64_t key[2];
    struct entry entry[AUTH_CACHE_COUNT];
} cache;

static uint64_t rotate(uint64_t value, unsigned bits) { return value << bits | value >> (64 - bits); }

static void sip_rounds(uint64_t v[4], unsigned count) {
    while (count--) {
        v[0] += v[1], v[2] += v[3];
        v[1] = rotate(v[1], 13) ^ v[0], v[3] = rotate(v[3], 16) ^ v[2];
        v[0] = rotate(v[0], 32);
        v[2] += v[1], v[0] += v[3];
        v[1] = rotate(v[1], 17) ^ v[2], v[3] = rotate(v[3], 21) ^ v[0];
        v[2] = rotate(v[2], 32);
    }
}

static uint64_t little_endian(const uint8_t *bytes, size_t size) {
    uint64_t value = 0;
    for (size_t i = 0; i < size; i++) value |= (uint64_t)bytes[i] << (8 * i);
    return value;
}

static void absorb(uint64_t v[4], uint64_t word) {
    v[3] ^= word;
    sip_rounds(v, 2);
    v[0] ^= word;
}

struct auth_digest siphash128(const uint64_t key[2], const uint8_t *data, size_t size) {
    uint64_t v[4] = {key[0] ^ 0x736f6d6570736575, key[1] ^ 0x646f72616e646f6d ^ 0xee, key[0] ^ 0x6c7967656e657261,
                     key[1] ^ 0x7465646279746573};
    size_t at = 0;
    for (; size - at >= 8; at += 8) absorb(v, little_endian(&data[at], 8));
    absorb(v, (uint64_t)size << 56 | little_endian(&data[at], size - at));
    struct auth_digest digest;
    v[2] ^= 0xee;
    sip_rounds(v, 4);
    digest.half[0] = v[0] ^ v[1] ^ v[2] ^ v[3];
    v[1] ^= 0xdd;
    sip_rounds(v, 4);
    digest.half[1] = v[0] ^ v[1] ^ v[2] ^ v[3];
    return digest;
}

static void begin_run(const struct core *core, const uint8_t random[16]) {
    if (cache.begun && memcmp(cache.run, core->accounts.decoy_salt, sizeof cache.run) == 0) return;
    memset(&cache, 0, sizeof cache);
    cache.begun = true;
    memcpy(cache.run, core->accounts.decoy_salt, sizeof cache.run);
    cache.key[0] = little_endian(random, 8);
    cache.key[1] = little_endian(&random[8], 8);
}

struct auth_digest auth_cache_digest(const struct core *core, const uint8_t random[16], const char *name, const char *password,
                                     const uint8_t address[16]) {
    struct {
        uint8_t address[16];
        char name[USER_NAME_SIZE], password[PASSWORD_MAX + 1];
    } all;
    begin_run(core, random);
    memset(&all, 0, sizeof all);
    memcpy(all.address, address, sizeof all.address);
    memcpy(all.name, name, strlen(name));
    memcpy(all.password, password, strlen(password));
    struct auth_digest digest = siphash128(cache.key, (const uint8_t *)&all, sizeof all);
    memset(&all, 0, sizeof all);
    return digest;
}

static struct entry *find(const struct auth_digest *digest) {
    struct entry *found = NULL;
    for (unsigned i = 0; i < AUTH_CACHE_COUNT; i++) {
        struct entry *entry = &cache.entry[i];
        uint64_t difference = (entry->digest.half[0] ^ digest->half[0]) | (entry->digest.half[1] ^ digest->half[1]);
        if (entry->verified_ms && difference == 0) found = entry;
    }
    return found;
}

static bool current(const struct core *core, const struct entry *entry) {
    return core->accounts.slot[entry->account].generation == entry->generation;
}

int auth_cache_find(const struct core *core, const struct auth_digest *digest) {
    const struct entry *entry = find(digest);
    if (!entry || !current(core, entry) || core->now_ms - entry->verified_ms >= AUTH_CACHE_MS) return -1;
    return entry->account;
}

bool auth_cache_put(const struct core *core, const struct auth_digest *digest, int account) {
    struct entry *entry = find(digest);
    bool known = entry && entry->account == account && current(core, entry);
    if (!entry) {
        entry = &cache.entry[0];
        for (unsigned i = 1; i < AUTH_CACHE_COUNT; i++)
            if (cache.entry[i].verified_ms < entry->verified_ms) entry = &cache.entry[i];
    }
    *entry = (struct entry){.digest = *digest,
                            .account = (int8_t)account,
                            .generation = core->accounts.slot[account].generation,
                            .verified_ms = core->now_ms ? core->now_ms : 1};
    return !known;
}

void auth_cache_drop(int account) {
    for (unsigned i = 0; i < AUTH_CACHE_COUNT; i++)
        if (cache.entry[i].account == account) cache.entry[i] = (struct entry){0};
}
