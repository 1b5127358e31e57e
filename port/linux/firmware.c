/* SPDX-License-Identifier: Apache-2.0 */
#include "port/linux/firmware.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "core/bytes.h"
#include "core/version.h"
#include "hal/errors.h"
#include "port/common/firmware_signature.h"
#include "port/linux/state_dir.h"

#if defined(__x86_64__)
#define TARGET "linux-x86_64"
#elif defined(__aarch64__)
#define TARGET "linux-aarch64"
#else
#define TARGET "linux"
#endif

static struct firmware_slot *other(struct firmware *firmware) { return &firmware->marks.slot[!firmware->running]; }

static int save(const struct firmware *firmware) {
    return firmware_marks_write(firmware->dir_fd, &firmware->marks) == 0 ? HAL_OK : HAL_ERR_IO;
}

static int running(void *ctx) { return (int)((const struct firmware *)ctx)->running; }

static int describe(void *ctx, unsigned slot, struct hal_firmware_slot *out) {
    const struct firmware *firmware = ctx;
    const struct firmware_slot *marked = &firmware->marks.slot[slot];
    out->state = marked->built ? HAL_FIRMWARE_VALID : (enum hal_firmware_state)marked->state;
    memcpy(out->version, marked->version, sizeof out->version);
    return HAL_OK;
}

/* ---- writing the other slot ---- */

static void close_file(struct firmware *firmware) {
    if (firmware->fd >= 0) close(firmware->fd);
    firmware->fd = -1;
}

/* The mark goes first: what is half written is never started. */
static int begin(void *ctx, uint32_t size, const char *version) {
    struct firmware *firmware = ctx;
    struct firmware_slot *slot = other(firmware);
    (void)size;
    close_file(firmware);
    memset(slot, 0, sizeof *slot);
    if (save(firmware) != HAL_OK) return HAL_ERR_IO;
    text_copy(slot->version, sizeof slot->version, version);
    const char *name = firmware_slot_file(!firmware->running);
    if (unlinkat(firmware->dir_fd, name, 0) != 0 && errno != ENOENT) return HAL_ERR_IO;
    firmware->fd = openat(firmware->dir_fd, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0700);
    return firmware->fd >= 0 ? HAL_OK : HAL_ERR_IO;
}

static int write_piece(void *ctx, const uint8_t *data, size_t size) {
    const struct firmware *firmware = ctx;
    while (size > 0) {
        ssize_t done = write(firmware->fd, data, size);
        if (done < 0 && errno == EINTR) continue;
        if (done < 0) return HAL_ERR_IO;
        data += done;
        size -= (size_t)done;
    }
    return HAL_OK;
}

static void give_away(void *ctx) {
    struct firmware *firmware = ctx;
    close_file(firmware);
    memset(other(firmware), 0, sizeof *other(firmware));
    unlinkat(firmware->dir_fd, firmware_slot_file(!firmware->running), 0);
}

static bool is_program(int fd) {
    char start[4];
    return pread(fd, start, sizeof start, 0) == sizeof start && (memcmp(start, "\177ELF", 4) == 0 || memcmp(start, "#!", 2) == 0);
}

/* Read back from the medium, not from what the kernel still has of it. */
static int end(void *ctx) {
    struct firmware *firmware = ctx;
    if (fsync(firmware->fd) != 0 || fsync(firmware->dir_fd) != 0) return HAL_ERR_IO;
    posix_fadvise(firmware->fd, 0, 0, POSIX_FADV_DONTNEED);
    return is_program(firmware->fd) ? HAL_OK : HAL_ERR_ARGUMENT;
}

static int digest_add(void *ctx, uint32_t offset, size_t size) {
    struct firmware *firmware = ctx;
    if (offset == 0 && mbedtls_sha256_starts_ret(&firmware->sha256, 0) != 0) return HAL_ERR_IO;
    return firmware_digest_file(&firmware->sha256, firmware->fd, offset, size) == 0 ? HAL_OK : HAL_ERR_IO;
}

static int digest_end(void *ctx, uint8_t digest[32]) {
    struct firmware *firmware = ctx;
    close_file(firmware); /* a file that is open for writing cannot be started */
    if (mbedtls_sha256_finish_ret(&firmware->sha256, digest) != 0) return HAL_ERR_IO;
    memcpy(other(firmware)->digest, digest, sizeof other(firmware)->digest);
    return HAL_OK;
}

/* ---- marks ---- */

static int set_boot(void *ctx) {
    struct firmware *firmware = ctx;
    struct firmware_slot *own = &firmware->marks.slot[firmware->running], *slot = other(firmware), before = *slot;
    if (own->state == HAL_FIRMWARE_EMPTY) own->built = true;
    text_copy(own->version, sizeof own->version, SUPER4C_VERSION);
    slot->state = HAL_FIRMWARE_NEW;
    slot->sequence = own->sequence + 1;
    if (save(firmware) == HAL_OK) return HAL_OK;
    *slot = before;
    return HAL_ERR_IO;
}

static int mark_running(struct firmware *firmware, enum hal_firmware_state state) {
    struct firmware_slot *own = &firmware->marks.slot[firmware->running], before = *own;
    own->state = (uint8_t)state;
    if (save(firmware) == HAL_OK) return HAL_OK;
    *own = before;
    return HAL_ERR_IO;
}

/* With the mark the watchdog of the trial ends, which super4c-boot has set. */
static int keep(void *ctx) {
    int error = mark_running(ctx, HAL_FIRMWARE_VALID);
    if (error == HAL_OK) alarm(0);
    return error;
}

static int give_up(void *ctx) { return mark_running(ctx, HAL_FIRMWARE_FAILED); }

/* ---- ---- */

int firmware_open(struct firmware *firmware, int state_fd, unsigned slot) {
    *firmware = (struct firmware){.dir_fd = state_dir_sub(state_fd, FIRMWARE_SLOT_DIRECTORY), .running = slot, .fd = -1};
    if (firmware->dir_fd < 0) return -1;
    mbedtls_sha256_init(&firmware->sha256);
    firmware_marks_read(firmware->dir_fd, &firmware->marks);
    return 0;
}

struct hal_firmware firmware_hal(struct firmware *firmware) {
    return (struct hal_firmware){.ctx = firmware,
                                 .target = TARGET,
                                 .slot_size = FIRMWARE_SLOT_SIZE,
                                 .security_version = SUPER4C_SECURITY_VERSION,
                                 .running = running,
                                 .describe = describe,
                                 .verify = firmware_signature_verify,
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
