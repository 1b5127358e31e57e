/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "port/linux/board_link.h"
#include "port/linux/loop.h"
#include "port/linux/netconsole.h"

static int heard_pipe[2];

/* The controller: notes the sender's last byte and the size. */
void bmc_netconsole(struct bmc *bmc, const uint8_t address[4], const uint8_t *data, size_t size) {
    (void)bmc, (void)data;
    uint8_t note[2] = {address[3], (uint8_t)(size & 0xff)};
    assert_int_equal(write(heard_pipe[1], note, sizeof note), sizeof note);
}

uint64_t bmc_step(struct bmc *bmc) { return bmc->core.now_ms; }
void bmc_link(struct bmc *bmc, bool up) { (void)bmc, (void)up; }
bool board_link_up(struct board_link *board) { return board == NULL; }
bool board_link_alive(const struct board_link *board) { return board == NULL; }

static const uint8_t node1[4] = {127, 0, 0, 11}, node2[4] = {127, 0, 0, 12};

static unsigned admitted(struct netconsole_senders *senders, const uint8_t address[4], unsigned count, uint64_t now_ms) {
    unsigned sum = 0;
    for (unsigned i = 0; i < count; i++) sum += netconsole_admit(senders, address, now_ms);
    return sum;
}

static void test_flood_loses_its_own_surplus_only(void **state) {
    struct netconsole_senders senders = {0};
    (void)state;
    assert_int_equal(admitted(&senders, node1, 10 * NETCONSOLE_BURST, 1000), NETCONSOLE_BURST);
    assert_int_equal(admitted(&senders, node2, 100, 1000), 100);
    assert_int_equal(admitted(&senders, node1, 10 * NETCONSOLE_BURST, 2000), NETCONSOLE_RATE_PER_S);
    assert_int_equal(admitted(&senders, node1, 10 * NETCONSOLE_BURST, 1000000), NETCONSOLE_BURST);
}

/* At one datagram a millisecond each earns half a token; none of that may be lost to rounding. */
static void test_lasting_rate(void **state) {
    struct netconsole_senders senders = {0};
    unsigned sum = 0;
    (void)state;
    admitted(&senders, node1, NETCONSOLE_BURST, 1000);
    for (uint64_t now_ms = 1001; now_ms <= 11000; now_ms++) sum += admitted(&senders, node1, 1, now_ms);
    assert_in_range(sum, 10 * NETCONSOLE_RATE_PER_S - 1, 10 * NETCONSOLE_RATE_PER_S);
}

static void test_more_senders_than_places(void **state) {
    struct netconsole_senders senders = {0};
    (void)state;
    for (uint8_t last = 1; last <= 200; last++) {
        uint8_t stranger[4] = {10, 0, 0, last};
        assert_int_equal(admitted(&senders, stranger, 1, 1000 + last), 1);
    }
    assert_int_equal(admitted(&senders, node1, 1, 2000), 1);
}

static void send_from(const char *address, uint16_t port, const void *data, size_t size) {
    struct sockaddr_in from = {.sin_family = AF_INET}, to = {.sin_family = AF_INET, .sin_port = htons(port)};
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    inet_pton(AF_INET, address, &from.sin_addr);
    inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
    assert_int_equal(bind(fd, (struct sockaddr *)&from, sizeof from), 0);
    assert_int_equal(sendto(fd, data, size, 0, (struct sockaddr *)&to, sizeof to), size);
    close(fd);
}

static void test_datagram_arrives_with_its_sender(void **state) {
    static struct loop loop;
    struct netconsole netconsole, second;
    char problem[200], large[3000] = {0};
    uint8_t note[2];
    (void)state;
    assert_int_equal(pipe(heard_pipe), 0);
    assert_int_equal(loop_init(&loop, NULL), 0);
    assert_int_equal(netconsole_open(&netconsole, 0, problem, sizeof problem), 0);
    uint16_t port = netconsole_port(&netconsole);
    assert_int_not_equal(port, 0);
    assert_int_equal(netconsole_open(&second, port, problem, sizeof problem), -1);
    assert_non_null(strstr(problem, "Address already in use"));
    assert_int_equal(netconsole_start(&netconsole, &loop), 0);
    send_from("127.0.0.12", port, "", 0); /* nothing in it: passed over */
    send_from("127.0.0.12", port, "hello", 5);
    assert_int_equal(read(heard_pipe[0], note, sizeof note), sizeof note);
    assert_int_equal(note[0], 12);
    assert_int_equal(note[1], 5);
    send_from("127.0.0.13", port, large, sizeof large); /* cut, not refused */
    assert_int_equal(read(heard_pipe[0], note, sizeof note), sizeof note);
    assert_int_equal(note[0], 13);
    assert_int_equal(note[1], NETCONSOLE_DATAGRAM_MAX & 0xff);
    netconsole_close(&netconsole);
    loop_free(&loop);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_flood_loses_its_own_surplus_only),
        cmocka_unit_test(test_lasting_rate),
        cmocka_unit_test(test_more_senders_than_places),
        cmocka_unit_test(test_datagram_arrives_with_its_sender),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
