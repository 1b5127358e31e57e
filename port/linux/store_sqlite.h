/* SPDX-License-Identifier: Apache-2.0
 * store_sqlite - hal_store on one SQLite database, store.db in the state directory.
 * Write-ahead log with synchronous=FULL: a put that returned 0 has been through fsync. One connection, locked exclusively, used
 * under the controller's lock. Bounded in size; a full disk is an error to the caller and the old value stands. What it never
 * does: empty a store silently. A database that is damaged is renamed to store.db.damaged-TIME and a new one begun, and the
 * notice says so; one that cannot be opened for another reason (permissions, a failing disk, a newer version's format) is an
 * error and left alone. After a restart, a cut at any instant included: each key holds its old or its new value. */
#ifndef PORT_LINUX_STORE_SQLITE_H
#define PORT_LINUX_STORE_SQLITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hal/store.h"

#define STORE_FILE             "store.db"
#define STORE_PAGE_MAX         2048 /* of 4 KiB: 8 MiB, forty times what a full store needs */
#define STORE_CHECKPOINT_PAGES 64   /* the log is folded into the database after 256 KiB, so a start reads little */
#define STORE_BUSY_MS          2000 /* a killed predecessor's locks may take a moment to go */

struct sqlite3;
struct sqlite3_stmt;

struct store_sqlite {
    struct sqlite3 *db;
    struct sqlite3_stmt *get, *put, *erase;
    bool failing;     /* the latest write failed, and that was said */
    char notice[192]; /* not empty: a damaged store was set aside; a sentence */
};

/* 0, or a negative hal_error with a sentence in problem. directory: absolute, at most STATE_PATH_MAX. */
int store_sqlite_open(struct store_sqlite *store, const char *directory, char *problem, size_t problem_size);
void store_sqlite_close(struct store_sqlite *store);
struct hal_store store_sqlite_hal(struct store_sqlite *store);

#endif
