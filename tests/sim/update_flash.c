/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/sim/update_flash.h"

#include <string.h>

#include "core/bytes.h"
#include "core/crc32.h"
#include "hal/errors.h"

#define SECURITY_VERSION 3
#define BEHAVIOUR_AT     4 /* of a picture */

/* ---- the medium ---- */

static void end_here(struct flash *flash) { longjmp(*flash->death, 1); }

/* True when this change is the last one, and only its first part comes to pass; *size: of that. */
static bool last_of(struct flash *flash, size_t *size) {
    flash->op_count++;
    bool last = flash->fuse && flash->op_count == flash->fuse;
    if (last && flash->cut == CUT_BEFORE) *size = 0;
    if (last && flash->cut == CUT_HALFWAY) *size /= 2;
    return last;
}

static void erase_sector(struct flash *flash, uint8_t *sector) {
    size_t size = FLASH_SECTOR_SIZE;
    bool last = last_of(flash, &size);
    memset(sector, 0xff, size);
    if (last) end_here(flash);
}

/* Flash can only clear bits. */
static void program(struct flash *flash, uint8_t *at, const void *data, size_t size) {
    bool last = last_of(flash, &size);
    for (size_t i = 0; i < size; i++) at[i] &= ((const uint8_t *)data)[i];
    if (last) end_here(flash);
}

/* ---- otadata, as bootloader_common.c has it ---- */

static bool entry(const struct flash *flash, unsigned index, struct otadata *out) {
    memcpy(out, flash->otadata[index], sizeof *out);
    return out->sequence != UINT32_MAX && out->checksum == crc32_of((const uint8_t *)&out->sequence, sizeof out->sequence) &&
           out->state <= HAL_FIRMWARE_FAILED;
}

static void rewrite(struct flash *flash, unsigned index, uint32_t sequence, enum hal_firmware_state state) {
    struct otadata data = {.sequence = sequence, .state = state};
    data.checksum = crc32_of((const uint8_t *)&data.sequence, sizeof data.sequence);
    erase_sector(flash, flash->otadata[index]);
    program(flash, flash->otadata[index], &data, sizeof data);
}

/* The index of the valid entry with the highest sequence that has not failed; -1 when there is none. */
static int active(const struct flash *flash) {
    struct otadata found;
    int chosen = -1;
    uint32_t highest = 0;
    for (unsigned i = 0; i < 2; i++) {
        if (!entry(flash, i, &found) || found.state == HAL_FIRMWARE_FAILED || found.sequence < highest) continue;
        highest = found.sequence;
        chosen = (int)i;
    }
    return chosen;
}

static unsigned slot_of(const struct otadata *data) { return (data->sequence - 1) % 2; }

/* ---- boot loader ---- */

static bool is_whole(const struct flash *flash, unsigned slot) {
    uint32_t checksum;
    memcpy(&checksum, &flash->slot[slot][PICTURE_SIZE - sizeof checksum], sizeof checksum);
    return memcmp(flash->slot[slot], "PICT", 4) == 0 && checksum == crc32_of(flash->slot[slot], PICTURE_SIZE - sizeof checksum);
}

int flash_boot(struct flash *flash) {
    struct otadata data;
    int index = active(flash);
    if (index >= 0 && entry(flash, (unsigned)index, &data) && data.state == HAL_FIRMWARE_TRIAL) {
        rewrite(flash, (unsigned)index, data.sequence, HAL_FIRMWARE_FAILED);
        index = active(flash);
    }
    unsigned slot = 0; /* with otadata empty: the first */
    if (index >= 0 && entry(flash, (unsigned)index, &data)) {
        slot = slot_of(&data);
        if (data.state == HAL_FIRMWARE_NEW) rewrite(flash, (unsigned)index, data.sequence, HAL_FIRMWARE_TRIAL);
    }
    if (!is_whole(flash, slot)) slot = !slot;
    if (!is_whole(flash, slot)) return -1;
    flash->running = slot;
    return (int)slot;
}

/* ---- what the firmware calls: esp_ota_ops.c ---- */

static bool entry_of(const struct flash *flash, unsigned slot, unsigned *index, struct otadata *out) {
    for (*index = 0; *index < 2; ++*index)
        if (entry(flash, *index, out) && slot_of(out) == slot) return true;
    return false;
}

static int running(void *ctx) { return (int)((const struct flash *)ctx)->running; }

static int describe(void *ctx, unsigned slot, struct hal_firmware_slot *out) {
    const struct flash *flash = ctx;
    struct otadata data;
    unsigned index;
    bool marked = entry_of(flash, slot, &index, &data);
    out->state = !is_whole(flash, slot) ? HAL_FIRMWARE_EMPTY : marked ? (enum hal_firmware_state)data.state : HAL_FIRMWARE_VALID;
    text_copy(out->version, sizeof out->version, "");
    return HAL_OK;
}

/* In the place of ECDSA, whose own test is the port's: a checksum that only who knows the salt can make. */
static void sign(const uint8_t *header, uint8_t signature[FIRMWARE_SIGNATURE_SIZE]) {
    uint8_t salted[FIRMWARE_HEADER_SIZE + 1];
    memcpy(salted, header, FIRMWARE_HEADER_SIZE);
    for (unsigned i = 0; i < FIRMWARE_SIGNATURE_SIZE / 4; i++) {
        salted[FIRMWARE_HEADER_SIZE] = (uint8_t)(0xa0 + i);
        uint32_t part = crc32_of(salted, sizeof salted);
        memcpy(&signature[4 * i], &part, 4);
    }
}

static int verify(void *ctx, const uint8_t *data, size_t size, const uint8_t signature[HAL_FIRMWARE_SIGNATURE_SIZE]) {
    uint8_t right[FIRMWARE_SIGNATURE_SIZE];
    (void)ctx, (void)size;
    sign(data, right);
    return memcmp(right, signature, sizeof right) == 0 ? HAL_OK : HAL_ERR_ARGUMENT;
}

static int begin(void *ctx, uint32_t size, const char *version) {
    struct flash *flash = ctx;
    (void)size, (void)version;
    flash->written = 0;
    return HAL_OK;
}

/* OTA_WITH_SEQUENTIAL_WRITES: each sector is erased when the writing comes to it. */
static int write_piece(void *ctx, const uint8_t *data, size_t size) {
    struct flash *flash = ctx;
    uint8_t *slot = flash->slot[!flash->running];
    if (size > FLASH_SLOT_SIZE - flash->written) return HAL_ERR_TOO_LARGE;
    while (size > 0) {
        size_t left = FLASH_SECTOR_SIZE - flash->written % FLASH_SECTOR_SIZE, part = size < left ? size : left;
        if (left == FLASH_SECTOR_SIZE) erase_sector(flash, &slot[flash->written]);
        program(flash, &slot[flash->written], data, part);
        flash->written += part;
        data += part;
        size -= part;
    }
    return HAL_OK;
}

static void give_away(void *ctx) { ((struct flash *)ctx)->written = 0; }
static int end(void *ctx) {
    return memcmp(((struct flash *)ctx)->slot[!((struct flash *)ctx)->running], "PICT", 4) == 0 ? HAL_OK : HAL_ERR_ARGUMENT;
}

/* In the place of SHA-256: eight checksums, each over another beginning. */
static void sum_add(uint32_t sum[8], const uint8_t *data, size_t size) {
    for (unsigned k = 0; k < 8; k++)
        for (size_t i = 0; i < size; i++) {
            sum[k] ^= data[i];
            sum[k] = (sum[k] << 5 | sum[k] >> 27) * (0x9e3779b1u + 2 * k);
        }
}
static void sum_begin(uint32_t sum[8]) {
    for (unsigned k = 0; k < 8; k++) sum[k] = 0x811c9dc5u + k;
}

static int digest_add(void *ctx, uint32_t offset, size_t size) {
    struct flash *flash = ctx;
    if (offset == 0) sum_begin(flash->sum);
    sum_add(flash->sum, &flash->slot[!flash->running][offset], size);
    return HAL_OK;
}

static int digest_end(void *ctx, uint8_t digest[32]) {
    memcpy(digest, ((const struct flash *)ctx)->sum, 32);
    return HAL_OK;
}

static int set_boot(void *ctx) {
    struct flash *flash = ctx;
    struct otadata data = {0};
    int now = active(flash);
    unsigned slot = !flash->running;
    uint32_t sequence = now >= 0 && entry(flash, (unsigned)now, &data) ? data.sequence + 1 : 1;
    while ((sequence - 1) % 2 != slot) sequence++;
    rewrite(flash, now == 0 ? 1 : 0, sequence, HAL_FIRMWARE_NEW);
    flash->choice_count++;
    return HAL_OK;
}

static int mark_running(struct flash *flash, enum hal_firmware_state state) {
    struct otadata data;
    unsigned index;
    if (entry_of(flash, flash->running, &index, &data)) rewrite(flash, index, data.sequence, state);
    return HAL_OK;
}

static int keep(void *ctx) { return mark_running(ctx, HAL_FIRMWARE_VALID); }
static int give_up(void *ctx) { return mark_running(ctx, HAL_FIRMWARE_FAILED); }

/* ---- pictures and images ---- */

void picture_make(uint8_t picture[PICTURE_SIZE], unsigned seed, enum behaviour behaviour) {
    uint32_t state = seed;
    for (size_t i = 0; i < PICTURE_SIZE; i++) picture[i] = (uint8_t)((state = state * 1664525u + 1013904223u) >> 24);
    memcpy(picture, "PICT", 4);
    picture[BEHAVIOUR_AT] = (uint8_t)behaviour;
    uint32_t checksum = crc32_of(picture, PICTURE_SIZE - sizeof checksum);
    memcpy(&picture[PICTURE_SIZE - sizeof checksum], &checksum, sizeof checksum);
}

struct image_words image_words(void) {
    return (struct image_words){
        .board = "super4c", .target = "model", .security_version = SECURITY_VERSION, .payload_size = PICTURE_SIZE};
}

void image_make(uint8_t image[IMAGE_SIZE], const uint8_t picture[PICTURE_SIZE], const struct image_words *words) {
    struct bytes_writer header = bytes_writer(image, FIRMWARE_HEADER_SIZE);
    char board[16] = "", target[16] = "", version[FIRMWARE_VERSION_SIZE] = "2.0";
    uint32_t sum[8];
    text_copy(board, sizeof board, words->board);
    text_copy(target, sizeof target, words->target);
    sum_begin(sum);
    sum_add(sum, picture, PICTURE_SIZE);
    memset(image, 0, FIRMWARE_HEADER_SIZE);
    bytes_put(&header, "S4C-FW\r\n", 8);
    bytes_put_u32(&header, 1);
    bytes_put_u32(&header, words->payload_size);
    bytes_put_u32(&header, words->security_version);
    bytes_put(&header, board, sizeof board);
    bytes_put(&header, target, sizeof target);
    bytes_put(&header, version, sizeof version);
    bytes_put(&header, sum, sizeof sum);
    sign(image, &image[FIRMWARE_HEADER_SIZE]);
    if (words->forged) image[FIRMWARE_HEADER_SIZE + 7] ^= 1;
    memcpy(&image[FIRMWARE_PREFIX_SIZE], picture, PICTURE_SIZE);
}

bool flash_holds(const struct flash *flash, unsigned slot, const uint8_t *picture) {
    return memcmp(flash->slot[slot], picture, PICTURE_SIZE) == 0;
}

enum behaviour flash_behaviour(const struct flash *flash, unsigned slot) {
    return (enum behaviour)flash->slot[slot][BEHAVIOUR_AT];
}

void flash_init(struct flash *flash) {
    memset(flash, 0, sizeof *flash);
    memset(flash->slot, 0xff, sizeof flash->slot);
    memset(flash->otadata, 0xff, sizeof flash->otadata);
    picture_make(flash->slot[0], 1, BEHAVES_WELL);
    flash->hal = (struct hal_firmware){.ctx = flash,
                                       .target = "model",
                                       .slot_size = FLASH_SLOT_SIZE,
                                       .security_version = SECURITY_VERSION,
                                       .running = running,
                                       .describe = describe,
                                       .verify = verify,
                                       .begin = begin,
                                       .write = write_piece,
                                       .abort = give_away,
                                       .end = end,
                                       .digest_add = digest_add,
                                       .digest_end = digest_end,
                                       .set_boot = set_boot,
                                       .keep = keep,
                                       .give_up = give_up};
}
