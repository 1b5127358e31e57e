/* SPDX-License-Identifier: Apache-2.0 */
#include "core/firmware_image.h"

#include <stdbool.h>
#include <string.h>

#include "core/bytes.h"

#define MAGIC_SIZE     8
#define NAME_SIZE      16
#define FORMAT_VERSION 1
static const char magic[MAGIC_SIZE + 1] = "S4C-FW\r\n"; /* a transfer that changes line ends spoils it */
static const char board[] = "super4c";

/* Each fits EVENT_TEXT_SIZE. */
static const char *const texts[FIRMWARE_FAULT_COUNT] = {
    [FIRMWARE_OK] = "none",
    [FIRMWARE_NO_IMAGE] = "it is no firmware image",
    [FIRMWARE_UNKNOWN_FORMAT] = "its format is unknown",
    [FIRMWARE_OTHER_BOARD] = "it is for another board",
    [FIRMWARE_OTHER_TARGET] = "it is for another kind of controller",
    [FIRMWARE_TOO_OLD] = "its security version is too old",
    [FIRMWARE_TOO_LARGE] = "it is larger than a slot",
    [FIRMWARE_NOT_SIGNED] = "it is not signed by the key trusted here",
    [FIRMWARE_WRONG_LENGTH] = "it is not as long as its header says",
    [FIRMWARE_WRONG_DIGEST] = "what was written is not what was signed",
    [FIRMWARE_SLOT_FAILED] = "the slot could not be written",
    [FIRMWARE_BROKEN_OFF] = "the upload broke off",
    [FIRMWARE_TOO_SLOW] = "the upload took too long",
    [FIRMWARE_NOT_STARTED] = "it was never started",
    [FIRMWARE_TRIAL_ENDED] = "it ended before it had proven itself",
    [FIRMWARE_NO_ACCOUNTS] = "it found no accounts",
    [FIRMWARE_NO_NETWORK] = "its network did not come up",
    [FIRMWARE_NO_SENSORS] = "no sensor answered it",
    [FIRMWARE_NO_SIGN_IN] = "its sign-in did not answer",
};

const char *firmware_fault_text(enum firmware_fault fault) {
    return fault < FIRMWARE_FAULT_COUNT ? texts[fault] : texts[FIRMWARE_NO_IMAGE];
}

/* A text field is printable, not empty and padded with zeros to its end: one text, one way to write it. */
static bool read_text(struct bytes_reader *reader, char *out, size_t size) {
    bytes_get(reader, out, size);
    size_t length = 0;
    while (length < size && out[length] > ' ' && out[length] < 0x7f) length++;
    for (size_t i = length; i < size; i++)
        if (out[i]) return false;
    return length > 0 && length < size;
}

enum firmware_fault firmware_image_read(struct firmware_image *image, const uint8_t header[FIRMWARE_HEADER_SIZE],
                                        const struct firmware_place *place) {
    struct bytes_reader reader = bytes_reader(header, FIRMWARE_HEADER_SIZE);
    char start[MAGIC_SIZE], board_name[NAME_SIZE], target[NAME_SIZE];
    bytes_get(&reader, start, sizeof start);
    if (memcmp(start, magic, sizeof start) != 0) return FIRMWARE_NO_IMAGE;
    if (bytes_get_u32(&reader) != FORMAT_VERSION) return FIRMWARE_UNKNOWN_FORMAT;
    image->payload_size = bytes_get_u32(&reader);
    image->security_version = bytes_get_u32(&reader);
    bool named = read_text(&reader, board_name, sizeof board_name);
    named = read_text(&reader, target, sizeof target) && named;
    named = read_text(&reader, image->version, sizeof image->version) && named;
    bytes_get(&reader, image->digest, sizeof image->digest);
    if (!named || image->payload_size == 0) return FIRMWARE_NO_IMAGE;
    if (strcmp(board_name, board) != 0) return FIRMWARE_OTHER_BOARD;
    if (strcmp(target, place->target) != 0) return FIRMWARE_OTHER_TARGET;
    if (image->security_version < place->security_version) return FIRMWARE_TOO_OLD;
    return image->payload_size > place->slot_size ? FIRMWARE_TOO_LARGE : FIRMWARE_OK;
}
