/* SPDX-License-Identifier: Apache-2.0 */
#include "core/crash.h"

#include "core/bytes.h"

#define RECORD_VERSION 1

void crash_encode(const struct crash *crash, uint8_t record[CRASH_RECORD_SIZE]) {
    struct bytes_writer writer = bytes_writer(record, CRASH_RECORD_SIZE);
    bytes_put_u8(&writer, RECORD_VERSION);
    bytes_put_u64(&writer, crash->wall_ms);
    bytes_put(&writer, crash->text, CRASH_TEXT_SIZE);
    bytes_seal(&writer);
}

bool crash_decode(struct crash *crash, const uint8_t *record, size_t size) {
    if (size != CRASH_RECORD_SIZE || !bytes_sealed(record, size)) return false;
    struct bytes_reader reader = bytes_reader(record, size);
    if (bytes_get_u8(&reader) != RECORD_VERSION) return false;
    crash->wall_ms = bytes_get_u64(&reader);
    bytes_get_text(&reader, crash->text, CRASH_TEXT_SIZE);
    return true;
}
