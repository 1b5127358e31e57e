/* SPDX-License-Identifier: Apache-2.0 */
#include "bmc/firmware.h"

#include "bmc/records.h"
#include "core/bytes.h"
#include "core/version.h"
#include "hal/errors.h"

_Static_assert(HAL_FIRMWARE_VERSION_SIZE == FIRMWARE_VERSION_SIZE, "one size of version texts");
_Static_assert(HAL_FIRMWARE_SIGNATURE_SIZE == FIRMWARE_SIGNATURE_SIZE, "and of signatures");

/* ---- telling and storing ---- */

static void log_phase(struct bmc *bmc) {
    static const uint16_t events[UPDATE_PHASE_COUNT] = {
        [UPDATE_STAGED] = EVENT_FIRMWARE_STAGED, [UPDATE_TRIAL] = EVENT_FIRMWARE_TRIAL, [UPDATE_KEPT] = EVENT_FIRMWARE_KEPT};
    const struct update *update = &bmc->core.update;
    struct event event = event_make((enum event_code)events[update->phase], 0, update->image.version);
    if (update->phase == UPDATE_FAILED) {
        bool started = update->fault >= FIRMWARE_NOT_STARTED;
        event = event_make(started ? EVENT_FIRMWARE_ROLLED_BACK : EVENT_FIRMWARE_REFUSED, 0,
                           firmware_fault_text((enum firmware_fault)update->fault));
    }
    core_log(&bmc->core, &event);
}

static void settle(struct bmc *bmc) {
    struct update *update = &bmc->core.update;
    uint8_t record[UPDATE_RECORD_SIZE];
    if (update->untold) log_phase(bmc);
    update_record(update, record);
    if (update->unsaved) (void)records_put(bmc, UPDATE_KEY, record, sizeof record); /* a failure is in the log */
    update->untold = update->unsaved = false;
}

static void fail(struct bmc *bmc, enum firmware_fault fault) {
    update_fail(&bmc->core.update, fault, bmc->core.wall_ms);
    bmc->core.update.open = false;
}

/* ---- start ---- */

static void look_at_slots(struct bmc *bmc) {
    static const uint8_t states[] = {[HAL_FIRMWARE_EMPTY] = UPDATE_SLOT_EMPTY,
                                     [HAL_FIRMWARE_NEW] = UPDATE_SLOT_USABLE,
                                     [HAL_FIRMWARE_TRIAL] = UPDATE_SLOT_USABLE,
                                     [HAL_FIRMWARE_VALID] = UPDATE_SLOT_USABLE,
                                     [HAL_FIRMWARE_FAILED] = UPDATE_SLOT_FAILED};
    const struct hal_firmware *hal = bmc->hal.firmware;
    struct update *update = &bmc->core.update;
    for (unsigned slot = 0; slot < UPDATE_SLOT_COUNT; slot++) {
        struct hal_firmware_slot found = {.state = HAL_FIRMWARE_EMPTY};
        if (hal->describe(hal->ctx, slot, &found) != HAL_OK) found = (struct hal_firmware_slot){.state = HAL_FIRMWARE_EMPTY};
        update->slot[slot].state = states[found.state];
        text_copy(update->slot[slot].version, FIRMWARE_VERSION_SIZE, found.version);
    }
    text_copy(update->slot[update->running].version, FIRMWARE_VERSION_SIZE, SUPER4C_VERSION);
}

void firmware_begin(struct bmc *bmc) {
    const struct hal_firmware *hal = bmc->hal.firmware;
    struct update *update = &bmc->core.update;
    int running = hal ? hal->running(hal->ctx) : HAL_ERR_NOT_FOUND;
    if (running < 0 || running >= UPDATE_SLOT_COUNT) return;
    uint8_t record[UPDATE_RECORD_SIZE];
    struct hal_firmware_slot own = {.state = HAL_FIRMWARE_VALID};
    struct update_adopted found = {.now_ms = bmc->core.now_ms, .wall_ms = bmc->core.wall_ms, .record = record};
    found.record_size = sizeof record;
    update->available = true;
    update->running = (uint8_t)running;
    update->slot_size = hal->slot_size;
    look_at_slots(bmc);
    if (bmc->hal.store->get(bmc->hal.store->ctx, UPDATE_KEY, record, &found.record_size) != HAL_OK) found.record = NULL;
    found.on_trial = hal->describe(hal->ctx, update->running, &own) == HAL_OK && own.state == HAL_FIRMWARE_TRIAL;
    found.other_failed = update->slot[!update->running].state == UPDATE_SLOT_FAILED;
    found.no_accounts = bmc_is_fresh(bmc);
    update_adopt(update, &found);
    settle(bmc);
}

/* ---- upload ---- */

static enum firmware_fault open_slot(struct bmc *bmc, const uint8_t prefix[FIRMWARE_PREFIX_SIZE]) {
    const struct hal_firmware *hal = bmc->hal.firmware;
    struct update *update = &bmc->core.update;
    const struct firmware_place place = {hal->target, hal->slot_size, hal->security_version};
    struct firmware_image image;
    enum firmware_fault fault = firmware_image_read(&image, prefix, &place);
    if (fault != FIRMWARE_OK) return fault;
    if (hal->verify(hal->ctx, prefix, FIRMWARE_HEADER_SIZE, &prefix[FIRMWARE_HEADER_SIZE]) != HAL_OK) return FIRMWARE_NOT_SIGNED;
    update->image = image;
    update->open = true;
    int error = hal->begin(hal->ctx, image.payload_size, image.version);
    look_at_slots(bmc);
    return error ? FIRMWARE_SLOT_FAILED : FIRMWARE_OK;
}

static enum firmware_fault write_slot(struct bmc *bmc, const uint8_t *data, size_t size) {
    const struct hal_firmware *hal = bmc->hal.firmware;
    struct update *update = &bmc->core.update;
    if (!update->open || size > update->image.payload_size - update->done) return FIRMWARE_WRONG_LENGTH;
    if (hal->write(hal->ctx, data, size) != HAL_OK) return FIRMWARE_SLOT_FAILED;
    update_received(update, (uint32_t)size, bmc->core.now_ms);
    return FIRMWARE_OK;
}

static enum firmware_fault close_slot(struct bmc *bmc) {
    const struct hal_firmware *hal = bmc->hal.firmware;
    enum firmware_fault fault = update_complete(&bmc->core.update);
    if (fault != FIRMWARE_OK) return fault;
    bmc->core.update.open = false;
    int error = hal->end(hal->ctx);
    return error == HAL_ERR_ARGUMENT ? FIRMWARE_NO_IMAGE : error ? FIRMWARE_SLOT_FAILED : FIRMWARE_OK;
}

static void give_up(struct bmc *bmc, enum firmware_fault fault) {
    const struct hal_firmware *hal = bmc->hal.firmware;
    if (bmc->core.update.open) hal->abort(hal->ctx);
    fail(bmc, fault);
}

static bool is_its_own(const struct bmc *bmc, const struct http_exchange *x) {
    const struct update *update = &bmc->core.update;
    return x->uploads && x->task_id == update->number && update->phase == UPDATE_RECEIVING;
}

void firmware_do(struct bmc *bmc, struct http_exchange *x) {
    enum firmware_fault fault = FIRMWARE_TOO_SLOW; /* it was given up meanwhile */
    if (is_its_own(bmc, x)) {
        fault = x->firmware.act == FIRMWARE_OPEN    ? open_slot(bmc, x->firmware.data)
                : x->firmware.act == FIRMWARE_WRITE ? write_slot(bmc, x->firmware.data, x->firmware.size)
                                                    : close_slot(bmc);
        if (fault != FIRMWARE_OK) give_up(bmc, fault);
    }
    x->firmware.fault = fault;
}

void firmware_leave(struct bmc *bmc, struct http_exchange *x) {
    if (is_its_own(bmc, x)) give_up(bmc, FIRMWARE_BROKEN_OFF);
    settle(bmc);
    x->uploads = false;
}

/* ---- the loop's turn ---- */

/* What was read back is as signed: it is the next to start, on trial. */
static void choose(struct bmc *bmc) {
    const struct hal_firmware *hal = bmc->hal.firmware;
    settle(bmc);
    if (hal->set_boot(hal->ctx) != HAL_OK) {
        fail(bmc, FIRMWARE_SLOT_FAILED);
        return;
    }
    look_at_slots(bmc);
    bmc->core.restart_requested = true;
}

static void verify(struct bmc *bmc) {
    const struct hal_firmware *hal = bmc->hal.firmware;
    struct update *update = &bmc->core.update;
    uint32_t left = update->image.payload_size - update->done;
    uint32_t size = left < UPDATE_VERIFY_PIECE ? left : UPDATE_VERIFY_PIECE;
    uint8_t digest[FIRMWARE_DIGEST_SIZE];
    int error = hal->digest_add(hal->ctx, update->done, size);
    update->done += size;
    if (!error && update->done < update->image.payload_size) return;
    if (!error) error = hal->digest_end(hal->ctx, digest);
    enum firmware_fault fault = error ? FIRMWARE_SLOT_FAILED : update_digest(update, digest);
    if (fault != FIRMWARE_OK)
        fail(bmc, fault);
    else
        choose(bmc);
}

static void roll_back(struct bmc *bmc) {
    const struct hal_firmware *hal = bmc->hal.firmware;
    settle(bmc);
    (void)hal->give_up(hal->ctx); /* if it cannot be marked, the boot loader finds it on trial and goes back all the same */
    bmc->core.restart_requested = true;
}

bool firmware_step(struct bmc *bmc) {
    const struct hal_firmware *hal = bmc->hal.firmware;
    struct update *update = &bmc->core.update;
    if (!update_under_way(update)) return false;
    struct update_in in = {.now_ms = bmc->core.now_ms,
                           .wall_ms = bmc->core.wall_ms,
                           .network_up = bmc->core.link_up,
                           .sign_in_answered = bmc->sign_in_answered};
    for (unsigned i = 0; i < NODE_COUNT; i++) in.sensors_read |= bmc->core.rail[i].valid;
    enum update_act act = update_step(update, &in);
    if (act == UPDATE_GIVE_UP && update->open) hal->abort(hal->ctx);
    if (act == UPDATE_GIVE_UP) update->open = false;
    if (act == UPDATE_VERIFY) verify(bmc);
    if (act == UPDATE_KEEP && hal->keep(hal->ctx) == HAL_OK) update_kept(update, bmc->core.wall_ms);
    if (act == UPDATE_ROLL_BACK) roll_back(bmc);
    settle(bmc);
    return update->phase == UPDATE_VERIFYING;
}

bool bmc_wants_sign_in(const struct bmc *bmc) { return bmc->core.update.phase == UPDATE_TRIAL && !bmc->sign_in_answered; }

void bmc_sign_in_answered(struct bmc *bmc) { bmc->sign_in_answered = true; }
