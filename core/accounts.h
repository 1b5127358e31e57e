/* SPDX-License-Identifier: Apache-2.0
 * accounts - who may sign in, and as what. Holds salted slow hashes only, never a password.
 * Pure: hashing takes tens of milliseconds, so the caller does it outside (accounts_challenge(), then accounts_verify()). A
 * change is made in two steps: accounts_put() checks it and yields the record, the caller stores that, then accounts_commit()
 * makes it true; if the store refuses, nothing has changed. After a controller restart: accounts_load() for each stored slot. */
#ifndef CORE_ACCOUNTS_H
#define CORE_ACCOUNTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/limits.h"

/* Stored by number. */
enum role {
    ROLE_NONE = 0,
    ROLE_READ_ONLY,
    ROLE_OPERATOR,
    ROLE_ADMINISTRATOR,
    ROLE_NODE_OPERATOR, /* of node 1; the next NODE_COUNT - 1 numbers are those of the other nodes */
    ROLE_METRICS_READER = ROLE_NODE_OPERATOR + NODE_COUNT,
    ROLE_COUNT
};

/* Redfish privileges (DSP0266, 13.6). A role is a set of them. */
enum privilege {
    PRIVILEGE_LOGIN = 1 << 0,
    PRIVILEGE_CONFIGURE_SELF = 1 << 1,
    PRIVILEGE_CONFIGURE_COMPONENTS = 1 << 2,
    PRIVILEGE_CONFIGURE_MANAGER = 1 << 3,
    PRIVILEGE_CONFIGURE_USERS = 1 << 4,
    PRIVILEGE_READ_METRICS = 1 << 5, /* ours: /metrics and nothing else */
};

#define PASSWORD_SALT_SIZE 16
#define PASSWORD_KEY_SIZE  32

/* PBKDF2-HMAC-SHA256 (RFC 8018) parameters and result. */
struct password_hash {
    uint32_t iterations;
    uint8_t salt[PASSWORD_SALT_SIZE];
    uint8_t key[PASSWORD_KEY_SIZE];
};

struct account {
    char name[USER_NAME_SIZE]; /* [A-Za-z0-9][A-Za-z0-9._-]*; empty marks a free slot */
    uint8_t role;              /* enum role */
    bool enabled;
    bool must_change;    /* PasswordChangeRequired */
    uint32_t generation; /* rises with every change; part of the ETag */
    struct password_hash hash;
};

#define ACCOUNT_RECORD_SIZE 96

struct accounts {
    struct account slot[ACCOUNT_COUNT];
    uint32_t iterations;                    /* for new hashes; the port's measure */
    uint8_t decoy_salt[PASSWORD_SALT_SIZE]; /* so that an unknown name costs the same work */
};

enum account_error {
    ACCOUNT_OK = 0,
    ACCOUNT_BAD_NAME,
    ACCOUNT_BAD_ROLE,
    ACCOUNT_EXISTS,
    ACCOUNT_FULL,
    ACCOUNT_UNKNOWN,
    ACCOUNT_LAST_ADMINISTRATOR, /* the board would be left without one who can sign in */
};

void accounts_init(struct accounts *accounts, uint32_t iterations, const uint8_t decoy_salt[PASSWORD_SALT_SIZE]);
bool accounts_load(struct accounts *accounts, unsigned slot, const uint8_t *record, size_t size);
bool accounts_empty(const struct accounts *accounts);

/* Slot of a name, or -1. */
int accounts_find(const struct accounts *accounts, const char *name);
/* What to hash a candidate with. For an unknown or disabled name the decoy, whose result equals nothing. */
struct password_hash accounts_challenge(const struct accounts *accounts, const char *name);
/* The slot that opened, or -1. Constant time in the key. */
int accounts_verify(const struct accounts *accounts, const char *name, const uint8_t key[PASSWORD_KEY_SIZE]);

/* Checks a wanted account for slot (-1 = a new one) and writes its record. Nothing changes yet. On ACCOUNT_OK *slot is where it
 * goes. */
enum account_error accounts_put(const struct accounts *accounts, int *slot, const struct account *wanted,
                                uint8_t record[ACCOUNT_RECORD_SIZE]);
void accounts_commit(struct accounts *accounts, int slot, const struct account *wanted);
enum account_error accounts_may_delete(const struct accounts *accounts, int slot);
void accounts_delete(struct accounts *accounts, int slot);

/* NULL when acceptable, else the reason in words. */
const char *password_problem(const char *password, const char *name);
bool account_name_ok(const char *name);

const char *role_name(enum role role);      /* "Administrator" */
enum role role_from_name(const char *name); /* ROLE_NONE when unknown */
unsigned role_privileges(enum role role);
/* The nodes that exist for the role, bit 0 = node 1; NODE_ALL: the whole board. */
uint8_t role_nodes(enum role role);

#endif
