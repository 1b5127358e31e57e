/* SPDX-License-Identifier: Apache-2.0
 * firmware_image - what stands before a firmware's payload, and whether it is for us: docs/update.md has it byte by byte. Decides
 * from the header alone, before anything is erased; that the header is signed, and the payload what it says, others check. Never
 * trusts a length or a text in it. After a controller restart: nothing is kept. */
#ifndef CORE_FIRMWARE_IMAGE_H
#define CORE_FIRMWARE_IMAGE_H

#include <stdint.h>

#define FIRMWARE_HEADER_SIZE    128 /* what is signed */
#define FIRMWARE_SIGNATURE_SIZE 64  /* r and s of ECDSA P-256, big-endian */
#define FIRMWARE_PREFIX_SIZE    (FIRMWARE_HEADER_SIZE + FIRMWARE_SIGNATURE_SIZE)
#define FIRMWARE_DIGEST_SIZE    32
#define FIRMWARE_VERSION_SIZE   32 /* with the terminator; that of ESP-IDF's esp_app_desc_t */

/* Why a firmware did not come to be. Stored by number. */
enum firmware_fault {
    FIRMWARE_OK = 0,
    FIRMWARE_NO_IMAGE,
    FIRMWARE_UNKNOWN_FORMAT,
    FIRMWARE_OTHER_BOARD,
    FIRMWARE_OTHER_TARGET,
    FIRMWARE_TOO_OLD,
    FIRMWARE_TOO_LARGE,
    FIRMWARE_NOT_SIGNED,
    FIRMWARE_WRONG_LENGTH,
    FIRMWARE_WRONG_DIGEST,
    FIRMWARE_SLOT_FAILED,
    FIRMWARE_BROKEN_OFF,
    FIRMWARE_TOO_SLOW,
    FIRMWARE_NOT_STARTED, /* from here on it was whole, and could not be kept */
    FIRMWARE_TRIAL_ENDED,
    FIRMWARE_NO_ACCOUNTS,
    FIRMWARE_NO_NETWORK,
    FIRMWARE_NO_SENSORS,
    FIRMWARE_NO_SIGN_IN,
    FIRMWARE_FAULT_COUNT
};

struct firmware_image {
    uint32_t payload_size, security_version;
    char version[FIRMWARE_VERSION_SIZE];
    uint8_t digest[FIRMWARE_DIGEST_SIZE]; /* SHA-256 of the payload */
};

/* What an image must fit. */
struct firmware_place {
    const char *target; /* "esp32" */
    uint32_t slot_size, security_version;
};

enum firmware_fault firmware_image_read(struct firmware_image *image, const uint8_t header[FIRMWARE_HEADER_SIZE],
                                        const struct firmware_place *place);
/* For people, as part of a sentence; never NULL. */
const char *firmware_fault_text(enum firmware_fault fault);

#endif
