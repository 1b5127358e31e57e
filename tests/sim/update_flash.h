/* SPDX-License-Identifier: Apache-2.0
 * update_flash - the chip's flash as far as an update touches it: two slots, and the two sectors of otadata by which ESP-IDF's
 * boot loader chooses between them, with its rules. Each erasing of a sector and each write can be the last thing that happens,
 * before, halfway or after. The pictures that lie in the slots carry a checksum, as the chip's do, and say how they behave once
 * started. */
#ifndef TESTS_SIM_UPDATE_FLASH_H
#define TESTS_SIM_UPDATE_FLASH_H

#include <setjmp.h>
#include <stdbool.h>

#include "core/firmware_image.h"
#include "hal/firmware.h"

#define FLASH_SECTOR_SIZE 4096
#define FLASH_SLOT_SIZE   (6 * FLASH_SECTOR_SIZE)
#define PICTURE_SIZE      20011 /* no multiple of anything */
#define IMAGE_SIZE        (FIRMWARE_PREFIX_SIZE + PICTURE_SIZE)

enum behaviour {
    BEHAVES_WELL,
    HANGS,          /* the watchdog ends it */
    CRASHES,        /* at once */
    NEVER_SIGNS_IN, /* its server does not answer */
};

enum cut { CUT_BEFORE, CUT_HALFWAY, CUT_AFTER, CUT_COUNT };

struct otadata {
    uint32_t sequence, state, checksum; /* state: enum hal_firmware_state */
};

struct flash {
    uint8_t slot[2][FLASH_SLOT_SIZE];
    uint8_t otadata[2][FLASH_SECTOR_SIZE];
    unsigned running;
    size_t written; /* of the slot that is open */
    uint32_t sum[8];
    unsigned op_count, fuse; /* the fuse-th change of the medium is the last one; 0: none */
    enum cut cut;
    unsigned choice_count; /* set_boot() that succeeded */
    jmp_buf *death;
    struct hal_firmware hal;
};

/* A board as delivered: a picture that behaves well in slot A, otadata empty. */
void flash_init(struct flash *flash);
/* The boot loader's part of a start: which slot runs, or -1 when none can. Its writes can be cut too. */
int flash_boot(struct flash *flash);
bool flash_holds(const struct flash *flash, unsigned slot, const uint8_t *picture);
enum behaviour flash_behaviour(const struct flash *flash, unsigned slot);

void picture_make(uint8_t picture[PICTURE_SIZE], unsigned seed, enum behaviour behaviour);
/* The picture with header and signature before it. */
struct image_words {
    const char *board, *target;
    uint32_t security_version, payload_size;
    bool forged;
};
struct image_words image_words(void);
void image_make(uint8_t image[IMAGE_SIZE], const uint8_t picture[PICTURE_SIZE], const struct image_words *words);

#endif
