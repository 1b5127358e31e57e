/* SPDX-License-Identifier: Apache-2.0
 * What an exchange asks for, and what it gets: with a service, a board and a libmicrohttpd that only note what was done. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "port/common/crypto_mbedtls.h"
#include "port/linux/board_link.h"
#include "port/linux/clock.h"
#include "port/linux/https_internal.h"

#define SOON_MS         5000
#define CONTROL_STEP_MS 20
#define PLACE_COUNT     (DERIVE_THREAD_COUNT + DERIVE_QUEUE_MAX)

static struct {
    struct loop loop;
    struct derive derive;
    struct https https;
    struct https_connection *connection;
    enum http_next next; /* what the service answers */
    uint64_t done_ms;    /* with HTTP_WAIT: from then on HTTP_DONE */
    atomic_uint step_count, resumed_count;
    unsigned suspended_count, answered_count, exchange_step_count, stream_count;
    enum http_refusal refused;
} world;

/* ---- the neighbours ---- */

uint64_t bmc_step(struct bmc *bmc) {
    (void)bmc;
    atomic_fetch_add(&world.step_count, 1);
    return clock_now_ms() + CONTROL_STEP_MS;
}

enum http_next bmc_http(struct bmc *bmc, struct http_exchange *x) {
    (void)bmc;
    world.exchange_step_count++;
    if (world.next == HTTP_WAIT) {
        if (clock_now_ms() >= world.done_ms) return HTTP_DONE;
        x->wait_until_ms = world.done_ms;
    }
    if (world.next == HTTP_DERIVE && world.exchange_step_count > 1) return HTTP_DONE;
    return world.next;
}

void bmc_link(struct bmc *bmc, bool up) { (void)bmc, (void)up; }
bool board_link_up(struct board_link *board) { return board == NULL; }
bool board_link_alive(const struct board_link *board) { return board == NULL; }
void http_begin(struct http_exchange *x) { (void)x; }
bool stream_begin(struct core *core, struct stream *stream, const struct http_exchange *x, uint64_t now_ms) {
    (void)core, (void)stream, (void)x, (void)now_ms;
    return world.stream_count++ < STREAM_COUNT;
}
size_t stream_next(const struct core *core, struct stream *stream, uint64_t now_ms, uint64_t wall_ms, char *out, size_t size,
                   uint64_t *wake_ms) {
    (void)core, (void)stream, (void)wall_ms;
    if (size > 0) out[0] = '\0';
    *wake_ms = now_ms;
    return SIZE_MAX;
}

void MHD_suspend_connection(struct MHD_Connection *mhd) {
    (void)mhd;
    world.suspended_count++;
}

void MHD_resume_connection(struct MHD_Connection *mhd) {
    (void)mhd;
    atomic_fetch_add(&world.resumed_count, 1);
}

void https_stage(struct https_connection *connection, enum https_stage stage, uint64_t allowed_ms) {
    (void)allowed_ms;
    connection->stage = stage;
}

enum MHD_Result https_answer(struct https_connection *connection) {
    (void)connection;
    world.answered_count++;
    return MHD_YES;
}

enum MHD_Result https_refuse(struct https_connection *connection, enum http_refusal refusal) {
    (void)connection;
    world.refused = refusal;
    return MHD_YES;
}

enum MHD_Result https_answer_stream(struct https_connection *connection, MHD_ContentReaderCallback reader) {
    (void)connection;
    return reader == NULL ? MHD_NO : MHD_YES;
}

/* ---- helpers ---- */

static int setup(void **state) {
    (void)state;
    memset(&world, 0, sizeof world);
    world.connection = calloc(1, sizeof *world.connection);
    world.connection->https = &world.https;
    world.https.loop = &world.loop;
    world.https.derive = &world.derive;
    if (loop_init(&world.loop, NULL) != 0 || derive_start(&world.derive) != 0) return -1;
    return loop_start(&world.loop);
}

static int teardown(void **state) {
    (void)state;
    loop_lock(&world.loop);
    loop_drain(&world.loop);
    loop_unlock(&world.loop);
    derive_stop(&world.derive);
    loop_stop(&world.loop);
    loop_free(&world.loop);
    free(world.connection);
    return 0;
}

static bool resumed(unsigned count) {
    for (unsigned waited_ms = 0; waited_ms < SOON_MS; waited_ms++) {
        if (atomic_load(&world.resumed_count) >= count) return true;
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    }
    return false;
}

static void begin(enum http_method method, enum http_next next) {
    world.next = next;
    world.connection->x.request.method = method;
    assert_int_equal(https_begin(world.connection), MHD_YES);
}

/* ---- tests ---- */

static void test_answered_at_once(void **state) {
    static const uint8_t zero[sizeof world.connection->x.random] = {0};
    (void)state;
    begin(HTTP_GET, HTTP_DONE);
    assert_int_equal(world.answered_count, 1);
    assert_int_equal(world.suspended_count, 0);
    assert_memory_not_equal(world.connection->x.random, zero, sizeof zero);
}

static void test_refused_head_never_reaches_the_service(void **state) {
    (void)state;
    world.connection->refusal = REFUSE_MALFORMED;
    begin(HTTP_GET, HTTP_DONE);
    assert_int_equal(world.refused, REFUSE_MALFORMED);
    assert_int_equal(world.exchange_step_count, 0);
}

/* Seen once: the waiting order poked the loop, which woke it, and both cores were busy for three seconds. */
static void test_waiting_costs_no_more_steps_than_the_loop_makes(void **state) {
    (void)state;
    uint64_t begun_ms = clock_now_ms();
    world.done_ms = begun_ms + 300;
    begin(HTTP_POST, HTTP_WAIT);
    for (unsigned wakes = 1; world.answered_count == 0; wakes++) {
        assert_int_equal(world.suspended_count, wakes);
        assert_true(resumed(wakes));
        https_drive(world.connection);
    }
    unsigned fair = (unsigned)(clock_now_ms() - begun_ms) / CONTROL_STEP_MS + 5;
    assert_in_range(world.exchange_step_count, 2, fair);
    assert_in_range(atomic_load(&world.step_count), 1, fair + 5);
}

static void test_key_is_derived_aside(void **state) {
    struct password_hash want = {.iterations = 1000, .salt = {7}};
    (void)state;
    strcpy(world.connection->x.derive.password, "correct horse");
    world.connection->x.derive.hash = want;
    begin(HTTP_POST, HTTP_DERIVE);
    assert_int_equal(world.suspended_count, 1);
    assert_true(resumed(1));
    assert_false(world.connection->x.derive.failed);
    assert_true(crypto_derive("correct horse", &want));
    assert_memory_equal(world.connection->x.derive.hash.key, want.key, sizeof want.key);
    https_drive(world.connection);
    assert_int_equal(world.answered_count, 1);
}

static void test_crowd_at_the_sign_in_is_told_to_come_back(void **state) {
    (void)state;
    for (unsigned i = 0; i < PLACE_COUNT; i++) assert_true(derive_reserve(&world.derive));
    begin(HTTP_POST, HTTP_DERIVE);
    assert_int_equal(world.refused, REFUSE_BUSY);
    assert_int_equal(world.suspended_count, 0);
}

static void test_streams_are_bounded(void **state) {
    (void)state;
    for (unsigned i = 0; i < STREAM_COUNT; i++) {
        begin(HTTP_GET, HTTP_STREAM);
        assert_int_equal(world.connection->stage, STAGE_STREAM);
    }
    assert_int_equal(world.refused, REFUSE_NONE);
    begin(HTTP_GET, HTTP_STREAM);
    assert_int_equal(world.refused, REFUSE_BUSY);
}

static void test_ending_program_answers_instead_of_waiting(void **state) {
    (void)state;
    loop_lock(&world.loop);
    loop_drain(&world.loop);
    loop_unlock(&world.loop);
    begin(HTTP_POST, HTTP_WAIT);
    assert_int_equal(world.refused, REFUSE_ENDING);
    assert_int_equal(world.suspended_count, 0);
    assert_int_equal(world.exchange_step_count, 0);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_answered_at_once),
        TEST(test_refused_head_never_reaches_the_service),
        TEST(test_waiting_costs_no_more_steps_than_the_loop_makes),
        TEST(test_key_is_derived_aside),
        TEST(test_crowd_at_the_sign_in_is_told_to_come_back),
        TEST(test_streams_are_bounded),
        TEST(test_ending_program_answers_instead_of_waiting),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
