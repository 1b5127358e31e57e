/* SPDX-License-Identifier: Apache-2.0
 * Cuts a run of the store at every single operation that changes the medium, in every way of table ways[], and then asks: does
 * the store open undamaged, is everything acknowledged there, is every key whole, old or new? And does it still take new values?
 *
 * usage: store_cut_test [SHARD COUNT]. Ends with "N passed, N failed"; one check is one cut. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hal/errors.h"
#include "port/linux/store_sqlite.h"
#include "tests/store/cut_vfs.h"
#include "tests/store/script.h"

#define OPERATION_MAX 5000 /* the script takes some hundreds */

static const struct way {
    const char *name;
    enum cut_moment moment;
    bool power;
    uint32_t seed;
} ways[] = {
    {"killed before", CUT_BEFORE, false, 0},
    {"killed half-way", CUT_HALF, false, 0},
    {"killed after", CUT_AFTER, false, 0},
    {"power cut before, all unsynced lost", CUT_BEFORE, true, 0},
    {"power cut before, sectors torn (1)", CUT_BEFORE, true, 1},
    {"power cut half-way, sectors torn (2)", CUT_HALF, true, 2},
    {"power cut after, sectors torn (3)", CUT_AFTER, true, 3},
    {"power cut before, sectors torn (4)", CUT_BEFORE, true, 4},
};
#define WAY_COUNT (sizeof ways / sizeof ways[0])

static char directory[64];

/* ---- the child: runs the script and acknowledges each step through the pipe ---- */

static _Noreturn void child_fail(const char *what, const char *detail) {
    fprintf(stderr, "child: %s: %s\n", what, detail);
    _exit(2);
}

static void child_open(struct store_sqlite *store, struct hal_store *hal) {
    char problem[600] = "";
    if (store_sqlite_open(store, directory, problem, sizeof problem) != HAL_OK) child_fail("open", problem);
    *hal = store_sqlite_hal(store);
}

static _Noreturn void child(const struct cut_plan *plan, int acknowledge_fd) {
    struct store_sqlite store;
    struct hal_store hal;
    cut_vfs_install(plan);
    child_open(&store, &hal);
    for (unsigned i = 0; i < SCRIPT_STEP_COUNT; i++) {
        if (i == SCRIPT_REOPEN_STEP) {
            store_sqlite_close(&store);
            child_open(&store, &hal);
        }
        if (script_run(&hal, i) != HAL_OK) child_fail("put", script_key_name(script_step(i).key));
        if (write(acknowledge_fd, "", 1) != 1) child_fail("acknowledge", strerror(errno));
    }
    store_sqlite_close(&store);
    unsigned count = cut_vfs_count();
    if (write(acknowledge_fd, &count, sizeof count) != sizeof count) child_fail("count", strerror(errno));
    _exit(0);
}

/* ---- the parent ---- */

struct outcome {
    bool cut;              /* the child was killed at the planned instant */
    unsigned acknowledged; /* steps */
    unsigned count;        /* operations, when the script was completed */
};

static void clear_directory(void) {
    static const char *const names[] = {STORE_FILE, STORE_FILE "-wal", STORE_FILE "-shm", STORE_FILE "-journal"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char path[128];
        snprintf(path, sizeof path, "%s/%s", directory, names[i]);
        unlink(path);
    }
}

/* False when the child ended in a way that was not planned. */
static bool run_child(const struct cut_plan *plan, struct outcome *outcome) {
    uint8_t heard[SCRIPT_STEP_COUNT + sizeof outcome->count];
    size_t size = 0;
    ssize_t got;
    int ends[2], status = 0;
    clear_directory();
    if (pipe(ends) != 0) return false;
    pid_t pid = fork();
    if (pid == 0) child(plan, ends[1]);
    close(ends[1]);
    while (pid > 0 && size < sizeof heard && (got = read(ends[0], heard + size, sizeof heard - size)) > 0) size += (size_t)got;
    close(ends[0]);
    if (pid < 0 || waitpid(pid, &status, 0) != pid) return false;
    *outcome = (struct outcome){.cut = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL};
    if (!outcome->cut && !(WIFEXITED(status) && WEXITSTATUS(status) == 0)) return false;
    outcome->acknowledged = size < SCRIPT_STEP_COUNT ? (unsigned)size : SCRIPT_STEP_COUNT;
    if (!outcome->cut) memcpy(&outcome->count, heard + SCRIPT_STEP_COUNT, sizeof outcome->count);
    return true;
}

/* The version of a key after so many steps; 0: never written. */
static unsigned version_after(unsigned key, unsigned step_count) {
    unsigned version = 0;
    for (unsigned i = 0; i < step_count; i++) version += script_step(i).key == key;
    return version;
}

static bool holds(const struct hal_store *store, unsigned key, unsigned version) {
    uint8_t have[HAL_STORE_VALUE_MAX], want[HAL_STORE_VALUE_MAX];
    size_t size = sizeof have;
    int error = store->get(store->ctx, script_key_name(key), have, &size);
    bool erased = version == 0 || (key == SCRIPT_KEY_COUNT - 1 && version % 2 == 0);
    if (erased) return error == HAL_ERR_NOT_FOUND;
    return error == HAL_OK && size == script_value(key, version, want) && memcmp(have, want, size) == 0;
}

/* NULL, or the key that is neither as acknowledged nor as the step under way would have made it. */
static const char *wrong_key(const struct hal_store *store, unsigned acknowledged) {
    for (unsigned key = 0; key < SCRIPT_KEY_COUNT; key++) {
        if (holds(store, key, version_after(key, acknowledged))) continue;
        bool under_way = acknowledged < SCRIPT_STEP_COUNT && script_step(acknowledged).key == key;
        if (!under_way || !holds(store, key, version_after(key, acknowledged + 1))) return script_key_name(key);
    }
    return NULL;
}

static bool takes_values(const struct hal_store *store) {
    uint8_t value[HAL_STORE_VALUE_MAX], back[HAL_STORE_VALUE_MAX];
    size_t size = sizeof back, value_size = script_value(13, 99, value);
    return store->put(store->ctx, "after", value, value_size) == HAL_OK &&
           store->get(store->ctx, "after", back, &size) == HAL_OK && size == value_size && memcmp(value, back, size) == 0;
}

/* Empty, or what is wrong with what the cut left. */
static void examine(unsigned acknowledged, char *wrong, size_t wrong_size) {
    struct store_sqlite store;
    wrong[0] = '\0';
    if (store_sqlite_open(&store, directory, wrong, wrong_size) != HAL_OK) return;
    struct hal_store hal = store_sqlite_hal(&store);
    const char *key = wrong_key(&hal, acknowledged);
    if (store.notice[0] != '\0')
        snprintf(wrong, wrong_size, "%s", store.notice);
    else if (key != NULL)
        snprintf(wrong, wrong_size, "%s is neither old nor new", key);
    else if (!takes_values(&hal))
        snprintf(wrong, wrong_size, "no new value can be stored");
    store_sqlite_close(&store);
}

struct tally {
    unsigned passed, failed;
};

static void cut_once(const struct way *way, unsigned at, struct tally *tally) {
    const struct cut_plan plan = {.at = at, .moment = way->moment, .power = way->power, .seed = way->seed};
    struct outcome outcome = {0};
    char wrong[600] = "the child did not end as planned";
    if (run_child(&plan, &outcome) && outcome.cut) examine(outcome.acknowledged, wrong, sizeof wrong);
    if (wrong[0] == '\0')
        tally->passed++;
    else
        tally->failed++;
    if (wrong[0] != '\0') printf("FAILED at operation %u, %s, after step %u: %s\n", at, way->name, outcome.acknowledged, wrong);
}

/* A disk that only pretends to sync must be found out, or this test proves nothing. */
static bool finds_a_lying_disk(unsigned count) {
    for (unsigned at = count; at > 0; at--) {
        const struct cut_plan plan = {.at = at, .moment = CUT_BEFORE, .power = true, .lying_disk = true};
        struct outcome outcome = {0};
        char wrong[600] = "";
        if (run_child(&plan, &outcome) && outcome.cut) examine(outcome.acknowledged, wrong, sizeof wrong);
        if (wrong[0] != '\0') return true;
    }
    return false;
}

static bool make_directory(void) {
    snprintf(directory, sizeof directory, "/dev/shm/store-cut-XXXXXX"); /* memory: hundreds of thousands of syncs */
    if (mkdtemp(directory) != NULL) return true;
    snprintf(directory, sizeof directory, "/tmp/store-cut-XXXXXX");
    return mkdtemp(directory) != NULL;
}

int main(int argument_count, char *argument[]) {
    unsigned long shard = argument_count == 3 ? strtoul(argument[1], NULL, 10) : 0;
    unsigned long shard_count = argument_count == 3 ? strtoul(argument[2], NULL, 10) : 1;
    struct tally tally = {0};
    struct outcome whole = {0};
    const struct cut_plan none = {0};
    char wrong[600] = "the script did not run to its end";
    if (shard >= shard_count || !make_directory()) return 2;
    if (run_child(&none, &whole) && !whole.cut) examine(SCRIPT_STEP_COUNT, wrong, sizeof wrong);
    if (wrong[0] != '\0' || whole.count == 0 || whole.count > OPERATION_MAX) {
        printf("without a cut: %s\n0 passed, 1 failed\n", wrong);
        return 1;
    }
    tally.passed++;
    for (unsigned long at = 1 + shard; at <= whole.count; at += shard_count) {
        for (size_t i = 0; i < WAY_COUNT; i++) cut_once(&ways[i], (unsigned)at, &tally);
    }
    bool honest = finds_a_lying_disk(whole.count);
    if (honest)
        tally.passed++;
    else
        tally.failed++;
    if (!honest) printf("FAILED: a disk that loses what it called synced was not noticed\n");
    clear_directory();
    rmdir(directory);
    printf("%u cut points (write, truncate, sync, delete) in %u steps, %zu ways each; this shard: %lu of %lu\n", whole.count,
           SCRIPT_STEP_COUNT, WAY_COUNT, shard + 1, shard_count);
    printf("%u passed, %u failed\n", tally.passed, tally.failed);
    return tally.failed == 0 ? 0 : 1;
}
