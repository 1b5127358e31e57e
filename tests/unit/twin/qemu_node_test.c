/* SPDX-License-Identifier: Apache-2.0
 * The twin's side of QEMU nodes: what it starts, kills and believes. The guest here is this program itself, found by the twin as
 * qemu-system-x86_64 and wired as QEMU would be: Ethernet of the service network on descriptor 3, of the backplane on 6, orders
 * on
 * 4. Real kernels boot in tests/e2e. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "tests/unit/twin/programs.h"
#include "twin/client.h"
#include "twin/ether.h"

#define NET_FD       3
#define ORDERS_FD    4
#define BACKPLANE_FD 6
#define PMIC2        27

/* ---- the guest ---- */

static void guest_says(const char *text) {
    uint8_t frame[200] = {
        [12] = 0x08, [14] = 0x45, [23] = 17, [36] = 6666 >> 8, [37] = 6666 & 0xFF, [39] = (uint8_t)(8 + strlen(text))};
    memcpy(frame + 42, text, strlen(text));
    (void)send(NET_FD, frame, 42 + strlen(text), 0);
}

static void guest_reports(double uptime_s) {
    char line[96];
    int size = snprintf(line, sizeof line, "up 0a1b2c3d-0000-4000-8000-%012d %.2f\n", (int)getpid(), uptime_s);
    (void)send(ORDERS_FD, line, (size_t)size, MSG_NOSIGNAL);
}

/* Everything that a healthy guest never sends. */
static void guest_babbles(void) {
    static const char junk[] =
        "\n\n\xff\xfe\nup\nup x y\nup 0a1b2c3d-0000-4000-8000-00000000000\" 1.0\nup 0a1b2c3d-0000-4000-8000-000000000000 nan\n";
    char endless[600];
    memset(endless, 'u', sizeof endless);
    endless[sizeof endless - 1] = '\n';
    (void)send(ORDERS_FD, junk, sizeof junk - 1, MSG_NOSIGNAL);
    (void)send(ORDERS_FD, endless, sizeof endless, MSG_NOSIGNAL);
    (void)send(NET_FD, endless, sizeof endless, 0);
    (void)send(NET_FD, "", 1, 0);
}

/* An agent's report over the backplane, as often as the guest speaks; what is answered becomes its next report. */
static void guest_beats(void) {
    static char words[64] = "report";
    static const struct twin_ether_end agent = {{2, 1}, 0x0A2D000B, 45678}, controller = {{2, 2}, 0x0A2D0001, 6668};
    uint8_t frame[TWIN_FRAME_SIZE_MAX];
    ssize_t size = recv(BACKPLANE_FD, frame, sizeof frame, MSG_DONTWAIT);
    struct twin_payload answer = size > 0 ? twin_ether_udp(frame, (size_t)size, agent.port) : (struct twin_payload){0};
    if (answer.data && answer.size < sizeof words)
        (void)snprintf(words, sizeof words, "%.*s", (int)answer.size, (const char *)answer.data);
    size_t frame_size = twin_ether_write_udp(&agent, &controller, words, strlen(words), frame);
    (void)send(BACKPLANE_FD, frame, frame_size, 0);
}

/* Answers a ping as a kernel does: the ends change places, and the type is another (RFC 1624). Node 2's answer is damaged, node
 * 3's is to another's request, and node 4's comes from another address. */
static void guest_echoes(char node) {
    uint8_t frame[TWIN_FRAME_SIZE_MAX], request[TWIN_FRAME_SIZE_MAX];
    ssize_t size = recv(NET_FD, request, sizeof request, MSG_DONTWAIT);
    if (size < 42 || request[23] != 1 || request[34] != 8) return;
    memcpy(frame, request, (size_t)size);
    memcpy(frame, request + 6, 6);
    memcpy(frame + 6, request, 6);
    memcpy(frame + 26, request + 30, 4);
    memcpy(frame + 30, request + 26, 4);
    frame[34] = 0;
    unsigned sum = (unsigned)(frame[36] << 8 | frame[37]) + 0x0800 - (node == '3' ? 1 : 0);
    sum = (sum & 0xFFFF) + (sum >> 16);
    frame[36] = (uint8_t)(sum >> 8);
    frame[37] = (uint8_t)sum;
    if (node == '2') frame[37] ^= 1;
    if (node == '3') frame[39]++;
    if (node == '4') frame[29]--;
    (void)send(NET_FD, frame, (size_t)size, 0);
}

static int be_guest(char node) {
    guest_babbles();
    guest_says("Linux boots");
    const struct timeval tick = {.tv_usec = 100000};
    (void)setsockopt(ORDERS_FD, SOL_SOCKET, SO_RCVTIMEO, &tick, sizeof tick);
    if (fcntl(ORDERS_FD, F_SETFL, 0) != 0) return 1;
    (void)usleep(300000);
    for (int i = 1;; i++) {
        char order[16] = "";
        guest_reports(i / 10.0);
        guest_beats();
        guest_echoes(node);
        if (recv(ORDERS_FD, order, sizeof order - 1, 0) == 0) return 1;
        if (strcmp(order, "halt\n") == 0) return 0;
        if (strcmp(order, "panic\n") == 0) {
            guest_says("Kernel panic - not syncing: test\n");
            guest_says("---[ end Kernel panic - not syncing: test ]---\n");
            for (;;) (void)pause();
        }
    }
}

/* '1' to '4', as its kernel is told; '0' without. */
static char own_node(int argc, char **argv) {
    static const char name[] = "super4c.node=";
    for (int i = 1; i < argc; i++) {
        const char *at = strstr(argv[i], name);
        if (at) return at[sizeof name - 1];
    }
    return '0';
}

/* ---- the tests ---- */

static pid_t twin_pid;
static char bin_dir[] = "/tmp/super4c-qemu-XXXXXX";

/* A qemu-system-x86_64 that is this program, first in the search path. */
static int make_fake_qemu(void **state) {
    char self[1024], link_path[64], search[2048];
    ssize_t size = readlink("/proc/self/exe", self, sizeof self - 1);
    if (size <= 0 || !mkdtemp(bin_dir)) return -1;
    self[size] = '\0';
    (void)snprintf(link_path, sizeof link_path, "%s/qemu-system-x86_64", bin_dir);
    (void)snprintf(search, sizeof search, "%s:%s", bin_dir, getenv("PATH"));
    if (symlink(self, link_path) != 0 || setenv("PATH", search, 1) != 0) return -1;
    return programs_make_state(state);
}

static int remove_fake_qemu(void **state) {
    char link_path[64];
    (void)snprintf(link_path, sizeof link_path, "%s/qemu-system-x86_64", bin_dir);
    return unlink(link_path) == 0 && rmdir(bin_dir) == 0 ? programs_remove_state(state) : -1;
}

static int start(void **state) {
    (void)state;
    static const char *const arguments[] = {"--nodes", "qemu", "--kernel", "/dev/null", "--initramfs", "/dev/null", NULL};
    twin_pid = programs_start_ready(arguments);
    return twin_pid > 0 ? 0 : -1;
}

static int stop(void **state) {
    (void)state;
    return programs_stop(twin_pid);
}

static void wait_node(unsigned node, const char *state_name) {
    char text[80];
    (void)snprintf(text, sizeof text, "\"node\": %u, \"kind\": \"qemu\", \"state\": \"%s\"", node, state_name);
    programs_wait_status(text);
}

/* The pid of the node's present guest, which it hides in its boot id. */
static pid_t guest_pid(unsigned node) {
    char text[80];
    (void)snprintf(text, sizeof text, "\"node\": %u, \"kind\": \"qemu\"", node);
    programs_order("status", NULL, NULL);
    const char *at = strstr(programs_output, text);
    assert_non_null(at);
    at = strstr(at, "-8000-");
    assert_non_null(at);
    return (pid_t)strtol(at + 6, NULL, 10);
}

/* 'R', 'S', 'T' for stopped, or 0 when there is no such process (or only its remains). */
static char process_state(pid_t pid) {
    char path[40], line[256] = "";
    (void)snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    int fd = open(path, O_RDONLY);
    if (fd < 0) return 0;
    ssize_t size = read(fd, line, sizeof line - 1);
    (void)close(fd);
    const char *at = size > 0 ? strrchr(line, ')') : NULL;
    return at && at[2] != 'Z' && at[2] != 'X' ? at[2] : 0;
}

static void wait_process(pid_t pid, char state_letter) {
    for (int i = 0; i < 100 && process_state(pid) != state_letter; i++) (void)usleep(20000);
    assert_int_equal(process_state(pid), state_letter);
}

static void a_guest_is_up_when_its_user_space_speaks(void **state) {
    (void)state;
    wait_node(1, "booting"); /* its babble counted for nothing */
    for (unsigned n = 1; n <= 4; n++) wait_node(n, "up");
    assert_true(guest_pid(1) != guest_pid(4));
}

static void a_panic_is_what_the_kernel_said(void **state) {
    (void)state;
    wait_node(2, "up");
    pid_t pid = guest_pid(2);
    programs_order("node", "2", "panic");
    wait_node(2, "panicked");
    wait_process(pid, 'T'); /* it would only spin */
    assert_int_equal(programs_ctl("node", "2", "halt"), 1);
}

static void a_hung_guest_is_stopped_and_a_halted_one_has_ended(void **state) {
    (void)state;
    wait_node(1, "up");
    wait_node(2, "up");
    pid_t hung = guest_pid(1), halted = guest_pid(2);
    programs_order("node", "1", "hang");
    wait_node(1, "hung");
    wait_process(hung, 'T');
    programs_order("node", "2", "halt");
    wait_node(2, "halted");
    wait_process(halted, 0);
}

static void the_pins_kill_and_start_a_guest_and_no_other(void **state) {
    (void)state;
    static struct twin_client client;
    struct hal_gpio gpio;
    enum hal_reset_cause cause;
    for (unsigned n = 1; n <= 4; n++) wait_node(n, "up");
    pid_t first = guest_pid(2), other = guest_pid(3);
    programs_order("node", "2", "hang");
    assert_int_equal(twin_client_connect(&client, programs_state_dir, 0, 0, &cause), 0);
    twin_client_gpio(&client, &gpio);
    assert_int_equal(gpio.set_mode(gpio.ctx, PMIC2, HAL_GPIO_INPUT_OUTPUT_OD), 0);
    wait_node(2, "off");
    wait_process(first, 0);
    assert_int_equal(gpio.set_level(gpio.ctx, PMIC2, true), 0);
    wait_node(2, "up");
    assert_true(guest_pid(2) != first);
    assert_int_equal(guest_pid(3), other);
    twin_client_goodbye(&client);
}

/* The firmware's end: what comes next from a node's stand-in on the backplane, 127.0.1.11 and up; "" when nothing does. */
static void hear(int fd, unsigned node, char words[64], struct sockaddr_in *from) {
    const uint32_t stand_in = 0x7F00010A + node;
    for (int i = 0; i < 40; i++) {
        socklen_t from_size = sizeof *from;
        ssize_t size = recvfrom(fd, words, 63, 0, (struct sockaddr *)from, &from_size);
        words[size > 0 ? size : 0] = '\0';
        if (size < 0 || ntohl(from->sin_addr.s_addr) == stand_in) return;
    }
}

static void an_agents_datagrams_go_there_and_back_unless_the_wire_is_cut(void **state) {
    (void)state;
    static struct twin_client client;
    enum hal_reset_cause cause;
    char words[64];
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)}, from;
    socklen_t here_size = sizeof here;
    const struct timeval patience = {.tv_sec = 2};
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (const struct sockaddr *)&here, sizeof here), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&here, &here_size), 0);
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience), 0);
    assert_int_equal(twin_client_connect(&client, programs_state_dir, 0, ntohs(here.sin_port), &cause), 0);
    hear(fd, 3, words, &from);
    assert_string_equal(words, "report");
    assert_int_equal(sendto(fd, "answered", 8, 0, (const struct sockaddr *)&from, sizeof from), 8);
    for (int i = 0; i < 20 && strcmp(words, "answered") != 0; i++) hear(fd, 3, words, &from);
    assert_string_equal(words, "answered");
    programs_order("backplane", "3", "down");
    for (int i = 0; i < 10; i++) hear(fd, 3, words, &from); /* what was on its way */
    assert_int_not_equal(ntohl(from.sin_addr.s_addr), 0x7F00010D);
    twin_client_goodbye(&client);
    (void)close(fd);
}

/* The mask of nodes that answer pings within a second. */
static int ping_all(const struct hal_ping *ping) {
    int answered = 0;
    for (unsigned n = 0; n < 4; n++)
        assert_int_equal(ping->send(ping->ctx, n, (const uint8_t[4]){127, 0, 0, (uint8_t)(11 + n)}), 0);
    for (int i = 0; i < 20; i++) {
        (void)usleep(50000);
        int mask = ping->take(ping->ctx);
        assert_true(mask >= 0);
        answered |= mask;
    }
    return answered;
}

static void a_guest_is_pinged_on_its_wire_and_only_a_right_answer_counts(void **state) {
    (void)state;
    static struct twin_client client;
    enum hal_reset_cause cause;
    struct hal_ping ping;
    for (unsigned n = 1; n <= 4; n++) wait_node(n, "up");
    assert_int_equal(twin_client_connect(&client, programs_state_dir, 0, 0, &cause), 0);
    twin_client_ping(&client, &ping);
    assert_int_equal(ping_all(&ping), 1);
    programs_order("service", "1", "down");
    assert_int_equal(ping_all(&ping), 0);
    programs_order("service", "1", "up");
    assert_int_equal(ping_all(&ping), 1);
    programs_order("node", "1", "hang");
    wait_node(1, "hung");
    assert_int_equal(ping_all(&ping), 0);
    twin_client_goodbye(&client);
}

static void an_emptied_slot_runs_nothing(void **state) {
    (void)state;
    wait_node(4, "up");
    pid_t pid = guest_pid(4);
    programs_order("node", "4", "empty");
    wait_process(pid, 0);
    programs_order("node", "4", "insert");
    wait_node(4, "up");
}

static void guests_die_with_the_twin_however_it_ends(void **state) {
    wait_node(1, "up");
    wait_node(2, "up");
    pid_t running = guest_pid(1), hung = guest_pid(2);
    programs_order("node", "2", "hang");
    (void)kill(twin_pid, SIGKILL);
    assert_int_equal(programs_exit_code(twin_pid), -SIGKILL);
    wait_process(running, 0);
    wait_process(hung, 0);
    assert_int_equal(start(state), 0);
}

int main(int argc, char **argv) {
    if (strstr(argv[0], "qemu-system-x86_64")) return be_guest(own_node(argc, argv));
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_guest_is_up_when_its_user_space_speaks, start, stop),
        cmocka_unit_test_setup_teardown(a_panic_is_what_the_kernel_said, start, stop),
        cmocka_unit_test_setup_teardown(a_hung_guest_is_stopped_and_a_halted_one_has_ended, start, stop),
        cmocka_unit_test_setup_teardown(the_pins_kill_and_start_a_guest_and_no_other, start, stop),
        cmocka_unit_test_setup_teardown(an_agents_datagrams_go_there_and_back_unless_the_wire_is_cut, start, stop),
        cmocka_unit_test_setup_teardown(a_guest_is_pinged_on_its_wire_and_only_a_right_answer_counts, start, stop),
        cmocka_unit_test_setup_teardown(an_emptied_slot_runs_nothing, start, stop),
        cmocka_unit_test_setup_teardown(guests_die_with_the_twin_however_it_ends, start, stop),
    };
    return cmocka_run_group_tests(tests, make_fake_qemu, remove_fake_qemu);
}
