/* SPDX-License-Identifier: Apache-2.0 */
#include "core/accounts.h"

#include <string.h>

#include "core/bytes.h"

#define RECORD_VERSION 1

static const char *const role_names[ROLE_COUNT] = {"",
                                                   "ReadOnly",
                                                   "Operator",
                                                   "Administrator",
                                                   "Node1Operator",
                                                   "Node2Operator",
                                                   "Node3Operator",
                                                   "Node4Operator",
                                                   "MetricsReader"};

const char *role_name(enum role role) { return role < ROLE_COUNT ? role_names[role] : ""; }

enum role role_from_name(const char *name) {
    for (unsigned i = ROLE_READ_ONLY; i < ROLE_COUNT; i++)
        if (strcmp(role_names[i], name) == 0) return (enum role)i;
    return ROLE_NONE;
}

static bool is_node_operator(enum role role) { return role >= ROLE_NODE_OPERATOR && role < ROLE_NODE_OPERATOR + NODE_COUNT; }

/* The first three are the predefined roles of DSP0266, 13.6.4. */
unsigned role_privileges(enum role role) {
    switch (role) {
    case ROLE_ADMINISTRATOR:
        return PRIVILEGE_LOGIN | PRIVILEGE_CONFIGURE_SELF | PRIVILEGE_CONFIGURE_COMPONENTS | PRIVILEGE_CONFIGURE_MANAGER |
               PRIVILEGE_CONFIGURE_USERS;
    case ROLE_OPERATOR:
        return PRIVILEGE_LOGIN | PRIVILEGE_CONFIGURE_SELF | PRIVILEGE_CONFIGURE_COMPONENTS;
    case ROLE_READ_ONLY:
        return PRIVILEGE_LOGIN | PRIVILEGE_CONFIGURE_SELF;
    case ROLE_METRICS_READER:
        return PRIVILEGE_READ_METRICS;
    default:
        return is_node_operator(role) ? role_privileges(ROLE_OPERATOR) : 0;
    }
}

uint8_t role_nodes(enum role role) { return is_node_operator(role) ? (uint8_t)(1u << (role - ROLE_NODE_OPERATOR)) : NODE_ALL; }

void accounts_init(struct accounts *accounts, uint32_t iterations, const uint8_t decoy_salt[PASSWORD_SALT_SIZE]) {
    memset(accounts, 0, sizeof *accounts);
    accounts->iterations = iterations;
    memcpy(accounts->decoy_salt, decoy_salt, PASSWORD_SALT_SIZE);
}

static void encode(const struct account *account, uint8_t record[ACCOUNT_RECORD_SIZE]) {
    struct bytes_writer writer = bytes_writer(record, ACCOUNT_RECORD_SIZE);
    bytes_put_u8(&writer, RECORD_VERSION);
    bytes_put(&writer, account->name, USER_NAME_SIZE);
    bytes_put_u8(&writer, account->role);
    bytes_put_u8(&writer, account->enabled);
    bytes_put_u8(&writer, account->must_change);
    bytes_put_u32(&writer, account->generation);
    bytes_put_u32(&writer, account->hash.iterations);
    bytes_put(&writer, account->hash.salt, PASSWORD_SALT_SIZE);
    bytes_put(&writer, account->hash.key, PASSWORD_KEY_SIZE);
    bytes_seal(&writer);
}

bool accounts_load(struct accounts *accounts, unsigned slot, const uint8_t *record, size_t size) {
    if (slot >= ACCOUNT_COUNT || size != ACCOUNT_RECORD_SIZE || !bytes_sealed(record, size)) return false;
    struct account read = {0};
    struct bytes_reader reader = bytes_reader(record, size);
    if (bytes_get_u8(&reader) != RECORD_VERSION) return false;
    bytes_get_text(&reader, read.name, USER_NAME_SIZE);
    read.role = bytes_get_u8(&reader);
    read.enabled = bytes_get_u8(&reader);
    read.must_change = bytes_get_u8(&reader);
    read.generation = bytes_get_u32(&reader);
    read.hash.iterations = bytes_get_u32(&reader);
    bytes_get(&reader, read.hash.salt, PASSWORD_SALT_SIZE);
    bytes_get(&reader, read.hash.key, PASSWORD_KEY_SIZE);
    if (!account_name_ok(read.name) || read.role == ROLE_NONE || read.role >= ROLE_COUNT) return false;
    accounts->slot[slot] = read;
    return true;
}

bool accounts_empty(const struct accounts *accounts) {
    for (unsigned i = 0; i < ACCOUNT_COUNT; i++)
        if (accounts->slot[i].name[0]) return false;
    return true;
}

int accounts_find(const struct accounts *accounts, const char *name) {
    for (int i = 0; i < ACCOUNT_COUNT; i++)
        if (name[0] && strcmp(accounts->slot[i].name, name) == 0) return i;
    return -1;
}

struct password_hash accounts_challenge(const struct accounts *accounts, const char *name) {
    int slot = accounts_find(accounts, name);
    struct password_hash challenge = {.iterations = accounts->iterations};
    memcpy(challenge.salt, accounts->decoy_salt, PASSWORD_SALT_SIZE);
    if (slot >= 0) {
        challenge.iterations = accounts->slot[slot].hash.iterations;
        memcpy(challenge.salt, accounts->slot[slot].hash.salt, PASSWORD_SALT_SIZE);
    }
    return challenge;
}

int accounts_verify(const struct accounts *accounts, const char *name, const uint8_t key[PASSWORD_KEY_SIZE]) {
    static const struct account nobody = {.enabled = false};
    int slot = accounts_find(accounts, name);
    const struct account *account = slot >= 0 ? &accounts->slot[slot] : &nobody;
    unsigned difference = 0;
    for (unsigned i = 0; i < PASSWORD_KEY_SIZE; i++) difference |= account->hash.key[i] ^ key[i];
    return difference == 0 && account->enabled ? slot : -1;
}

/* Somebody else than the one in this slot could still administer the board. */
static bool other_administrator(const struct accounts *accounts, int slot) {
    for (int i = 0; i < ACCOUNT_COUNT; i++) {
        const struct account *account = &accounts->slot[i];
        if (i != slot && account->name[0] && account->enabled && account->role == ROLE_ADMINISTRATOR) return true;
    }
    return false;
}

enum account_error accounts_put(const struct accounts *accounts, int *slot, const struct account *wanted,
                                uint8_t record[ACCOUNT_RECORD_SIZE]) {
    if (!account_name_ok(wanted->name)) return ACCOUNT_BAD_NAME;
    if (wanted->role == ROLE_NONE || wanted->role >= ROLE_COUNT) return ACCOUNT_BAD_ROLE;
    int same = accounts_find(accounts, wanted->name);
    if (same >= 0 && same != *slot) return ACCOUNT_EXISTS;
    int target = *slot;
    for (int i = 0; target < 0 && i < ACCOUNT_COUNT; i++)
        if (!accounts->slot[i].name[0]) target = i;
    if (target < 0) return ACCOUNT_FULL;
    bool administers = wanted->enabled && wanted->role == ROLE_ADMINISTRATOR;
    if (!administers && !other_administrator(accounts, target)) return ACCOUNT_LAST_ADMINISTRATOR;
    *slot = target;
    encode(wanted, record);
    return ACCOUNT_OK;
}

void accounts_commit(struct accounts *accounts, int slot, const struct account *wanted) { accounts->slot[slot] = *wanted; }

enum account_error accounts_may_delete(const struct accounts *accounts, int slot) {
    if (slot < 0 || slot >= ACCOUNT_COUNT || !accounts->slot[slot].name[0]) return ACCOUNT_UNKNOWN;
    return other_administrator(accounts, slot) ? ACCOUNT_OK : ACCOUNT_LAST_ADMINISTRATOR;
}

void accounts_delete(struct accounts *accounts, int slot) { memset(&accounts->slot[slot], 0, sizeof accounts->slot[slot]); }

bool account_name_ok(const char *name) {
    size_t length = strlen(name);
    if (length == 0 || length >= USER_NAME_SIZE) return false;
    for (size_t i = 0; i < length; i++) {
        char c = name[i];
        bool alphanumeric = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        bool mark = c == '.' || c == '_' || c == '-';
        if (!alphanumeric && !(mark && i > 0)) return false;
    }
    return true;
}

const char *password_problem(const char *password, const char *name) {
    size_t length = strlen(password);
    if (length < PASSWORD_MIN) return "it is shorter than 8 characters";
    if (length > PASSWORD_MAX) return "it is longer than 64 bytes";
    if (strcmp(password, name) == 0) return "it is the user name";
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)password[i] < 0x20 || password[i] == 0x7f) return "it holds a control character";
    for (size_t i = 1; i < length; i++)
        if (password[i] != password[0]) return NULL;
    return "it is one character repeated";
}
