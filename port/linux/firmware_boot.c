/* SPDX-License-Identifier: Apache-2.0
 * super4c-boot: the boot loader of the Linux port. Chooses the firmware's slot by the marks (firmware_slots.h), sees that its
 * file is whole, and becomes it. A trial gets a watchdog, as on the chip: an alarm that outlives exec() and that only the
 * firmware's own word of having proven itself ends. Where no slot can start, the program that was built is started. */
#include <errno.h>
#include <fcntl.h>
#include <mbedtls/sha256.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "port/linux/firmware_slots.h"
#include "port/linux/say.h"

#define ARGUMENT_MAX   64
#define FIRST_ARGUMENT 4  /* STATE BUILT TRIAL_S come before the firmware's own */
#define SLOT_PATH_SIZE 32 /* below the slots' directory */
#define EXIT_NO_START  1
#define EXIT_USAGE     2

static bool is_whole(int dir_fd, unsigned slot, const struct firmware_marks *marks) {
    mbedtls_sha256_context sha256;
    struct stat status;
    uint8_t digest[32] = {0};
    int fd = openat(dir_fd, firmware_slot_file(slot), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return false;
    mbedtls_sha256_init(&sha256);
    bool read = fstat(fd, &status) == 0 && mbedtls_sha256_starts_ret(&sha256, 0) == 0 &&
                firmware_digest_file(&sha256, fd, 0, (uint64_t)status.st_size) == 0 &&
                mbedtls_sha256_finish_ret(&sha256, digest) == 0;
    mbedtls_sha256_free(&sha256);
    close(fd);
    return read && memcmp(digest, marks->slot[slot].digest, sizeof digest) == 0;
}

/* Returns only when that could not be started. */
static void become(const char *program, unsigned slot, int count, char *const own[]) {
    char *argument[ARGUMENT_MAX + 4];
    static char option[] = "--slot", names[][2] = {"A", "B"};
    int used = 0;
    argument[used++] = (char *)(uintptr_t)program;
    for (int i = 0; i < count && i < ARGUMENT_MAX; i++) argument[used++] = own[i];
    argument[used++] = option;
    argument[used++] = names[slot];
    argument[used] = NULL;
    execv(program, argument);
    say("%s: %s", program, strerror(errno));
}

/* The mark is on the medium before the slot is started: a start is used up even if nothing comes of it. */
static void start_slots(const char *state, const char *trial_s, int count, char *const own[]) {
    char path[4096];
    struct firmware_marks marks;
    snprintf(path, sizeof path - SLOT_PATH_SIZE, "%s/" FIRMWARE_SLOT_DIRECTORY, state);
    int dir_fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir_fd < 0) return;
    firmware_marks_read(dir_fd, &marks);
    size_t length = strlen(path);
    for (int slot; (slot = firmware_marks_choose(&marks)) >= 0; marks.slot[slot].state = HAL_FIRMWARE_FAILED) {
        if (!is_whole(dir_fd, (unsigned)slot, &marks)) {
            say("slot %c is damaged", "AB"[slot]);
            continue;
        }
        bool trial = marks.slot[slot].state == HAL_FIRMWARE_TRIAL;
        if (firmware_marks_write(dir_fd, &marks) != 0 && trial) {
            say("the marks of the slots cannot be written: %s", strerror(errno));
            continue;
        }
        say("firmware %s of slot %c%s", marks.slot[slot].version, "AB"[slot], trial ? ", on trial" : "");
        alarm(trial ? (unsigned)strtoul(trial_s, NULL, 10) : 0);
        snprintf(&path[length], SLOT_PATH_SIZE, "/%s", firmware_slot_file((unsigned)slot));
        become(path, (unsigned)slot, count, own);
    }
    alarm(0);
    (void)firmware_marks_write(dir_fd, &marks);
    close(dir_fd);
}

int main(int count, char *argument[]) {
    if (count < FIRST_ARGUMENT || count - FIRST_ARGUMENT > ARGUMENT_MAX) {
        fputs("usage: super4c-boot STATE BUILT-FIRMWARE TRIAL-SECONDS [OPTION...]\n", stderr);
        return EXIT_USAGE;
    }
    start_slots(argument[1], argument[3], count - FIRST_ARGUMENT, &argument[FIRST_ARGUMENT]);
    become(argument[2], 0, count - FIRST_ARGUMENT, &argument[FIRST_ARGUMENT]);
    return EXIT_NO_START;
}
