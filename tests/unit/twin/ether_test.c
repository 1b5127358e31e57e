/* SPDX-License-Identifier: Apache-2.0
 * Frames as a guest might send them, whole and broken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "twin/ether.h"

#define PORT         6666
#define HEADERS_SIZE 42 /* Ethernet, IPv4, UDP */

static const char text[] = "Kernel panic";
#define FRAME_SIZE (HEADERS_SIZE + sizeof text - 1)

static void make(uint8_t frame[FRAME_SIZE]) {
    memset(frame, 0, FRAME_SIZE);
    frame[12] = 0x08;
    frame[14] = 0x45;
    frame[23] = 17;
    frame[36] = PORT >> 8;
    frame[37] = PORT & 0xFF;
    frame[39] = 8 + sizeof text - 1;
    memcpy(frame + HEADERS_SIZE, text, sizeof text - 1);
}

static void a_datagram_is_found(void **state) {
    (void)state;
    uint8_t frame[FRAME_SIZE];
    make(frame);
    struct twin_payload payload = twin_ether_udp(frame, sizeof frame, PORT);
    assert_int_equal(payload.size, sizeof text - 1);
    assert_memory_equal(payload.data, text, sizeof text - 1);
}

static void padding_and_ip_options_are_not_payload(void **state) {
    (void)state;
    uint8_t frame[FRAME_SIZE + 4 + 10] = {0}, plain[FRAME_SIZE];
    make(plain);
    memcpy(frame, plain, 34);
    frame[14] = 0x46;
    memcpy(frame + 38, plain + 34, FRAME_SIZE - 34);
    struct twin_payload payload = twin_ether_udp(frame, sizeof frame, PORT);
    assert_int_equal(payload.size, sizeof text - 1);
    assert_memory_equal(payload.data, text, sizeof text - 1);
}

static void other_traffic_is_left_alone(void **state) {
    (void)state;
    static const struct {
        size_t at;
        uint8_t value;
    } wrong[] = {
        {12, 0x86}, {14, 0x65}, {14, 0x44}, {20, 0x20}, {21, 0x01}, {23, 6}, {36, 0}, {38, 0xFF}, {39, 7},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        uint8_t frame[FRAME_SIZE];
        make(frame);
        frame[wrong[i].at] = wrong[i].value;
        assert_null(twin_ether_udp(frame, sizeof frame, PORT).data);
    }
}

static void no_cut_or_random_frame_reaches_beyond_its_end(void **state) {
    (void)state;
    uint8_t frame[FRAME_SIZE];
    make(frame);
    for (size_t size = 0; size < sizeof frame; size++) {
        uint8_t *exact = malloc(size ? size : 1); /* so that a sanitizer sees the first byte beyond */
        assert_non_null(exact);
        memcpy(exact, frame, size);
        assert_null(twin_ether_udp(exact, size, PORT).data);
        free(exact);
    }
    unsigned seed = 1;
    for (unsigned i = 0; i < 100000; i++) {
        make(frame);
        for (unsigned k = 0; k < 3; k++) {
            seed = seed * 1103515245 + 12345;
            frame[(seed >> 16) % sizeof frame] = (uint8_t)(seed >> 8);
        }
        struct twin_payload payload = twin_ether_udp(frame, sizeof frame, PORT);
        if (payload.data) assert_true(payload.data >= frame && payload.data + payload.size <= frame + sizeof frame);
    }
}

static const struct twin_ether_end here = {{2, 0, 0, 0, 0, 1}, 0x0A2C0001, 6668}, there = {{2, 0, 0, 0, 0, 2}, 0x0A2C000B, 40000};

static void what_is_written_is_found_with_both_its_ends(void **state) {
    (void)state;
    uint8_t frame[TWIN_FRAME_SIZE_MAX];
    struct twin_ether_end from, to;
    size_t size = twin_ether_write_udp(&here, &there, text, sizeof text, frame);
    assert_int_equal(size, HEADERS_SIZE + sizeof text);
    struct twin_payload payload = twin_ether_udp(frame, size, 40000);
    assert_int_equal(payload.size, sizeof text);
    assert_memory_equal(payload.data, text, sizeof text);
    twin_ether_ends(frame, &from, &to);
    assert_memory_equal(from.mac, here.mac, 6);
    assert_memory_equal(to.mac, there.mac, 6);
    assert_true(from.address == here.address && to.address == there.address);
    assert_true(from.port == here.port && to.port == there.port);
    uint32_t sum = 0;
    for (unsigned i = 14; i < 34; i += 2) sum += (uint32_t)frame[i] << 8 | frame[i + 1];
    assert_int_equal((sum & 0xFFFF) + (sum >> 16), 0xFFFF); /* RFC 791: with its checksum a header sums to ones */
}

static void what_does_not_fit_a_frame_is_not_written(void **state) {
    (void)state;
    static const uint8_t large[TWIN_FRAME_SIZE_MAX];
    uint8_t frame[TWIN_FRAME_SIZE_MAX];
    assert_int_equal(twin_ether_write_udp(&here, &there, large, sizeof large - HEADERS_SIZE, frame), TWIN_FRAME_SIZE_MAX);
    assert_int_equal(twin_ether_write_udp(&here, &there, large, sizeof large - HEADERS_SIZE + 1, frame), 0);
}

/* A reply to the request, as a node makes it: the ends change places, and the type is another (RFC 1624). */
static size_t make_reply(uint8_t frame[TWIN_FRAME_SIZE_MAX]) {
    size_t size = twin_ether_write_echo(&there, &here, 0x1234, 77, frame);
    assert_int_equal(frame[34], 8);
    frame[34] = 0;
    unsigned sum = (unsigned)(frame[36] << 8 | frame[37]) + 0x0800;
    sum = (sum & 0xFFFF) + (sum >> 16);
    frame[36] = (uint8_t)(sum >> 8);
    frame[37] = (uint8_t)sum;
    return size;
}

static void an_echo_request_is_no_reply_and_its_reply_is_understood(void **state) {
    (void)state;
    uint8_t frame[TWIN_FRAME_SIZE_MAX];
    struct twin_echo echo;
    size_t size = twin_ether_write_echo(&here, &there, 0x1234, 77, frame);
    assert_int_equal(size, 60);
    assert_false(twin_ether_echo_reply(frame, size, &echo));
    size = make_reply(frame);
    assert_true(twin_ether_echo_reply(frame, size, &echo));
    assert_true(echo.from == there.address && echo.to == here.address);
    assert_int_equal(echo.identifier, 0x1234);
    assert_int_equal(echo.sequence, 77);
    assert_true(twin_ether_echo_reply(frame, 42, &echo)); /* not padded */
    assert_false(twin_ether_echo_reply(frame, 41, &echo));
}

static void a_damaged_echo_reply_is_none(void **state) {
    (void)state;
    static const struct {
        size_t at;
        uint8_t value;
    } wrong[] = {{12, 0x86}, {14, 0x65}, {14, 0x4F}, {17, 27}, {17, 60}, {20, 0x20},
                 {23, 17},   {34, 8},    {35, 1},    {36, 0},  {38, 0},  {41, 78}};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        uint8_t frame[TWIN_FRAME_SIZE_MAX];
        struct twin_echo echo;
        size_t size = make_reply(frame);
        frame[wrong[i].at] = wrong[i].value;
        assert_false(twin_ether_echo_reply(frame, size, &echo));
    }
}

static void no_cut_echo_reply_reaches_beyond_its_end(void **state) {
    (void)state;
    uint8_t frame[TWIN_FRAME_SIZE_MAX];
    size_t whole = make_reply(frame);
    for (size_t size = 0; size <= whole; size++) {
        struct twin_echo echo;
        uint8_t *exact = malloc(size ? size : 1);
        assert_non_null(exact);
        memcpy(exact, frame, size);
        assert_int_equal(twin_ether_echo_reply(exact, size, &echo), size >= 42);
        free(exact);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_datagram_is_found),
        cmocka_unit_test(padding_and_ip_options_are_not_payload),
        cmocka_unit_test(other_traffic_is_left_alone),
        cmocka_unit_test(no_cut_or_random_frame_reaches_beyond_its_end),
        cmocka_unit_test(what_is_written_is_found_with_both_its_ends),
        cmocka_unit_test(what_does_not_fit_a_frame_is_not_written),
        cmocka_unit_test(an_echo_request_is_no_reply_and_its_reply_is_understood),
        cmocka_unit_test(a_damaged_echo_reply_is_none),
        cmocka_unit_test(no_cut_echo_reply_reaches_beyond_its_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
