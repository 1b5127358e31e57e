/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/fan_device.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define BY_HAND   "1" /* pwm1_enable: pwm1 is ours */
#define BY_KERNEL "2"
#define MARK      "fan"

static bool write_file(const struct tree *tree, const char *dir, const char *file, const char *text) {
    char path[SOURCE_DIR_SIZE + 16];
    (void)snprintf(path, sizeof path, "%s/%s", dir, file);
    return state_write_path(tree, path, text);
}

static bool write_duty(const struct tree *tree, const char *dir, uint8_t duty) {
    char text[8];
    (void)snprintf(text, sizeof text, "%u", duty);
    return write_file(tree, dir, "pwm1", text);
}

bool fan_device_usable(const struct tree *tree, const char *dir) {
    char pwm[SOURCE_DIR_SIZE + 16], enable[SOURCE_DIR_SIZE + 16];
    if (!dir[0]) return false;
    (void)snprintf(pwm, sizeof pwm, "%s/pwm1", dir);
    (void)snprintf(enable, sizeof enable, "%s/pwm1_enable", dir);
    return tree_writable(tree, pwm) && tree_writable(tree, enable);
}

/* ---- on a fatal signal: only calls that a signal handler may make ---- */

static struct {
    char pwm[TREE_PATH_SIZE], enable[TREE_PATH_SIZE];
    volatile sig_atomic_t taken;
} guard;

static void write_in_handler(const char *path, const char *text, size_t size) {
    int fd = open(path, O_WRONLY | O_CLOEXEC | O_TRUNC);
    if (fd < 0) return;
    ssize_t done = write(fd, text, size);
    (void)done;
    (void)close(fd);
}

static void on_fatal_signal(int number) {
    if (guard.taken) {
        write_in_handler(guard.pwm, "255", 3);
        write_in_handler(guard.enable, BY_KERNEL, 1);
    }
    (void)raise(number); /* its default action again: SA_RESETHAND */
}

void fan_device_guard(void) {
    static const int fatal[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGSYS};
    struct sigaction action = {.sa_handler = on_fatal_signal, .sa_flags = (int)SA_RESETHAND};
    (void)sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof fatal / sizeof fatal[0]; i++) (void)sigaction(fatal[i], &action, NULL);
}

static void set_guard(const struct tree *tree, const char *dir) {
    char path[SOURCE_DIR_SIZE + 16];
    (void)snprintf(path, sizeof path, "%s/pwm1", dir);
    bool good = tree_path(tree, guard.pwm, path);
    (void)snprintf(path, sizeof path, "%s/pwm1_enable", dir);
    guard.taken = tree_path(tree, guard.enable, path) && good;
}

/* ---- taking and giving back ---- */

static bool take(struct fan_device *device, const char *dir) {
    if (!fan_device_usable(device->tree, dir) || !state_write(device->tree, MARK, dir)) return false;
    (void)snprintf(device->dir, sizeof device->dir, "%s", dir);
    set_guard(device->tree, dir);
    return write_file(device->tree, dir, "pwm1_enable", BY_HAND);
}

bool fan_device_set(struct fan_device *device, const char *dir, uint8_t duty, struct reading now) {
    if (strcmp(device->dir, dir) != 0) fan_device_release(device, FAN_FULL); /* it came back as another one */
    bool good = device->dir[0] || take(device, dir);
    if (good && !(now.known && now.value == duty)) good = write_duty(device->tree, dir, duty);
    if (!good) fan_device_release(device, FAN_FULL);
    return good;
}

/* False, and still marked as ours, when it is there and does not go back. */
static bool give_back(const struct tree *tree, const char *dir, uint8_t duty) {
    (void)write_duty(tree, dir, duty);
    if (!write_file(tree, dir, "pwm1_enable", BY_KERNEL) && fan_device_usable(tree, dir)) return false;
    state_remove(tree, MARK);
    return true;
}

void fan_device_release(struct fan_device *device, uint8_t duty) {
    if (!device->dir[0]) return;
    (void)give_back(device->tree, device->dir, duty); /* else fan_device_release_left() has another try */
    guard.taken = 0;
    device->dir[0] = '\0';
}

enum fan_left fan_device_release_left(const struct tree *tree, uint8_t duty) {
    char dir[SOURCE_DIR_SIZE];
    bool left = state_read(tree, MARK, dir, sizeof dir) && strncmp(dir, "/sys/", 5) == 0 && !strstr(dir, "..");
    if (!left) return FAN_LEFT_NONE;
    return give_back(tree, dir, duty) ? FAN_LEFT_GIVEN_BACK : FAN_LEFT_STUCK;
}
