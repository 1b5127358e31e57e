/* SPDX-License-Identifier: Apache-2.0 */
#include "core/update.h"

#include <string.h>

#include "core/bytes.h"

enum { NETWORK = 1, SENSORS = 2, SIGN_IN = 4, ALL_PROVEN = 7 };

/* A refused upload changes nothing that a restart would have to know of. */
static void enter(struct update *update, enum update_phase phase) {
    update->unsaved = phase >= UPDATE_STAGED && (phase != UPDATE_FAILED || update->phase >= UPDATE_STAGED);
    update->untold = true;
    update->phase = (uint8_t)phase;
}

void update_fail(struct update *update, enum firmware_fault fault, uint64_t wall_ms) {
    enter(update, UPDATE_FAILED);
    update->fault = (uint8_t)fault;
    update->end_wall_ms = wall_ms;
}

/* ---- start ---- */

void update_record(const struct update *update, uint8_t record[UPDATE_RECORD_SIZE]) {
    struct bytes_writer writer = bytes_writer(record, UPDATE_RECORD_SIZE);
    bytes_put_u8(&writer, update->phase);
    bytes_put_u8(&writer, update->fault);
    bytes_put_u8(&writer, update->target);
    bytes_put_u32(&writer, update->number);
    bytes_put_u64(&writer, update->start_wall_ms);
    bytes_put_u64(&writer, update->end_wall_ms);
    bytes_put(&writer, update->image.version, sizeof update->image.version);
    bytes_seal(&writer);
}

static void load(struct update *update, const struct update_adopted *found) {
    if (!found->record || found->record_size != UPDATE_RECORD_SIZE || !bytes_sealed(found->record, UPDATE_RECORD_SIZE)) return;
    struct bytes_reader reader = bytes_reader(found->record, UPDATE_RECORD_SIZE);
    uint8_t phase = bytes_get_u8(&reader), fault = bytes_get_u8(&reader), target = bytes_get_u8(&reader);
    update->number = bytes_get_u32(&reader);
    update->start_wall_ms = bytes_get_u64(&reader);
    update->end_wall_ms = bytes_get_u64(&reader);
    bytes_get_text(&reader, update->image.version, sizeof update->image.version);
    if (phase >= UPDATE_PHASE_COUNT || fault >= FIRMWARE_FAULT_COUNT || target >= UPDATE_SLOT_COUNT) return;
    update->phase = phase;
    update->fault = fault;
    update->target = target;
}

/* The record says what was meant, the slots say what has come of it. A cut between the two writes leaves the record behind. */
void update_adopt(struct update *update, const struct update_adopted *found) {
    load(update, found);
    bool awaited = update->phase == UPDATE_STAGED || update->phase == UPDATE_TRIAL;
    if (found->on_trial) {
        if (!awaited) text_copy(update->image.version, sizeof update->image.version, update->slot[update->running].version);
        enter(update, UPDATE_TRIAL);
        update->fault = FIRMWARE_OK;
        update->target = update->running;
        update->no_accounts = found->no_accounts;
        update->deadline_ms = found->now_ms + UPDATE_TRIAL_MS;
    } else if (awaited && found->other_failed) {
        update_fail(update, FIRMWARE_TRIAL_ENDED, found->wall_ms);
    } else if (awaited && update->target == update->running) {
        update_kept(update, found->wall_ms);
    } else if (awaited) {
        update_fail(update, FIRMWARE_NOT_STARTED, found->wall_ms);
    }
}

/* ---- upload ---- */

bool update_under_way(const struct update *update) { return update->phase != UPDATE_NONE && update->phase < UPDATE_KEPT; }

bool update_begin(struct update *update, uint64_t now_ms, uint64_t wall_ms) {
    if (update_under_way(update)) return false;
    memset(&update->image, 0, sizeof update->image);
    update->phase = UPDATE_RECEIVING;
    update->fault = FIRMWARE_OK;
    update->number++;
    update->target = !update->running;
    update->done = 0;
    update->start_wall_ms = wall_ms;
    update->end_wall_ms = 0;
    update->deadline_ms = now_ms + UPDATE_UPLOAD_MS;
    update->quiet_ms = now_ms + UPDATE_QUIET_MS;
    return true;
}

void update_received(struct update *update, uint32_t size, uint64_t now_ms) {
    update->done += size;
    update->quiet_ms = now_ms + UPDATE_QUIET_MS;
}

enum firmware_fault update_complete(struct update *update) {
    if (!update->open) return FIRMWARE_NO_IMAGE;
    if (update->done != update->image.payload_size) return FIRMWARE_WRONG_LENGTH;
    update->phase = UPDATE_VERIFYING;
    update->done = 0;
    return FIRMWARE_OK;
}

enum firmware_fault update_digest(struct update *update, const uint8_t digest[FIRMWARE_DIGEST_SIZE]) {
    if (memcmp(digest, update->image.digest, FIRMWARE_DIGEST_SIZE) != 0) return FIRMWARE_WRONG_DIGEST;
    enter(update, UPDATE_STAGED);
    return FIRMWARE_OK;
}

/* ---- trial ---- */

static enum update_act try_out(struct update *update, const struct update_in *in) {
    update->proven |= (uint8_t)((in->network_up ? NETWORK : 0) | (in->sensors_read ? SENSORS : 0) |
                                (in->sign_in_answered ? SIGN_IN : 0));
    if (!update->no_accounts && in->now_ms < update->deadline_ms) return update->proven == ALL_PROVEN ? UPDATE_KEEP : UPDATE_WAIT;
    enum firmware_fault fault = update->no_accounts           ? FIRMWARE_NO_ACCOUNTS
                                : !(update->proven & NETWORK) ? FIRMWARE_NO_NETWORK
                                : !(update->proven & SENSORS) ? FIRMWARE_NO_SENSORS
                                : !(update->proven & SIGN_IN) ? FIRMWARE_NO_SIGN_IN
                                                              : FIRMWARE_SLOT_FAILED; /* it could not be marked as good */
    update_fail(update, fault, in->wall_ms);
    return UPDATE_ROLL_BACK;
}

void update_kept(struct update *update, uint64_t wall_ms) {
    enter(update, UPDATE_KEPT);
    update->fault = FIRMWARE_OK;
    update->end_wall_ms = wall_ms;
}

enum update_act update_step(struct update *update, const struct update_in *in) {
    switch (update->phase) {
    case UPDATE_RECEIVING:
        if (in->now_ms < update->deadline_ms && in->now_ms < update->quiet_ms) return UPDATE_WAIT;
        update_fail(update, FIRMWARE_TOO_SLOW, in->wall_ms);
        return UPDATE_GIVE_UP;
    case UPDATE_VERIFYING:
        return UPDATE_VERIFY;
    case UPDATE_TRIAL:
        return try_out(update, in);
    default:
        return UPDATE_WAIT;
    }
}

/* ---- how far ---- */

/* Shares, not times: half is the upload, a quarter the reading back, the rest the trial. */
unsigned update_percent(const struct update *update) {
    uint32_t size = update->image.payload_size / 100 + 1;
    if (update->phase == UPDATE_RECEIVING) return update->done / size / 2;
    if (update->phase == UPDATE_VERIFYING) return 50 + update->done / size / 4;
    return update->phase == UPDATE_KEPT ? 100 : 75;
}
