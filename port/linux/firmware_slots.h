/* SPDX-License-Identifier: Apache-2.0
 * firmware_slots - the two slots of the firmware as files below the state directory, and the marks by which the boot loader
 * chooses (hal/firmware.h): slots/a, slots/b, slots/marks. Until a slot is written, the program that was built stands in for it.
 * The marks are one file, replaced whole or not at all; damaged ones count as none, and then the built program runs. */
#ifndef PORT_LINUX_FIRMWARE_SLOTS_H
#define PORT_LINUX_FIRMWARE_SLOTS_H

#include <stdbool.h>
#include <stdint.h>

#include "hal/firmware.h"

#define FIRMWARE_SLOT_COUNT     2
#define FIRMWARE_SLOT_DIRECTORY "slots"

struct firmware_slot {
    uint8_t state;     /* enum hal_firmware_state */
    bool built;        /* the built program stands in for it */
    uint32_t sequence; /* the higher was chosen later */
    char version[HAL_FIRMWARE_VERSION_SIZE];
    uint8_t digest[32]; /* of the file */
};

struct firmware_marks {
    struct firmware_slot slot[FIRMWARE_SLOT_COUNT];
};

/* "a" or "b", the file's name. */
const char *firmware_slot_file(unsigned slot);
void firmware_marks_read(int dir_fd, struct firmware_marks *marks);
/* 0 or -1 with errno. */
int firmware_marks_write(int dir_fd, const struct firmware_marks *marks);
/* What the boot loader does at a start: a slot that is found on trial has failed; of the others the latest is chosen, and a new
 * one is on trial from now on. -1: the built program. */
int firmware_marks_choose(struct firmware_marks *marks);
/* SHA-256 of what is in a file between two offsets, added to a digest under way, an mbedtls_sha256_context. 0 or -1. */
int firmware_digest_file(void *sha256, int fd, uint64_t offset, uint64_t size);

#endif
