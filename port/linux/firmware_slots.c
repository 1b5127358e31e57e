/* SPDX-License-Identifier: Apache-2.0 */
#include "port/linux/firmware_slots.h"

#include <mbedtls/sha256.h>
#include <string.h>
#include <unistd.h>

#include "core/bytes.h"
#include "port/linux/state_dir.h"

#define MARKS_FILE  "marks"
#define MARKS_SIZE  (FIRMWARE_SLOT_COUNT * (1 + 1 + 4 + HAL_FIRMWARE_VERSION_SIZE + 32) + 4)
#define DIGEST_STEP 4096

const char *firmware_slot_file(unsigned slot) { return slot == 0 ? "a" : "b"; }

void firmware_marks_read(int dir_fd, struct firmware_marks *marks) {
    char record[MARKS_SIZE + 1];
    memset(marks, 0, sizeof *marks);
    if (state_file_read(dir_fd, MARKS_FILE, record, sizeof record) != MARKS_SIZE) return;
    if (!bytes_sealed((const uint8_t *)record, MARKS_SIZE)) return;
    struct bytes_reader reader = bytes_reader((const uint8_t *)record, MARKS_SIZE);
    for (unsigned i = 0; i < FIRMWARE_SLOT_COUNT; i++) {
        struct firmware_slot *slot = &marks->slot[i];
        slot->state = bytes_get_u8(&reader);
        slot->built = bytes_get_u8(&reader) != 0;
        slot->sequence = bytes_get_u32(&reader);
        bytes_get_text(&reader, slot->version, sizeof slot->version);
        bytes_get(&reader, slot->digest, sizeof slot->digest);
        if (slot->state > HAL_FIRMWARE_FAILED) slot->state = HAL_FIRMWARE_EMPTY;
    }
}

int firmware_marks_write(int dir_fd, const struct firmware_marks *marks) {
    uint8_t record[MARKS_SIZE];
    struct bytes_writer writer = bytes_writer(record, sizeof record);
    for (unsigned i = 0; i < FIRMWARE_SLOT_COUNT; i++) {
        const struct firmware_slot *slot = &marks->slot[i];
        bytes_put_u8(&writer, slot->state);
        bytes_put_u8(&writer, slot->built);
        bytes_put_u32(&writer, slot->sequence);
        bytes_put(&writer, slot->version, sizeof slot->version);
        bytes_put(&writer, slot->digest, sizeof slot->digest);
    }
    bytes_seal(&writer);
    return state_file_write(dir_fd, MARKS_FILE, record, sizeof record, 0600);
}

int firmware_marks_choose(struct firmware_marks *marks) {
    int chosen = -1;
    for (int i = 0; i < FIRMWARE_SLOT_COUNT; i++) {
        struct firmware_slot *slot = &marks->slot[i];
        if (slot->state == HAL_FIRMWARE_TRIAL) slot->state = HAL_FIRMWARE_FAILED;
        bool startable = slot->state == HAL_FIRMWARE_NEW || slot->state == HAL_FIRMWARE_VALID;
        if (startable && (chosen < 0 || slot->sequence > marks->slot[chosen].sequence)) chosen = i;
    }
    if (chosen >= 0 && marks->slot[chosen].state == HAL_FIRMWARE_NEW) marks->slot[chosen].state = HAL_FIRMWARE_TRIAL;
    return chosen;
}

int firmware_digest_file(void *sha256, int fd, uint64_t offset, uint64_t size) {
    uint8_t piece[DIGEST_STEP];
    while (size > 0) {
        ssize_t got = pread(fd, piece, size < sizeof piece ? size : sizeof piece, (off_t)offset);
        if (got <= 0 || mbedtls_sha256_update_ret(sha256, piece, (size_t)got) != 0) return -1;
        offset += (uint64_t)got;
        size -= (uint64_t)got;
    }
    return 0;
}
