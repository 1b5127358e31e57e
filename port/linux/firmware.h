/* SPDX-License-Identifier: Apache-2.0
 * firmware - hal/firmware.h on Linux: the slots are files (firmware_slots.h), super4c-boot is the boot loader, and the key is the
 * one that was compiled in (port/firmware_key.cmake). Writes only the slot that does not run. */
#ifndef PORT_LINUX_FIRMWARE_H
#define PORT_LINUX_FIRMWARE_H

#include <mbedtls/sha256.h>

#include "port/linux/firmware_slots.h"

#define FIRMWARE_SLOT_SIZE (16 * 1024 * 1024) /* a program with its debug information; the chip's slots have 1.7 MB */

struct firmware {
    int dir_fd;
    unsigned running;
    struct firmware_marks marks;
    int fd; /* of the other slot's file, while it is written and read back; -1 */
    mbedtls_sha256_context sha256;
};

/* slot: from which the program runs. 0, or -1 with errno. */
int firmware_open(struct firmware *firmware, int state_fd, unsigned slot);
struct hal_firmware firmware_hal(struct firmware *firmware);

#endif
