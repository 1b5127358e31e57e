/* SPDX-License-Identifier: Apache-2.0 */
#include "core/defaults.h"

#include <string.h>

#include "core/bytes.h"

static const char *const names[DEFAULTS_KIND_COUNT] = {
    [DEFAULTS_ALL] = "ResetAll", [DEFAULTS_PRESERVE_NETWORK_AND_USERS] = "PreserveNetworkAndUsers"};

const char *defaults_name(enum defaults_kind kind) { return kind < DEFAULTS_KIND_COUNT ? names[kind] : NULL; }

enum defaults_kind defaults_from_name(const char *name) {
    for (unsigned i = DEFAULTS_NONE + 1; i < DEFAULTS_KIND_COUNT; i++)
        if (strcmp(names[i], name) == 0) return (enum defaults_kind)i;
    return DEFAULTS_NONE;
}

size_t defaults_encode(enum defaults_kind kind, uint8_t record[DEFAULTS_RECORD_SIZE]) {
    struct bytes_writer writer = bytes_writer(record, DEFAULTS_RECORD_SIZE);
    bytes_put_u8(&writer, (uint8_t)kind);
    bytes_seal(&writer);
    return DEFAULTS_RECORD_SIZE;
}

enum defaults_kind defaults_decode(const uint8_t *record, size_t size) {
    if (size != DEFAULTS_RECORD_SIZE || !bytes_sealed(record, size)) return DEFAULTS_NONE;
    return record[0] < DEFAULTS_KIND_COUNT ? (enum defaults_kind)record[0] : DEFAULTS_NONE;
}
