/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "agent/source.h"

#define MAILBOX_DEVICE      "/dev/vcio"
#define MAILBOX_PROPERTY    _IOWR(100, 0, char *) /* as vcgencmd uses it */
#define REQUEST             0x00000000u
#define RESPONSE_OK         0x80000000u
#define TAG_GET_THROTTLED   0x00030046u
#define CLEAR_NO_STICKY_BIT 0u /* the tag's value says which bits to clear: others want to see them, too */

/* One property message of the VideoCore's mailbox. */
struct message {
    uint32_t size, code;
    uint32_t tag, value_size, value_code, value;
    uint32_t end;
};

static struct reading ask_mailbox(void) {
    struct message message = {
        .size = sizeof message,
        .code = REQUEST,
        .tag = TAG_GET_THROTTLED,
        .value_size = sizeof message.value,
        .value = CLEAR_NO_STICKY_BIT,
    };
    int fd = open(MAILBOX_DEVICE, O_RDWR | O_CLOEXEC);
    if (fd < 0) return not_known;
    int result = ioctl(fd, MAILBOX_PROPERTY, &message);
    (void)close(fd);
    bool answered = result >= 0 && message.code == RESPONSE_OK && (message.value_code & RESPONSE_OK);
    return answered ? known(message.value) : not_known;
}

struct search {
    const struct tree *tree;
    char dir[SOURCE_DIR_SIZE];
    struct reading bits;
};

/* /sys/devices/platform/soc.../...firmware/get_throttled, where a kernel has it: hexadecimal digits. */
static bool is_firmware(void *ctx, const char *name) {
    struct search *search = ctx;
    char text[32];
    if (!strstr(name, "firmware")) return false;
    if (!tree_text(search->tree, text, sizeof text, "%s/%s/get_throttled", search->dir, name)) return false;
    search->bits = hex_number_of(text);
    return search->bits.known;
}

static bool is_soc(void *ctx, const char *name) {
    struct search *search = ctx;
    if (strncmp(name, "soc", 3) != 0) return false;
    (void)snprintf(search->dir, sizeof search->dir, "/sys/devices/platform/%s", name);
    return tree_each(search->tree, search->dir, is_firmware, search);
}

void source_firmware(const struct tree *tree, struct device_values *values) {
    struct search search = {.tree = tree};
    values->throttled = tree_is_own(tree) ? ask_mailbox() : not_known;
    if (!values->throttled.known && tree_each(tree, "/sys/devices/platform", is_soc, &search)) values->throttled = search.bits;
    if (values->throttled.known && (values->throttled.value < 0 || values->throttled.value > UINT32_MAX))
        values->throttled = not_known;
}
