/* SPDX-License-Identifier: Apache-2.0
 * Frames and items, whole and broken; HMAC-SHA256 against RFC 4231. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "agent/frame.h"

static struct hmac hmac;
static uint8_t datagram[WIRE_DATAGRAM_MAX];
static size_t size;
static struct frame read;

static int begin(void **state) {
    (void)state;
    static const uint8_t key[WIRE_KEY_SIZE] = {9};
    static const uint8_t body[] = {66, 1, 1};
    struct frame frame = {.kind = WIRE_ANSWER, .node = 4, .network = NETWORK_BACKPLANE, .generation = 0x01020304};
    frame.session[15] = 7;
    frame.counter = 0x1122334455667788;
    frame.body = body;
    frame.body_size = sizeof body;
    if (!hmac_init(&hmac, key, sizeof key)) return -1;
    size = frame_write(&frame, &hmac, datagram);
    return 0;
}

static int end(void **state) {
    (void)state;
    hmac_free(&hmac);
    return 0;
}

static void a_frame_lies_as_the_document_says(void **state) {
    (void)state;
    static const uint8_t head[WIRE_HEAD_SIZE] = {
        'S', '4', 'H', 'B', 1, 3, 4, 2, 1, 2, 3, 4, [27] = 7, [28] = 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0, 3, 0, 0};
    assert_int_equal(size, 40 + 3 + 32);
    assert_memory_equal(datagram, head, sizeof head);
}

static void what_was_written_is_read(void **state) {
    (void)state;
    assert_true(frame_read(datagram, size, &hmac, &read));
    assert_int_equal(read.kind, WIRE_ANSWER);
    assert_int_equal(read.node, 4);
    assert_int_equal(read.network, NETWORK_BACKPLANE);
    assert_int_equal(read.generation, 0x01020304);
    assert_int_equal(read.counter, 0x1122334455667788);
    assert_int_equal(read.session[15], 7);
    assert_int_equal(read.body_size, 3);
}

static void one_changed_bit_anywhere_is_seen(void **state) {
    (void)state;
    for (size_t bit = 0; bit < size * 8; bit++) {
        datagram[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_false(frame_read(datagram, size, &hmac, &read));
        datagram[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
}

static void shorter_or_longer_is_dropped(void **state) {
    (void)state;
    for (size_t n = 0; n < sizeof datagram; n++) assert_int_equal(frame_read(datagram, n, &hmac, &read), n == size);
}

/* The tag is right, the head is not: as a controller of another version might send it. */
static void a_sealed_frame_of_another_kind_is_dropped(void **state) {
    (void)state;
    static const struct {
        size_t at;
        uint8_t value;
    } changes[] = {{0, 's'}, {4, 2}, {5, 0}, {5, 4}, {6, 0}, {6, 5}, {7, 0}, {7, 3}, {37, 2}};
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        uint8_t changed[WIRE_DATAGRAM_MAX];
        memcpy(changed, datagram, size);
        changed[changes[i].at] = changes[i].value;
        hmac_tag(&hmac, changed, size - WIRE_TAG_SIZE, changed + size - WIRE_TAG_SIZE);
        assert_false(frame_read(changed, size, &hmac, &read));
    }
}

static void items_are_put_whole_or_not_at_all(void **state) {
    (void)state;
    static struct items items;
    static const uint8_t value[255] = {1};
    items.size = 0;
    for (unsigned i = 0; i < 10; i++) items_put(&items, WIRE_KERNEL, value, sizeof value);
    assert_int_equal(items.size, 3 * 257);
    items_put(&items, WIRE_KERNEL, value, WIRE_BODY_MAX - 3 * 257 - 2);
    assert_int_equal(items.size, WIRE_BODY_MAX);
    items_put(&items, WIRE_KERNEL, value, 0);
    assert_int_equal(items.size, WIRE_BODY_MAX);
}

static void items_end_where_one_is_cut_off(void **state) {
    (void)state;
    static const uint8_t body[] = {1, 0, 2, 1, 7, 3, 2, 9};
    struct item item;
    size_t at = 0;
    assert_true(item_next(body, sizeof body, &at, &item));
    assert_true(item_next(body, sizeof body, &at, &item));
    assert_int_equal(item.value[0], 7);
    assert_false(item_next(body, sizeof body, &at, &item));
    at = 7;
    assert_false(item_next(body, sizeof body, &at, &item)); /* not even a length */
}

static void the_tag_is_hmac_sha256(void **state) {
    (void)state;
    static const uint8_t right[HASH_SIZE] = {0x5b, 0xdc, 0xc1, 0x46, 0xbf, 0x60, 0x75, 0x4e, 0x6a, 0x04, 0x24,
                                             0x26, 0x08, 0x95, 0x75, 0xc7, 0x5a, 0x00, 0x3f, 0x08, 0x9d, 0x27,
                                             0x39, 0x83, 0x9d, 0xec, 0x58, 0xb9, 0x64, 0xec, 0x38, 0x43};
    uint8_t tag[HASH_SIZE];
    struct hmac jefe;
    assert_true(hmac_init(&jefe, (const uint8_t *)"Jefe", 4)); /* RFC 4231, test case 2 */
    for (unsigned i = 0; i < 2; i++) {
        hmac_tag(&jefe, "what do ya want for nothing?", 28, tag);
        assert_memory_equal(tag, right, sizeof right);
    }
    hmac_free(&jefe);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_frame_lies_as_the_document_says, begin, end),
        cmocka_unit_test_setup_teardown(what_was_written_is_read, begin, end),
        cmocka_unit_test_setup_teardown(one_changed_bit_anywhere_is_seen, begin, end),
        cmocka_unit_test_setup_teardown(shorter_or_longer_is_dropped, begin, end),
        cmocka_unit_test_setup_teardown(a_sealed_frame_of_another_kind_is_dropped, begin, end),
        cmocka_unit_test(items_are_put_whole_or_not_at_all),
        cmocka_unit_test(items_end_where_one_is_cut_off),
        cmocka_unit_test(the_tag_is_hmac_sha256),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
