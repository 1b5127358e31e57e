/* SPDX-License-Identifier: Apache-2.0
 * store_nvs - hal_store on two NVS partitions: "nvs" for what must not be lost, "log" for what is written often (event log, panic
 * texts), so that a busy log wears out its own flash and can never take the place of an account or of a power journal.
 *
 * NVS writes a value beside the old one and marks it valid last, so after a cut at any instant a key has its old or its new
 * value. What this never does: empty a store of itself. A partition that cannot be read answers HAL_ERR_IO, orders are refused
 * because they cannot be journaled, nodes stay as they are, and the owner decides: store_nvs_erase(), or a reset to defaults by
 * the button.
 *
 * Wear of "log" (384 KiB, 96 pages of 4 KiB): an event takes six entries of 32 bytes, so a page takes 21 of them, and with a
 * quarter of the pages in use the collection of garbage costs a third more. At 100,000 erasures a page that is 150 million
 * events: 1,000 a day, ten times a bad day, last 400 years; one each second without end lasts nearly 5 years. "nvs" (128 KiB): a
 * power order writes three journals of 96 bytes, five entries each; the learned baselines and positions of listeners come to
 * about a hundred writes a day (guessed). 1,000 writes a day last 150 years. */
#ifndef PORT_ESP32_STORE_NVS_H
#define PORT_ESP32_STORE_NVS_H

#include <stdbool.h>
#include <stdint.h>

#include "hal/store.h"

enum store_part { STORE_KEPT = 0, STORE_LOG, STORE_PART_COUNT };

struct store_nvs {
    bool open[STORE_PART_COUNT];
    uint32_t handle[STORE_PART_COUNT];
};

/* 0, or HAL_ERR_IO when a partition cannot be read: the other one serves all the same. */
int store_nvs_open(struct store_nvs *store);
/* Forgets everything and begins anew. 0 or HAL_ERR_IO. */
int store_nvs_erase(struct store_nvs *store);
struct hal_store store_nvs_hal(struct store_nvs *store);

#endif
