/* SPDX-License-Identifier: Apache-2.0
 * records - which value stands under which key of the store, and how the core is filled from them at start.
 * A value that is missing leaves the default; one that cannot be read or understood does too, and is told in the event log. */
#ifndef BMC_RECORDS_H
#define BMC_RECORDS_H

#include "bmc/bmc.h"

#define RECORD_KEY_SIZE (HAL_STORE_KEY_MAX + 1)

void records_key(char key[RECORD_KEY_SIZE], const char *prefix, unsigned number);

/* Settings, accounts, event log, crash texts, identity. Call once, first. */
void records_load(struct bmc *bmc);
/* One node's power journal into buffer; NULL when there is none. */
const uint8_t *records_load_power(struct bmc *bmc, unsigned index, uint8_t buffer[POWER_RECORD_SIZE]);

/* Each writes at once and tells of failure in the log, once until it works again. True when it is on the medium. */
bool records_save_power(struct bmc *bmc, unsigned index);
bool records_save_settings(struct bmc *bmc);
/* bmc->crash as the latest panic of the node, in place of the oldest one kept. */
void records_save_crash(struct bmc *bmc, unsigned index);
/* Brings the event log's new entries to the medium. An entry the store refuses is given up, so that the log goes on. */
void records_save_log(struct bmc *bmc);
bool records_put(struct bmc *bmc, const char *key, const uint8_t *value, size_t size);

#endif
