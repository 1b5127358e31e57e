/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "core/update.h"

#define START_MS 1000
#define WALL_MS  1767225600000u

static struct update update;
static const struct update_in nothing = {.now_ms = START_MS};

static int setup(void **state) {
    (void)state;
    memset(&update, 0, sizeof update);
    update.available = true;
    return 0;
}

/* An upload that has come so far that its image is known. */
static void begin(void) {
    assert_true(update_begin(&update, START_MS, WALL_MS));
    update.open = true;
    update.image = (struct firmware_image){.payload_size = 1000, .version = "2.0"};
    memset(update.image.digest, 7, sizeof update.image.digest);
}

static void stage(void) {
    uint8_t digest[FIRMWARE_DIGEST_SIZE];
    begin();
    update_received(&update, 1000, START_MS);
    assert_int_equal(update_complete(&update), FIRMWARE_OK);
    memset(digest, 7, sizeof digest);
    assert_int_equal(update_digest(&update, digest), FIRMWARE_OK);
}

/* A start in the slot, with what was stored before it. */
static void restart(unsigned slot, bool on_trial, bool other_failed, bool no_accounts) {
    static uint8_t record[UPDATE_RECORD_SIZE];
    update_record(&update, record);
    setup(NULL);
    update.running = (uint8_t)slot;
    const struct update_adopted found = {.now_ms = START_MS,
                                         .wall_ms = WALL_MS + 1,
                                         .on_trial = on_trial,
                                         .other_failed = other_failed,
                                         .no_accounts = no_accounts,
                                         .record = record,
                                         .record_size = sizeof record};
    update_adopt(&update, &found);
}

/* ---- upload ---- */

static void one_upload_at_a_time(void **state) {
    (void)state;
    begin();
    assert_false(update_begin(&update, START_MS, WALL_MS));
    update_fail(&update, FIRMWARE_BROKEN_OFF, WALL_MS);
    assert_false(update.unsaved);
    assert_true(update_begin(&update, START_MS, WALL_MS));
    assert_int_equal(update.number, 2);
}

static void silence_and_slowness_end_it(void **state) {
    (void)state;
    struct update_in in = nothing;
    begin();
    in.now_ms = START_MS + UPDATE_QUIET_MS - 1;
    assert_int_equal(update_step(&update, &in), UPDATE_WAIT);
    in.now_ms++;
    assert_int_equal(update_step(&update, &in), UPDATE_GIVE_UP);
    assert_int_equal(update.fault, FIRMWARE_TOO_SLOW);
    begin();
    for (in.now_ms = START_MS; in.now_ms < START_MS + UPDATE_UPLOAD_MS; in.now_ms += UPDATE_QUIET_MS / 2) {
        update_received(&update, 1, in.now_ms);
        assert_int_equal(update_step(&update, &in), UPDATE_WAIT);
    }
    assert_int_equal(update_step(&update, &in), UPDATE_GIVE_UP);
}

static void only_all_of_it_and_as_signed_is_staged(void **state) {
    (void)state;
    uint8_t digest[FIRMWARE_DIGEST_SIZE] = {0};
    begin();
    update_received(&update, 999, START_MS);
    assert_int_equal(update_complete(&update), FIRMWARE_WRONG_LENGTH);
    update_received(&update, 1, START_MS);
    assert_int_equal(update_complete(&update), FIRMWARE_OK);
    assert_int_equal(update_step(&update, &nothing), UPDATE_VERIFY);
    assert_int_equal(update_digest(&update, digest), FIRMWARE_WRONG_DIGEST);
    assert_int_equal(update.phase, UPDATE_VERIFYING);
    memset(digest, 7, sizeof digest);
    assert_int_equal(update_digest(&update, digest), FIRMWARE_OK);
    assert_int_equal(update.phase, UPDATE_STAGED);
    assert_true(update.unsaved && update.untold);
}

static void without_an_image_there_is_nothing_to_complete(void **state) {
    (void)state;
    assert_true(update_begin(&update, START_MS, WALL_MS));
    assert_int_equal(update_complete(&update), FIRMWARE_NO_IMAGE);
}

static void progress_only_grows(void **state) {
    (void)state;
    unsigned last = 0;
    begin();
    for (unsigned i = 0; i < 1000; i++) {
        update_received(&update, 1, START_MS);
        assert_true(update_percent(&update) >= last && update_percent(&update) <= 50);
        last = update_percent(&update);
    }
    assert_true(last >= 40);
    assert_int_equal(update_complete(&update), FIRMWARE_OK);
    for (; update.done < 1000; update.done++) {
        assert_true(update_percent(&update) >= last && update_percent(&update) <= 75);
        last = update_percent(&update);
    }
    update_kept(&update, WALL_MS);
    assert_int_equal(update_percent(&update), 100);
}

/* ---- trial ---- */

static void all_three_proofs_keep_it(void **state) {
    (void)state;
    struct update_in in = nothing;
    stage();
    restart(1, true, false, false);
    assert_int_equal(update.phase, UPDATE_TRIAL);
    assert_string_equal(update.image.version, "2.0");
    assert_false(update_begin(&update, START_MS, WALL_MS));
    for (unsigned missing = 0; missing < 3; missing++) { /* whatever two there are, they are not enough */
        update.proven = 0;
        in.network_up = missing != 0;
        in.sensors_read = missing != 1;
        in.sign_in_answered = missing != 2;
        assert_int_equal(update_step(&update, &in), UPDATE_WAIT);
    }
    in = (struct update_in){.now_ms = START_MS, .sign_in_answered = true}; /* each once is enough, in any order */
    assert_int_equal(update_step(&update, &in), UPDATE_KEEP);
    assert_int_equal(update_step(&update, &in), UPDATE_KEEP); /* until it could be marked */
    update_kept(&update, WALL_MS);
    assert_int_equal(update_step(&update, &in), UPDATE_WAIT);
    assert_int_equal(update.phase, UPDATE_KEPT);
}

static void what_is_not_proven_in_time_rolls_back_and_is_named(void **state) {
    (void)state;
    static const enum firmware_fault named[] = {FIRMWARE_NO_NETWORK, FIRMWARE_NO_SENSORS, FIRMWARE_NO_SIGN_IN};
    for (unsigned missing = 0; missing < 3; missing++) {
        setup(NULL);
        stage();
        restart(1, true, false, false);
        struct update_in in = {.network_up = missing != 0, .sensors_read = missing != 1, .sign_in_answered = missing != 2};
        in.now_ms = START_MS + UPDATE_TRIAL_MS - 1;
        assert_int_equal(update_step(&update, &in), UPDATE_WAIT);
        in.now_ms++;
        assert_int_equal(update_step(&update, &in), UPDATE_ROLL_BACK);
        assert_int_equal(update.fault, named[missing]);
        assert_true(update.unsaved);
        restart(0, false, true, false);
        assert_int_equal(update.phase, UPDATE_FAILED);
        assert_int_equal(update.fault, named[missing]);
        assert_false(update.untold);
    }
}

static void without_accounts_it_goes_back_at_once(void **state) {
    (void)state;
    stage();
    restart(1, true, false, true);
    const struct update_in in = {.now_ms = START_MS, .network_up = true, .sensors_read = true, .sign_in_answered = true};
    assert_int_equal(update_step(&update, &in), UPDATE_ROLL_BACK);
    assert_int_equal(update.fault, FIRMWARE_NO_ACCOUNTS);
}

static void a_trial_that_ended_is_told_by_the_one_before(void **state) {
    (void)state;
    stage();
    restart(0, false, true, false);
    assert_int_equal(update.phase, UPDATE_FAILED);
    assert_int_equal(update.fault, FIRMWARE_TRIAL_ENDED);
    assert_true(update.untold && update.unsaved);
    assert_true(update_begin(&update, START_MS, WALL_MS));
}

static void cuts_between_record_and_mark_are_seen(void **state) {
    (void)state;
    stage();
    restart(0, false, false, false); /* recorded, and not marked */
    assert_int_equal(update.fault, FIRMWARE_NOT_STARTED);
    setup(NULL);
    stage();
    restart(1, false, false, false); /* marked as kept, and not recorded */
    assert_int_equal(update.phase, UPDATE_KEPT);
}

static void a_trial_without_a_record_is_a_trial(void **state) {
    (void)state;
    memcpy(update.slot[1].version, "2.1", 4);
    update.running = 1;
    update_adopt(&update, &(struct update_adopted){.now_ms = START_MS, .on_trial = true});
    assert_int_equal(update.phase, UPDATE_TRIAL);
    assert_string_equal(update.image.version, "2.1");
}

static void a_damaged_record_is_none(void **state) {
    (void)state;
    uint8_t record[UPDATE_RECORD_SIZE];
    stage();
    update_record(&update, record);
    for (size_t i = 0; i < sizeof record; i++) {
        record[i] ^= 1;
        setup(NULL);
        update_adopt(&update, &(struct update_adopted){.record = record, .record_size = sizeof record});
        assert_int_equal(update.phase, UPDATE_NONE);
        record[i] ^= 1;
    }
    update_adopt(&update, &(struct update_adopted){.record = record, .record_size = sizeof record - 1});
    assert_int_equal(update.phase, UPDATE_NONE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(one_upload_at_a_time, setup),
        cmocka_unit_test_setup(silence_and_slowness_end_it, setup),
        cmocka_unit_test_setup(only_all_of_it_and_as_signed_is_staged, setup),
        cmocka_unit_test_setup(without_an_image_there_is_nothing_to_complete, setup),
        cmocka_unit_test_setup(progress_only_grows, setup),
        cmocka_unit_test_setup(all_three_proofs_keep_it, setup),
        cmocka_unit_test_setup(what_is_not_proven_in_time_rolls_back_and_is_named, setup),
        cmocka_unit_test_setup(without_accounts_it_goes_back_at_once, setup),
        cmocka_unit_test_setup(a_trial_that_ended_is_told_by_the_one_before, setup),
        cmocka_unit_test_setup(cuts_between_record_and_mark_are_seen, setup),
        cmocka_unit_test_setup(a_trial_without_a_record_is_a_trial, setup),
        cmocka_unit_test_setup(a_damaged_record_is_none, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
