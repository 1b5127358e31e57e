/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "service/ssdp.h"
#include "tests/unit/service/fixture.h"

#define URN    "urn:dmtf-org:service:redfish-rest:1"
#define SEARCH "M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: \"ssdp:discover\"\r\nMX: 3\r\nST: "

static struct fixture f;
static struct ssdp ssdp;
static char out[SSDP_MESSAGE_SIZE + 1];

static int setup(void **state) {
    (void)state;
    fixture_begin(&f);
    f.core.network.https_port = 8443;
    f.core.network.ssdp_port = SSDP_PORT;
    ssdp = ssdp_begin(f.now_ms);
    return 0;
}

static size_t hear_bytes(const char *datagram, size_t size) {
    size_t length = ssdp_answer(&ssdp, &f.core, datagram, size, "192.0.2.7", f.now_ms, out);
    assert_true(length < SSDP_MESSAGE_SIZE);
    out[length] = '\0';
    f.now_ms += 1000; /* so that the rate does not matter but where it is meant */
    return length;
}

static size_t hear(const char *datagram) { return hear_bytes(datagram, strlen(datagram)); }

static const char *notify(bool ending, uint64_t *wake_ms) {
    size_t length = ssdp_notify(&ssdp, &f.core, "192.0.2.7", ending, f.now_ms, out, wake_ms);
    out[length] = '\0';
    return out;
}

static void assert_has(const char *line) {
    char whole[200];
    snprintf(whole, sizeof whole, "\r\n%s\r\n", line);
    if (!strstr(out, whole)) fail_msg("no line '%s' in '%s'", line, out);
}

static void an_answer_says_who_and_where(void **state) {
    char line[120];
    (void)state;
    assert_true(hear(SEARCH URN "\r\n\r\n") > 0);
    assert_memory_equal(out, "HTTP/1.1 200 OK\r\n", 17);
    assert_has("CACHE-CONTROL: max-age=1800");
    assert_has("AL: https://192.0.2.7:8443/redfish/v1/");
    assert_has("EXT:");
    snprintf(line, sizeof line, "USN: uuid:%s::" URN ":%d", f.core.uuid, SSDP_REDFISH_MINOR);
    assert_has(line);
    snprintf(line, sizeof line, "ST: " URN ":%d", SSDP_REDFISH_MINOR);
    assert_has(line);
    assert_string_equal(&out[strlen(out) - 4], "\r\n\r\n");
}

static void the_version_is_that_of_the_service_root(void **state) {
    char version[16];
    (void)state;
    assert_int_equal(request(&f, "GET /redfish/v1", NULL), 200);
    snprintf(version, sizeof version, "1.%d.", SSDP_REDFISH_MINOR);
    assert_memory_equal(member(&f, "RedfishVersion"), version, strlen(version));
    assert_string_equal(member(&f, "UUID"), f.core.uuid);
}

static void what_is_searched_for(void **state) {
    (void)state;
    assert_true(hear(SEARCH "ssdp:all\r\n\r\n") > 0);
    assert_true(hear(SEARCH "upnp:rootdevice\r\n\r\n") > 0);
    assert_true(hear(SEARCH URN ":20\r\n\r\n") > 0);
    assert_true(hear(SEARCH URN ":6\r\n\r\n") > 0);
    assert_true(hear("M-SEARCH * HTTP/1.1\nman:\"ssdp:discover\"  \nst:\t" URN " \n\n") > 0); /* as some clients write it */
    assert_int_equal(hear(SEARCH URN ":21\r\n\r\n"), 0);                                      /* later than we are */
    assert_int_equal(hear(SEARCH URN ":\r\n\r\n"), 0);
    assert_int_equal(hear(SEARCH URN "0\r\n\r\n"), 0);
    assert_int_equal(hear(SEARCH "urn:schemas-upnp-org:device:MediaServer:1\r\n\r\n"), 0);
    assert_int_equal(hear(SEARCH "\r\n\r\n"), 0);
}

static void what_is_no_search_is_not_answered(void **state) {
    static const char with_nul[] = SEARCH "ssdp:all\0x\r\n\r\n";
    char large[SSDP_SEARCH_MAX + 2] = SEARCH "ssdp:all\r\nX: ";
    (void)state;
    memset(&large[strlen(large)], 'x', sizeof large - 1 - strlen(large));
    assert_int_equal(hear(large), 0);
    assert_int_equal(hear_bytes(with_nul, sizeof with_nul - 1), 0);
    assert_int_equal(hear_bytes("", 0), 0);
    assert_int_equal(hear("M-SEARCH * HTTP/1.1"), 0);
    assert_int_equal(hear("M-SEARCH * HTTP/1.1\r\n\r\nMAN: \"ssdp:discover\"\r\nST: ssdp:all\r\n"), 0); /* after the head */
    assert_int_equal(hear("M-SEARCH * HTTP/1.1\r\nST: ssdp:all\r\n\r\n"), 0);
    assert_int_equal(hear("M-SEARCH * HTTP/1.1\r\nMAN: \"ssdp:other\"\r\nST: ssdp:all\r\n\r\n"), 0);
    assert_int_equal(hear("NOTIFY * HTTP/1.1\r\nMAN: \"ssdp:discover\"\r\nST: ssdp:all\r\n\r\n"), 0);
    assert_int_equal(hear("HTTP/1.1 200 OK\r\nST: ssdp:all\r\n\r\n"), 0); /* two responders must not talk to each other */
}

/* Every cut and every flipped byte of a search: at most one answer, never a read past the end (sanitizers watch). */
static void damaged_searches_do_no_harm(void **state) {
    static const char whole[] = SEARCH "ssdp:all\r\n\r\n";
    (void)state;
    for (size_t size = 0; size < sizeof whole; size++) {
        char *copy = malloc(size ? size : 1);
        assert_non_null(copy);
        memcpy(copy, whole, size);
        hear_bytes(copy, size);
        for (size_t i = 0; i < size; i += 7) {
            copy[i] ^= 0x5a;
            hear_bytes(copy, size);
            copy[i] ^= 0x5a;
        }
        free(copy);
    }
}

static void a_flood_gets_few_answers(void **state) {
    static const char search[] = SEARCH "ssdp:all\r\n\r\n";
    unsigned answers = 0;
    (void)state;
    for (unsigned ms = 0; ms < 10000; ms++)
        answers += ssdp_answer(&ssdp, &f.core, search, sizeof search - 1, "192.0.2.7", f.now_ms + ms, out) > 0;
    assert_in_range(answers, SSDP_BURST + 9 * SSDP_RATE_PER_S, SSDP_BURST + 11 * SSDP_RATE_PER_S);
}

static void switched_off_it_is_silent(void **state) {
    uint64_t wake_ms;
    (void)state;
    f.core.settings.ssdp_enabled = false;
    assert_int_equal(hear(SEARCH "ssdp:all\r\n\r\n"), 0);
    assert_string_equal(notify(false, &wake_ms), "");
    f.core.settings.ssdp_enabled = true;
    assert_true(hear(SEARCH "ssdp:all\r\n\r\n") > 0);
}

static void it_is_silent_until_the_ports_are_known(void **state) {
    uint64_t wake_ms;
    (void)state;
    f.core.network.https_port = 0;
    assert_int_equal(hear(SEARCH "ssdp:all\r\n\r\n"), 0);
    assert_string_equal(notify(false, &wake_ms), "");
    f.core.network.https_port = 8443;
    notify(false, &wake_ms);
    assert_has("NTS: ssdp:alive");
}

static void it_announces_itself_and_says_goodbye(void **state) {
    uint64_t wake_ms;
    (void)state;
    assert_memory_equal(notify(false, &wake_ms), "NOTIFY * HTTP/1.1\r\n", 19);
    assert_has("NTS: ssdp:alive");
    assert_has("HOST: 239.255.255.250:1900");
    assert_has("CACHE-CONTROL: max-age=1800");
    assert_has("AL: https://192.0.2.7:8443/redfish/v1/");
    f.now_ms += 599000;
    assert_string_equal(notify(false, &wake_ms), "");
    assert_int_equal(wake_ms, f.now_ms + 1000);
    f.now_ms += 1000;
    notify(false, &wake_ms);
    assert_has("NTS: ssdp:alive");
    f.core.settings.ssdp_enabled = false;
    notify(false, &wake_ms);
    assert_has("NTS: ssdp:byebye");
    assert_string_equal(notify(false, &wake_ms), "");
    assert_string_equal(notify(true, &wake_ms), "");
    f.core.settings.ssdp_enabled = true;
    notify(false, &wake_ms);
    assert_has("NTS: ssdp:alive");
    notify(true, &wake_ms);
    assert_has("NTS: ssdp:byebye");
}

static void the_interval_is_the_owners(void **state) {
    uint64_t wake_ms;
    (void)state;
    f.core.settings.ssdp_notify_s = 3600;
    notify(false, &wake_ms);
    assert_has("CACHE-CONTROL: max-age=7200"); /* it must outlast the interval */
    f.core.settings.ssdp_notify_s = 60;        /* from now on, not after the old hour */
    assert_string_equal(notify(false, &wake_ms), "");
    f.now_ms += 60000;
    notify(false, &wake_ms);
    assert_has("NTS: ssdp:alive");
    f.core.settings.ssdp_notify_s = 0;
    notify(false, &wake_ms);
    assert_has("NTS: ssdp:byebye"); /* nobody would renew what was said */
    f.now_ms += 100000000;
    assert_string_equal(notify(false, &wake_ms), "");
    assert_true(hear(SEARCH "ssdp:all\r\n\r\n") > 0); /* searches are still answered */
}

static void the_longest_message_fits(void **state) {
    static const char search[] = SEARCH "ssdp:all\r\n\r\n";
    static const char longest[SSDP_ADDRESS_SIZE] = "[2001:db8:1111:2222:3333:4444:5555:6666]";
    uint64_t wake_ms;
    (void)state;
    f.core.network.ssdp_ipv6 = true;
    f.core.network.https_port = f.core.network.ssdp_port = 65535;
    f.core.settings.ssdp_notify_s = 65535;
    assert_true(ssdp_answer(&ssdp, &f.core, search, sizeof search - 1, longest, f.now_ms, out) > 0);
    assert_true(ssdp_notify(&ssdp, &f.core, longest, false, f.now_ms, out, &wake_ms) > 0);
    assert_has("HOST: [ff02::c]:65535");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(an_answer_says_who_and_where, setup),
        cmocka_unit_test_setup(the_version_is_that_of_the_service_root, setup),
        cmocka_unit_test_setup(what_is_searched_for, setup),
        cmocka_unit_test_setup(what_is_no_search_is_not_answered, setup),
        cmocka_unit_test_setup(damaged_searches_do_no_harm, setup),
        cmocka_unit_test_setup(a_flood_gets_few_answers, setup),
        cmocka_unit_test_setup(switched_off_it_is_silent, setup),
        cmocka_unit_test_setup(it_is_silent_until_the_ports_are_known, setup),
        cmocka_unit_test_setup(it_announces_itself_and_says_goodbye, setup),
        cmocka_unit_test_setup(the_interval_is_the_owners, setup),
        cmocka_unit_test_setup(the_longest_message_fits, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
