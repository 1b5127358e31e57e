/* SPDX-License-Identifier: Apache-2.0
 * update - how far the firmware's own update is, and whether a firmware on trial is kept. Pure: bmc/firmware.c writes and reads
 * the slots, brings the evidence and carries out the answer.
 *
 * One upload at a time, into the slot that does not run; it ends by a deadline whatever its sender does. Only what was read back
 * and is as signed is chosen for the next start. That start is a trial: it must show that the network is up, a sensor answers and
 * the sign-in answers, within UPDATE_TRIAL_MS, or it goes back to the firmware before. Never moves a pin, never touches the slot
 * that runs.
 *
 * After a controller restart: an upload is forgotten; what was chosen for a start is known from the record and the slots' own
 * marks. A restart within the trial, by whatever cause, is its failure: the boot loader has used up the mark. */
#ifndef CORE_UPDATE_H
#define CORE_UPDATE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/firmware_image.h"

#define UPDATE_SLOT_COUNT   2
#define UPDATE_UPLOAD_MS    300000 /* 1.7 MB in five minutes are 6 KB/s: slower than any link that carries a page */
#define UPDATE_QUIET_MS     20000  /* guessed: longer than a lost segment's retries take to come through */
#define UPDATE_TRIAL_MS     300000 /* DHCP and a switch's spanning tree take a minute at the worst */
#define UPDATE_VERIFY_PIECE 16384  /* read back at a time: some 10 ms on the chip, so that orders do not wait */
#define UPDATE_RECORD_SIZE  64
#define UPDATE_KEY          "update"

/* Stored by number. */
enum update_phase {
    UPDATE_NONE = 0,
    UPDATE_RECEIVING,
    UPDATE_VERIFYING, /* all has come and is read back */
    UPDATE_STAGED,    /* as signed; the next start is its trial */
    UPDATE_TRIAL,     /* this is the trial */
    UPDATE_KEPT,
    UPDATE_FAILED,
    UPDATE_PHASE_COUNT
};

enum update_act {
    UPDATE_WAIT,
    UPDATE_GIVE_UP, /* the upload: close the slot and forget it */
    UPDATE_VERIFY,  /* read back the next UPDATE_VERIFY_PIECE from update->done on */
    UPDATE_KEEP,    /* mark the running firmware as good, then update_kept() */
    UPDATE_ROLL_BACK,
};

enum update_slot_state { UPDATE_SLOT_EMPTY = 0, UPDATE_SLOT_USABLE, UPDATE_SLOT_FAILED };

struct update {
    bool available;          /* the port has slots */
    bool open;               /* the slot is being written */
    bool no_accounts;        /* on trial, and nobody could sign in */
    bool untold, unsaved;    /* the phase is news, for the event log and for the store */
    uint8_t proven;          /* on trial: bits of what has been shown */
    uint8_t running, target; /* slots: which runs, and into which the latest update went */
    uint8_t phase, fault;
    struct {
        uint8_t state;
        char version[FIRMWARE_VERSION_SIZE]; /* empty: not known */
    } slot[UPDATE_SLOT_COUNT];
    uint32_t slot_size;
    uint32_t number; /* of the latest update, and of its task */
    uint32_t done;   /* bytes of the payload received, then read back */
    struct firmware_image image;
    uint64_t deadline_ms, quiet_ms;
    uint64_t start_wall_ms, end_wall_ms;
};

/* What a start finds. */
struct update_adopted {
    uint64_t now_ms, wall_ms;
    bool on_trial;     /* the running slot's mark */
    bool other_failed; /* the other slot's */
    bool no_accounts;
    const uint8_t *record; /* NULL: none */
    size_t record_size;
};

struct update_in {
    uint64_t now_ms, wall_ms;
    bool network_up, sensors_read, sign_in_answered;
};

/* available, running, slot_size and slot[] are the caller's and set before. */
void update_adopt(struct update *update, const struct update_adopted *found);

/* An upload begins. False while another one, or the trial of its firmware, is under way. */
bool update_begin(struct update *update, uint64_t now_ms, uint64_t wall_ms);
/* Bytes have come and are written. */
void update_received(struct update *update, uint32_t size, uint64_t now_ms);
/* The upload is at its end: FIRMWARE_OK and VERIFYING, or why not. */
enum firmware_fault update_complete(struct update *update);
/* A piece was read back; update_digest() once update->done is the payload's size. */
enum firmware_fault update_digest(struct update *update, const uint8_t digest[FIRMWARE_DIGEST_SIZE]);
void update_fail(struct update *update, enum firmware_fault fault, uint64_t wall_ms);

enum update_act update_step(struct update *update, const struct update_in *in);
void update_kept(struct update *update, uint64_t wall_ms);

/* Running, in the words of a task. */
bool update_under_way(const struct update *update);
unsigned update_percent(const struct update *update);
void update_record(const struct update *update, uint8_t record[UPDATE_RECORD_SIZE]);

#endif
