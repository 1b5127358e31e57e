/* SPDX-License-Identifier: Apache-2.0
 * Pings by the kernel, in a network namespace of this program's own whose loopback has addresses of documentation (RFC 5737). The
 * kernel there answers them, or does not; forged answers come from a raw socket of the test. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <fcntl.h>
#include <linux/icmp.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "hal/errors.h"
#include "port/linux/clock.h"
#include "port/linux/icmp.h"

#define ANSWER_TIMEOUT_MS 5000

static const uint8_t here[4] = {192, 0, 2, 1}, also_here[4] = {192, 0, 2, 2}, nobody[4] = {198, 51, 100, 9},
                     in_twin[4] = {127, 0, 0, 11};
static bool have_network;
static struct icmp icmp;
static struct hal_ping ping;

/* ---- the twin, of which only the door is here ---- */

static unsigned twin_sent;
static int twin_answered;

static int twin_send(void *ctx, unsigned peer, const uint8_t address[4]) {
    (void)ctx;
    assert_memory_equal(address, in_twin, 4);
    twin_sent |= 1u << peer;
    return HAL_OK;
}
static int twin_take(void *ctx) {
    (void)ctx;
    return twin_answered;
}
static const struct hal_ping twin = {.send = twin_send, .take = twin_take};

/* ---- the network ---- */

static bool write_file(const char *path, const char *text) {
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    bool written = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);
    if (fd >= 0) close(fd);
    return written;
}

static bool give_address(int fd, const char *name, const uint8_t address[4]) {
    struct ifreq request = {0};
    struct sockaddr_in in = {.sin_family = AF_INET};
    memcpy(&in.sin_addr, address, 4);
    memcpy(request.ifr_name, name, strlen(name));
    memcpy(&request.ifr_addr, &in, sizeof in);
    if (ioctl(fd, SIOCSIFADDR, &request) != 0) return false;
    request.ifr_flags = IFF_UP | IFF_RUNNING;
    return ioctl(fd, SIOCSIFFLAGS, &request) == 0;
}

static int make_network(void **state) {
    (void)state;
    char map[32];
    unsigned uid = getuid(), gid = getgid();
    if (unshare(CLONE_NEWNET) != 0) {
        if (unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) return 0;
        (void)write_file("/proc/self/setgroups", "deny");
        snprintf(map, sizeof map, "0 %u 1", uid);
        (void)write_file("/proc/self/uid_map", map);
        snprintf(map, sizeof map, "0 %u 1", gid);
        (void)write_file("/proc/self/gid_map", map);
    }
    const uint8_t loopback[4] = {127, 0, 0, 1};
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    have_network = give_address(fd, "lo", loopback) && give_address(fd, "lo:1", here) && give_address(fd, "lo:2", also_here);
    close(fd);
    return 0;
}

static int setup(void **state) {
    (void)state;
    if (!have_network) skip();
    twin_sent = 0;
    twin_answered = 0;
    icmp_init(&icmp, &twin);
    ping = icmp_hal(&icmp);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    icmp_close(&icmp);
    return 0;
}

/* What comes in until that mask is complete, or its time is up. */
static int answers(int wanted) {
    int mask = 0;
    for (uint64_t end_ms = clock_now_ms() + ANSWER_TIMEOUT_MS; clock_now_ms() < end_ms && (mask & wanted) != wanted;) {
        struct pollfd ready = {.fd = icmp.fd, .events = POLLIN};
        poll(&ready, 1, 10);
        mask |= ping.take(ping.ctx);
    }
    return mask;
}

static int send_to(unsigned peer, const uint8_t address[4]) { return ping.send(ping.ctx, peer, address); }

/* ---- tests ---- */

static void addresses_decide_who_is_asked(void **state) {
    (void)state;
    assert_int_equal(send_to(2, in_twin), HAL_OK);
    assert_int_equal(twin_sent, 1 << 2);
    assert_int_equal(icmp.fd, -1); /* no socket for that */
    twin_answered = 1 << 2;
    assert_int_equal(send_to(0, here), HAL_OK);
    assert_int_equal(send_to(4, also_here), HAL_OK);
    assert_int_equal(twin_sent, 1 << 2);
    assert_int_equal(answers(1 << 0 | 1 << 4), 1 << 0 | 1 << 2 | 1 << 4);
    twin_answered = 0;
    assert_int_equal(ping.take(ping.ctx), 0); /* each answer once */
    twin_answered = HAL_ERR_IO;
    assert_int_equal(ping.take(ping.ctx), HAL_ERR_IO);
    assert_int_equal(send_to(HAL_PING_PEER_COUNT, here), HAL_ERR_ARGUMENT);
}

static void who_is_not_there_does_not_answer(void **state) {
    (void)state;
    assert_int_equal(send_to(1, nobody), HAL_ERR_IO); /* no way there */
    assert_int_equal(send_to(0, here), HAL_OK);
    assert_int_equal(answers(1), 1);
}

static void a_late_answer_is_none(void **state) {
    (void)state;
    assert_int_equal(send_to(0, here), HAL_OK);
    icmp.request[icmp.sequence % ICMP_REQUEST_COUNT].sent_ms -= HAL_PING_LATE_MS + 1;
    assert_int_equal(send_to(3, also_here), HAL_OK); /* answered later than the first */
    assert_int_equal(answers(1 << 3), 1 << 3);
}

static void many_requests_are_told_apart(void **state) {
    (void)state;
    icmp.sequence = UINT16_MAX - 100; /* it goes round */
    for (unsigned i = 0; i < 200; i++) {
        unsigned peer = i % HAL_PING_PEER_COUNT;
        assert_int_equal(send_to(peer, i % 2 ? here : also_here), HAL_OK);
        assert_int_equal(answers(1 << peer), 1 << peer);
    }
}

/* ---- forged answers ---- */

enum damage {
    NO_DAMAGE,
    WRONG_TYPE,
    WRONG_CODE,
    WRONG_CHECKSUM,
    WRONG_IDENTIFIER,
    WRONG_SEQUENCE,
    WRONG_DATA,
    TOO_SHORT,
    TOO_LONG,
    DAMAGE_COUNT
};

static uint16_t sum_of(const uint8_t *data, size_t size) {
    uint32_t sum = 0;
    for (size_t i = 0; i + 1 < size; i += 2) sum += (uint32_t)(data[i] << 8 | data[i + 1]);
    if (size % 2) sum += (uint32_t)data[size - 1] << 8;
    while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)~sum;
}

/* An answer as the asked one would make it to the latest request, but for the damage. */
static size_t forge(uint8_t out[32], enum damage damage) {
    size_t size = 8 + ICMP_SECRET_SIZE;
    memset(out, 0, 32);
    out[0] = damage == WRONG_TYPE ? ICMP_TIMESTAMPREPLY : ICMP_ECHOREPLY;
    out[1] = damage == WRONG_CODE;
    memcpy(&out[4], icmp.secret, 2);
    out[6] = (uint8_t)(icmp.sequence >> 8), out[7] = (uint8_t)icmp.sequence;
    memcpy(&out[8], icmp.secret, ICMP_SECRET_SIZE);
    if (damage == WRONG_IDENTIFIER) out[4] ^= 0x55;
    if (damage == WRONG_SEQUENCE) out[7] ^= 1;
    if (damage == WRONG_DATA) out[15] ^= 1;
    if (damage == TOO_SHORT) size--;
    if (damage == TOO_LONG) size++;
    uint16_t sum = sum_of(out, size);
    if (damage == WRONG_CHECKSUM) sum++;
    out[2] = (uint8_t)(sum >> 8), out[3] = (uint8_t)sum;
    return size;
}

/* The kernel's own answers are kept back, so that what comes is the forger's. */
static void only_the_right_answer_counts(void **state) {
    (void)state;
    struct sockaddr_in from = {.sin_family = AF_INET}, to = {.sin_family = AF_INET};
    memcpy(&from.sin_addr, here, 4);
    memcpy(&to.sin_addr, also_here, 4);
    int forger = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMP);
    if (forger < 0 || !write_file("/proc/sys/net/ipv4/icmp_echo_ignore_all", "1")) skip();
    assert_int_equal(bind(forger, (const struct sockaddr *)&from, sizeof from), 0);
    assert_int_equal(send_to(0, here), HAL_OK);
    if (!icmp.raw) skip(); /* the kernel's choice of an identifier cannot be told from here */
    for (enum damage damage = DAMAGE_COUNT - 1; damage > NO_DAMAGE; damage--) {
        uint8_t packet[32];
        size_t size = forge(packet, damage);
        assert_int_equal(sendto(forger, packet, size, 0, (const struct sockaddr *)&to, sizeof to), size);
        assert_int_equal(ping.take(ping.ctx), 0); /* over the loopback it is there at once */
    }
    uint8_t packet[32];
    size_t size = forge(packet, NO_DAMAGE);
    icmp.request[icmp.sequence % ICMP_REQUEST_COUNT].address[3]++; /* another was asked */
    sendto(forger, packet, size, 0, (const struct sockaddr *)&to, sizeof to);
    assert_int_equal(ping.take(ping.ctx), 0);
    icmp.request[icmp.sequence % ICMP_REQUEST_COUNT].address[3]--;
    for (unsigned i = 0; i < 2 * ICMP_TAKE_COUNT; i++) sendto(forger, packet, size, 0, (const struct sockaddr *)&to, sizeof to);
    assert_int_equal(ping.take(ping.ctx), 1);
    assert_int_equal(ping.take(ping.ctx), 0); /* it was answered */
    close(forger);
    write_file("/proc/sys/net/ipv4/icmp_echo_ignore_all", "0");
}

/* Last: it changes what this namespace permits. */
static void without_privilege_where_pings_are_permitted(void **state) {
    (void)state;
    char range[32];
    snprintf(range, sizeof range, "%u %u", (unsigned)getgid(), (unsigned)getgid());
    if (!write_file("/proc/sys/net/ipv4/ping_group_range", range)) skip();
    assert_int_equal(send_to(0, here), HAL_OK);
    assert_false(icmp.raw);
    assert_int_equal(send_to(1, also_here), HAL_OK);
    assert_int_equal(answers(3), 3);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(addresses_decide_who_is_asked), TEST(who_is_not_there_does_not_answer),
        TEST(a_late_answer_is_none),         TEST(many_requests_are_told_apart),
        TEST(only_the_right_answer_counts),  TEST(without_privilege_where_pings_are_permitted),
    };
    return cmocka_run_group_tests(tests, make_network, NULL);
}
