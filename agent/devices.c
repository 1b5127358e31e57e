/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/devices.h"

#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <time.h>

#include "agent/clock.h"
#include "agent/source.h"

#define INTERVAL_MS    1000
#define NVME_EVERY     10 /* its temperature moves slowly, and each look wakes the drive */
#define FIRMWARE_EVERY 2
#define STACK_SIZE     (64 * 1024)

static struct {
    const struct tree *tree;
    const struct config *config;
    pthread_mutex_t lock;
    struct device_values values;
    uint64_t read_ms; /* 0: never */
} shared = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void publish(const struct device_values *values) {
    (void)pthread_mutex_lock(&shared.lock);
    shared.values = *values;
    shared.read_ms = clock_ms();
    (void)pthread_mutex_unlock(&shared.lock);
}

static void *read_for_ever(void *unused) {
    static struct device_values values;
    (void)unused;
    for (unsigned round = 0;; round++) {
        source_networks(shared.tree, shared.config, &values);
        if (round == 0) publish(&values); /* the first report need not wait for a drive */
        if (round % FIRMWARE_EVERY == 0) source_firmware(shared.tree, &values);
        if (round % NVME_EVERY == 0) source_nvme(shared.tree, &values);
        publish(&values);
        const struct timespec pause = {.tv_sec = INTERVAL_MS / 1000};
        (void)nanosleep(&pause, NULL);
    }
    return NULL;
}

bool devices_start(const struct tree *tree, const struct config *config) {
    pthread_attr_t attributes;
    pthread_t thread;
    sigset_t all, before;
    shared.tree = tree;
    shared.config = config;
    if (pthread_attr_init(&attributes) != 0) return false;
    (void)pthread_attr_setstacksize(&attributes, STACK_SIZE);
    (void)pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    (void)sigfillset(&all); /* signals are for the main thread; the fatal ones come to whom they concern all the same */
    (void)pthread_sigmask(SIG_BLOCK, &all, &before);
    int error = pthread_create(&thread, &attributes, read_for_ever, NULL);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    (void)pthread_attr_destroy(&attributes);
    return error == 0;
}

void devices_latest(struct device_values *values, uint64_t now_ms) {
    (void)pthread_mutex_lock(&shared.lock);
    bool fresh = shared.read_ms && now_ms - shared.read_ms <= DEVICES_STALE_MS;
    if (fresh) *values = shared.values;
    (void)pthread_mutex_unlock(&shared.lock);
    if (!fresh) memset(values, 0, sizeof *values);
}

void devices_read(const struct tree *tree, const struct config *config, struct device_values *values) {
    memset(values, 0, sizeof *values);
    source_networks(tree, config, values);
    source_firmware(tree, values);
    source_nvme(tree, values);
}
