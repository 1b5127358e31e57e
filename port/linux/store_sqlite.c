/* SPDX-License-Identifier: Apache-2.0 */
#include "port/linux/store_sqlite.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "hal/errors.h"
#include "port/linux/say.h"
#include "port/linux/state_dir.h"

#define STORE_FORMAT    1  /* PRAGMA user_version */
#define STORE_NAME_SIZE 48 /* "store.db.damaged-20260101T000000Z-wal" */
#define STORE_FILE_SIZE (STATE_PATH_MAX + STORE_NAME_SIZE)

static int hal_error_of(int code) {
    switch (code & 0xff) {
    case SQLITE_OK:
    case SQLITE_DONE:
        return HAL_OK;
    case SQLITE_FULL:
        return HAL_ERR_FULL;
    case SQLITE_TOOBIG:
        return HAL_ERR_TOO_LARGE;
    default:
        return HAL_ERR_IO;
    }
}

/* ---- opening ---- */

static int read_number(sqlite3 *db, const char *sql, int *value) {
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
    if (code == SQLITE_OK) code = sqlite3_step(statement);
    if (code == SQLITE_ROW) *value = sqlite3_column_int(statement, 0);
    int end = sqlite3_finalize(statement);
    return code == SQLITE_ROW ? SQLITE_OK : end != SQLITE_OK ? end : SQLITE_CORRUPT;
}

/* SQLITE_OK only when every page and index is sound. The store is small: this takes a few milliseconds. */
static int check_integrity(sqlite3 *db) {
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(db, "PRAGMA integrity_check(1)", -1, &statement, NULL);
    if (code == SQLITE_OK) code = sqlite3_step(statement);
    bool sound = code == SQLITE_ROW && strcmp((const char *)sqlite3_column_text(statement, 0), "ok") == 0;
    int end = sqlite3_finalize(statement);
    return sound ? SQLITE_OK : end != SQLITE_OK ? end : SQLITE_CORRUPT;
}

/* Exclusive locking comes before the first access to the log, so that its index lives in memory and no shared-memory file is
 * needed. */
static int configure(sqlite3 *db) {
    char bounds[160];
    snprintf(bounds, sizeof bounds, "PRAGMA max_page_count=%d; PRAGMA wal_autocheckpoint=%d; PRAGMA journal_size_limit=%d;",
             STORE_PAGE_MAX, STORE_CHECKPOINT_PAGES, 2 * STORE_CHECKPOINT_PAGES * 4096);
    int code = sqlite3_exec(db,
                            "PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                            "PRAGMA mmap_size=0; PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON;",
                            NULL, NULL, NULL);
    return code != SQLITE_OK ? code : sqlite3_exec(db, bounds, NULL, NULL, NULL);
}

static int prepare_format(sqlite3 *db, bool *newer) {
    int format = 0;
    int code = read_number(db, "PRAGMA user_version", &format);
    if (code != SQLITE_OK) return code;
    *newer = format > STORE_FORMAT;
    if (*newer) return SQLITE_ERROR;
    if (format == STORE_FORMAT) return SQLITE_OK;
    return sqlite3_exec(db,
                        "BEGIN IMMEDIATE;"
                        "CREATE TABLE IF NOT EXISTS kv(key TEXT PRIMARY KEY NOT NULL, value BLOB NOT NULL) WITHOUT ROWID;"
                        "PRAGMA user_version=1;"
                        "COMMIT;",
                        NULL, NULL, NULL);
}

static int prepare_statements(struct store_sqlite *store) {
    const struct {
        sqlite3_stmt **statement;
        const char *sql;
    } table[] = {
        {&store->get, "SELECT value FROM kv WHERE key=?1"},
        {&store->put, "INSERT INTO kv(key, value) VALUES(?1, ?2) ON CONFLICT(key) DO UPDATE SET value=excluded.value"},
        {&store->erase, "DELETE FROM kv WHERE key=?1"},
    };
    int code = SQLITE_OK;
    for (size_t i = 0; i < sizeof table / sizeof table[0] && code == SQLITE_OK; i++) {
        code = sqlite3_prepare_v3(store->db, table[i].sql, -1, SQLITE_PREPARE_PERSISTENT, table[i].statement, NULL);
    }
    return code;
}

static int open_once(struct store_sqlite *store, const char *file, char *problem, size_t problem_size) {
    bool newer = false;
    /* NOMUTEX: all calls come under the controller's lock. */
    int code = sqlite3_open_v2(file, &store->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL);
    if (code == SQLITE_OK) code = sqlite3_extended_result_codes(store->db, 1);
    if (code == SQLITE_OK) code = sqlite3_busy_timeout(store->db, STORE_BUSY_MS);
    if (code == SQLITE_OK) code = configure(store->db);
    if (code == SQLITE_OK) code = check_integrity(store->db);
    if (code == SQLITE_OK) code = prepare_format(store->db, &newer);
    if (code == SQLITE_OK) code = prepare_statements(store);
    if (code == SQLITE_OK) return code;
    snprintf(problem, problem_size, "store %s: %s", file,
             newer                    ? "it was written by a newer version of this firmware"
             : code == SQLITE_CORRUPT ? "database disk image is malformed" /* integrity_check leaves no message */
             : store->db != NULL      ? sqlite3_errmsg(store->db)
                                      : sqlite3_errstr(code));
    store_sqlite_close(store);
    return code;
}

/* The log belongs to its database and goes with it. */
static int set_aside(const char *file, char *aside, size_t aside_size) {
    static const char *const suffix[] = {"", "-wal", "-journal"};
    char stamp[24];
    time_t now = time(NULL);
    struct tm utc;
    strftime(stamp, sizeof stamp, "%Y%m%dT%H%M%SZ", gmtime_r(&now, &utc));
    snprintf(aside, aside_size, STORE_FILE ".damaged-%s", stamp);
    for (size_t i = 0; i < sizeof suffix / sizeof suffix[0]; i++) {
        char from[STORE_FILE_SIZE], to[STORE_FILE_SIZE];
        int from_size = snprintf(from, sizeof from, "%s%s", file, suffix[i]);
        int to_size = snprintf(to, sizeof to, "%.*s%s%s", (int)(strlen(file) - strlen(STORE_FILE)), file, aside, suffix[i]);
        if (from_size >= (int)sizeof from || to_size >= (int)sizeof to) return -1;
        if (rename(from, to) != 0 && errno != ENOENT) return -1;
    }
    return 0;
}

int store_sqlite_open(struct store_sqlite *store, const char *directory, char *problem, size_t problem_size) {
    char file[STORE_FILE_SIZE], aside[STORE_NAME_SIZE];
    *store = (struct store_sqlite){0};
    if (snprintf(file, sizeof file, "%s/" STORE_FILE, directory) > STATE_PATH_MAX + (int)sizeof STORE_FILE) {
        snprintf(problem, problem_size, "store: the path of the state directory is longer than %d characters", STATE_PATH_MAX);
        return HAL_ERR_ARGUMENT;
    }
    int code = open_once(store, file, problem, problem_size);
    if ((code & 0xff) == SQLITE_CORRUPT || code == SQLITE_NOTADB) {
        if (set_aside(file, aside, sizeof aside) != 0) return HAL_ERR_IO; /* problem still says what is wrong with it */
        code = open_once(store, file, problem, problem_size);
        snprintf(store->notice, sizeof store->notice, "the store was damaged; it was kept as %s and a new one begun", aside);
    }
    return hal_error_of(code);
}

void store_sqlite_close(struct store_sqlite *store) {
    sqlite3_finalize(store->get);
    sqlite3_finalize(store->put);
    sqlite3_finalize(store->erase);
    sqlite3_close(store->db);
    store->db = NULL;
    store->get = store->put = store->erase = NULL;
}

/* ---- hal_store ---- */

static bool key_ok(const char *key) {
    size_t length = strnlen(key, HAL_STORE_KEY_MAX + 1);
    return length > 0 && length <= HAL_STORE_KEY_MAX;
}

/* Said once when writing begins to fail and once when it works again: a log full of one sentence helps nobody. */
static int written(struct store_sqlite *store, int code) {
    bool failed = code != SQLITE_DONE;
    if (failed && !store->failing) say("store: a write failed: %s", sqlite3_errmsg(store->db));
    if (!failed && store->failing) say("store: writing works again");
    store->failing = failed;
    return hal_error_of(code);
}

static int store_get(void *ctx, const char *key, uint8_t *out, size_t *size) {
    struct store_sqlite *store = ctx;
    if (!key_ok(key)) return HAL_ERR_ARGUMENT;
    sqlite3_bind_text(store->get, 1, key, -1, SQLITE_STATIC);
    int code = sqlite3_step(store->get);
    int result = code == SQLITE_DONE ? HAL_ERR_NOT_FOUND : HAL_ERR_IO;
    if (code == SQLITE_ROW) {
        size_t have = (size_t)sqlite3_column_bytes(store->get, 0);
        result = have > *size ? HAL_ERR_TOO_LARGE : HAL_OK;
        if (result == HAL_OK) {
            if (have > 0) memcpy(out, sqlite3_column_blob(store->get, 0), have);
            *size = have;
        }
    }
    sqlite3_reset(store->get);
    sqlite3_clear_bindings(store->get);
    return result;
}

static int store_put(void *ctx, const char *key, const uint8_t *value, size_t size) {
    struct store_sqlite *store = ctx;
    if (!key_ok(key)) return HAL_ERR_ARGUMENT;
    if (size > HAL_STORE_VALUE_MAX) return HAL_ERR_TOO_LARGE;
    sqlite3_bind_text(store->put, 1, key, -1, SQLITE_STATIC);
    sqlite3_bind_blob(store->put, 2, size > 0 ? value : (const uint8_t *)"", (int)size,
                      SQLITE_STATIC); /* a NULL pointer would bind NULL */
    int result = written(store, sqlite3_step(store->put));
    sqlite3_reset(store->put);
    sqlite3_clear_bindings(store->put);
    return result;
}

static int store_erase(void *ctx, const char *key) {
    struct store_sqlite *store = ctx;
    if (!key_ok(key)) return HAL_ERR_ARGUMENT;
    sqlite3_bind_text(store->erase, 1, key, -1, SQLITE_STATIC);
    int result = written(store, sqlite3_step(store->erase));
    sqlite3_reset(store->erase);
    sqlite3_clear_bindings(store->erase);
    return result;
}

struct hal_store store_sqlite_hal(struct store_sqlite *store) {
    return (struct hal_store){.ctx = store, .get = store_get, .put = store_put, .erase = store_erase};
}
