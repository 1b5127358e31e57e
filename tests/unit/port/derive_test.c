/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>
#include <unistd.h>

#include "port/common/crypto_mbedtls.h"
#include "port/linux/derive.h"

#define PLACE_COUNT (DERIVE_THREAD_COUNT + DERIVE_QUEUE_MAX)

static int done_pipe[2];

struct work {
    struct derive_job job; /* first, so that done() finds the rest */
    struct password_hash hash;
    uint8_t index;
};

static void done(struct derive_job *job) {
    const struct work *work = (const struct work *)(const void *)job;
    assert_int_equal(write(done_pipe[1], &work->index, 1), 1);
}

static struct work make_work(uint8_t index, uint32_t iterations) {
    return (struct work){
        .job = {.password = "correct horse", .done = done}, .hash = {.iterations = iterations, .salt = {index}}, .index = index};
}

static void test_keys_come_out_right(void **state) {
    struct derive derive;
    struct work work[4];
    struct password_hash want;
    (void)state;
    assert_int_equal(derive_start(&derive), 0);
    for (uint8_t i = 0; i < 4; i++) {
        work[i] = make_work(i, 1000 + i);
        work[i].job.hash = &work[i].hash;
        assert_true(derive_reserve(&derive));
        derive_submit(&derive, &work[i].job);
    }
    for (unsigned i = 0; i < 4; i++) {
        uint8_t index;
        assert_int_equal(read(done_pipe[0], &index, 1), 1);
        want = work[index].hash;
        memset(want.key, 0, sizeof want.key);
        assert_true(crypto_derive("correct horse", &want));
        assert_false(work[index].job.failed);
        assert_memory_equal(work[index].hash.key, want.key, sizeof want.key);
    }
    derive_stop(&derive);
}

static void test_places_are_bounded_and_come_back(void **state) {
    struct derive derive;
    struct work work = make_work(0, 1000);
    uint8_t index;
    (void)state;
    assert_int_equal(derive_start(&derive), 0);
    for (unsigned i = 0; i < PLACE_COUNT; i++) assert_true(derive_reserve(&derive));
    assert_false(derive_reserve(&derive));
    work.job.hash = &work.hash;
    derive_submit(&derive, &work.job);
    assert_int_equal(read(done_pipe[0], &index, 1), 1);
    assert_true(derive_reserve(&derive));
    assert_false(derive_reserve(&derive));
    derive_stop(&derive);
}

static void test_nobody_is_forgotten_at_the_end(void **state) {
    struct derive derive;
    struct work work[PLACE_COUNT + 1];
    unsigned failed = 0;
    (void)state;
    assert_int_equal(derive_start(&derive), 0);
    for (uint8_t i = 0; i < PLACE_COUNT; i++) {
        work[i] = make_work(i, 100000);
        work[i].job.hash = &work[i].hash;
        assert_true(derive_reserve(&derive));
        if (i < PLACE_COUNT - 1) derive_submit(&derive, &work[i].job);
    }
    derive_stop(&derive);
    derive_submit(&derive, &work[PLACE_COUNT - 1].job); /* reserved before, submitted after the end */
    for (unsigned i = 0; i < PLACE_COUNT; i++) {
        uint8_t index;
        assert_int_equal(read(done_pipe[0], &index, 1), 1);
        failed += work[index].job.failed;
    }
    assert_in_range(failed, PLACE_COUNT - 2 * DERIVE_THREAD_COUNT, PLACE_COUNT); /* those in work were finished */
    assert_false(derive_reserve(&derive));
}

static int setup(void **state) {
    (void)state;
    return pipe(done_pipe);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_keys_come_out_right),
        cmocka_unit_test(test_places_are_bounded_and_come_back),
        cmocka_unit_test(test_nobody_is_forgotten_at_the_end),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
