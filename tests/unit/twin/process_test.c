/* SPDX-License-Identifier: Apache-2.0
 * The twin's programs over their real sockets: the life of the chip behind a connection, and what a person can ask. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "hal/errors.h"
#include "tests/unit/twin/programs.h"
#include "twin/client.h"
#include "twin/protocol.h"
#include "twin/unix_socket.h"

#define PSU1 2

static pid_t twin_pid;

static int start(void **state) {
    (void)state;
    static const char *const arguments[] = {"--boot-ms", "300", NULL};
    twin_pid = programs_start_ready(arguments);
    return twin_pid > 0 ? 0 : -1;
}

static int stop(void **state) {
    (void)state;
    return programs_stop(twin_pid);
}

/* ---- the chip's life ---- */

static struct twin_client client;
static struct hal_gpio gpio;
static struct hal_i2c i2c;

static enum hal_reset_cause boot(uint16_t netconsole_port) {
    enum hal_reset_cause cause = HAL_RESET_UNKNOWN;
    int result = twin_client_connect(&client, programs_state_dir, netconsole_port, 0, &cause);
    if (result != HAL_OK) fail_msg("%s", client.error);
    twin_client_gpio(&client, &gpio);
    twin_client_i2c(&client, &i2c);
    return cause;
}

/* The firmware dies: its socket closes without a word. */
static void crash(void) { assert_int_equal(close(client.fd), 0); }

static void a_connection_is_the_life_of_the_chip(void **state) {
    (void)state;
    assert_int_equal(boot(0), HAL_RESET_POWER_ON);
    assert_int_equal(gpio.get_level(gpio.ctx, PSU1), 0);
    assert_int_equal(gpio.set_level(gpio.ctx, PSU1, true), HAL_OK);
    assert_int_equal(gpio.set_drive(gpio.ctx, PSU1, 0), HAL_OK);
    assert_int_equal(gpio.set_pull(gpio.ctx, PSU1, HAL_GPIO_PULL_NONE), HAL_OK);
    assert_int_equal(gpio.set_mode(gpio.ctx, PSU1, HAL_GPIO_INPUT_OUTPUT), HAL_OK);
    assert_int_equal(gpio.set_hold(gpio.ctx, PSU1, true), HAL_OK);
    crash();
    assert_int_equal(boot(0), HAL_RESET_WATCHDOG);
    assert_int_equal(gpio.get_level(gpio.ctx, PSU1), 1);
    twin_client_goodbye(&client);
    assert_int_equal(boot(0), HAL_RESET_SOFTWARE);
    programs_order("edges", NULL, NULL);
    assert_non_null(strstr(programs_output, "\"net\": \"BMC_PSU1\", \"level\": 1}\n"));
    assert_ptr_equal(strchr(programs_output, '\n') + 1,
                     programs_output + strlen(programs_output)); /* one edge, and none by the restarts */
    assert_int_equal(gpio.set_hold(gpio.ctx, PSU1, false), HAL_OK);
    assert_int_equal(gpio.get_level(gpio.ctx, PSU1), 0);
    twin_client_goodbye(&client);
}

static void errors_of_pins_and_bus_come_through(void **state) {
    (void)state;
    const uint8_t pointer = 0xFE;
    uint8_t rx[2], long_rx[TWIN_I2C_SIZE_MAX + 1];
    (void)boot(0);
    assert_int_equal(gpio.get_level(gpio.ctx, 99), HAL_ERR_ARGUMENT);
    assert_int_equal(gpio.set_drive(gpio.ctx, PSU1, 9), HAL_ERR_ARGUMENT);
    assert_int_equal(i2c.transfer(i2c.ctx, 0x40, &pointer, 1, rx, 2), HAL_OK);
    assert_int_equal(rx[0] << 8 | rx[1], 0x5449);
    assert_int_equal(i2c.transfer(i2c.ctx, 0x50, &pointer, 1, rx, 2), HAL_ERR_NACK);
    assert_int_equal(i2c.transfer(i2c.ctx, 0x40, &pointer, 1, long_rx, sizeof long_rx), HAL_ERR_ARGUMENT);
    programs_order("i2c", "transient", NULL);
    assert_int_equal(i2c.transfer(i2c.ctx, 0x40, &pointer, 1, rx, 2), HAL_ERR_TIMEOUT);
    assert_int_equal(i2c.recover(i2c.ctx), HAL_OK);
    programs_order("sensor", "1", "missing");
    assert_int_equal(i2c.transfer(i2c.ctx, 0x40, &pointer, 1, rx, 2), HAL_ERR_NACK);
    programs_order("sensor", "1", "ok");
    bool up = false;
    assert_int_equal(twin_client_link(&client, &up), HAL_OK);
    assert_true(up);
    programs_order("link", "down", NULL);
    assert_int_equal(twin_client_link(&client, &up), HAL_OK);
    assert_false(up);
    programs_order("link", "up", NULL);
    twin_client_goodbye(&client);
}

static void there_is_one_chip(void **state) {
    (void)state;
    (void)boot(0);
    struct twin_client second;
    enum hal_reset_cause cause;
    assert_int_equal(twin_client_connect(&second, programs_state_dir, 0, 0, &cause), HAL_ERR_FULL);
    assert_non_null(strstr(second.error, "another firmware"));
    assert_int_equal(gpio.get_level(gpio.ctx, PSU1), 0); /* the first is none the worse */
    twin_client_goodbye(&client);
}

static void the_chip_dies_with_the_power(void **state) {
    (void)state;
    pid_t firmware = fork();
    assert_true(firmware >= 0);
    if (firmware == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        (void)boot(0);
        for (;;) (void)pause();
    }
    programs_wait_status("\"connected\": true");
    programs_wait_status("\"node\": 4, \"kind\": \"model\", \"state\": \"up\"");
    programs_order("power-loss", NULL, NULL);
    assert_int_equal(programs_exit_code(firmware), -SIGKILL);
    assert_int_equal(boot(0), HAL_RESET_POWER_ON); /* hello waits until there is power again */
    programs_wait_status("\"powered\": true, \"connected\": true");
    programs_wait_status("\"boots\": 2");
    twin_client_goodbye(&client);
}

static int listen_udp(uint16_t *port) {
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    const struct timeval limit = {.tv_sec = 5};
    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size), 0);
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit), 0);
    *port = ntohs(address.sin_port);
    return fd;
}

static void kernel_words_come_from_the_nodes_own_address(void **state) {
    (void)state;
    uint16_t port;
    int fd = listen_udp(&port);
    (void)boot(port);
    programs_wait_status("\"node\": 3, \"kind\": \"model\", \"state\": \"up\"");
    programs_order("node", "3", "panic");
    bool panicked = false;
    for (int i = 0; i < 200 && !panicked; i++) {
        char text[1500];
        struct sockaddr_in from = {0};
        socklen_t from_size = sizeof from;
        ssize_t size = recvfrom(fd, text, sizeof text - 1, 0, (struct sockaddr *)&from, &from_size);
        assert_true(size > 0);
        text[size] = '\0';
        if (!strstr(text, "Kernel panic - not syncing")) continue;
        panicked = true;
        assert_int_equal(ntohl(from.sin_addr.s_addr), 0x7F00000D); /* 127.0.0.13 */
    }
    assert_true(panicked);
    (void)close(fd);
    twin_client_goodbye(&client);
}

static struct hal_ping ping;

static int ping_node(unsigned n) { return ping.send(ping.ctx, n, (const uint8_t[4]){127, 0, 0, (uint8_t)(11 + n)}); }

/* Pings all nodes; the mask of those that answered. */
static int ping_all(void) {
    for (unsigned n = 0; n < 4; n++) assert_int_equal(ping_node(n), HAL_OK);
    return ping.take(ping.ctx);
}

static void a_model_node_answers_pings_while_it_is_up(void **state) {
    (void)state;
    static const char *const ends[] = {"hang", "panic", "halt", "empty"};
    (void)boot(0);
    twin_client_ping(&client, &ping);
    for (unsigned n = 1; n <= 4; n++) {
        char text[64];
        (void)snprintf(text, sizeof text, "\"node\": %u, \"kind\": \"model\", \"state\": \"up\"", n);
        programs_wait_status(text);
    }
    assert_int_equal(ping_all(), 0x0F);
    assert_int_equal(ping.take(ping.ctx), 0); /* once */
    for (unsigned n = 0; n < 4; n++) {
        const char number[] = {(char)('1' + n), '\0'};
        programs_order("node", number, ends[n]);
        assert_int_equal(ping_all(), 0x0F & 0x0E << n);
    }
    assert_int_equal(ping_node(4), HAL_ERR_ARGUMENT);
    assert_int_equal(ping_node(256), HAL_ERR_ARGUMENT);
    twin_client_goodbye(&client);
}

static void a_node_answers_at_its_own_address_alone(void **state) {
    (void)state;
    static const uint8_t others[][4] = {{127, 0, 0, 12}, {127, 0, 1, 11}, {127, 1, 0, 11}, {127, 0, 0, 99}};
    static const uint8_t real[4] = {192, 0, 2, 11};
    (void)boot(0);
    twin_client_ping(&client, &ping);
    programs_wait_status("\"node\": 1, \"kind\": \"model\", \"state\": \"up\"");
    for (unsigned i = 0; i < 4; i++) assert_int_equal(ping.send(ping.ctx, 0, others[i]), HAL_OK);
    assert_int_equal(ping.take(ping.ctx), 0);
    assert_int_equal(ping.send(ping.ctx, 0, real), HAL_ERR_ARGUMENT);
    assert_int_equal(ping_node(0), HAL_OK);
    assert_int_equal(ping.take(ping.ctx), 1);
    twin_client_goodbye(&client);
}

static void a_cut_wire_carries_no_ping_and_no_answer_outlives_the_firmware(void **state) {
    (void)state;
    (void)boot(0);
    twin_client_ping(&client, &ping);
    programs_wait_status("\"node\": 4, \"kind\": \"model\", \"state\": \"up\"");
    programs_order("service", "4", "down");
    assert_int_equal(ping_all() & 8, 0);
    programs_order("service", "4", "up");
    programs_order("backplane", "4", "down"); /* another network */
    assert_int_equal(ping_all() & 8, 8);
    programs_order("link", "down", NULL);
    assert_int_equal(ping_all(), 0);
    programs_order("link", "up", NULL);
    assert_int_equal(ping_node(3), HAL_OK);
    twin_client_goodbye(&client);
    (void)boot(0);
    assert_int_equal(ping.take(ping.ctx), 0);
    assert_int_equal(ping_all() & 8, 8);
    twin_client_goodbye(&client);
    assert_int_equal(ping.take(ping.ctx), HAL_ERR_IO);
}

static void the_firmware_learns_that_the_board_is_gone(void **state) {
    (void)boot(0);
    (void)kill(twin_pid, SIGKILL);
    assert_int_equal(programs_exit_code(twin_pid), -SIGKILL);
    assert_int_equal(gpio.get_level(gpio.ctx, PSU1), HAL_ERR_IO);
    assert_true(twin_client_gone(&client));
    assert_int_equal(gpio.get_level(gpio.ctx, PSU1), HAL_ERR_IO);
    enum hal_reset_cause cause;
    assert_int_equal(twin_client_connect(&client, programs_state_dir, 0, 0, &cause), HAL_ERR_NOT_FOUND);
    assert_int_equal(programs_ctl("status", NULL, NULL), 1);
    assert_int_equal(start(state), 0); /* over the sockets that the dead one left */
}

/* ---- strangers ---- */

static void nonsense_on_the_firmware_socket_moves_nothing(void **state) {
    (void)state;
    struct twin_request request = {.version = TWIN_PROTOCOL_VERSION, .kind = TWIN_REQUEST_SET_MODE, .pin = 14, .value = 1};
    struct twin_reply reply;
    int fd = twin_unix_connect(programs_state_dir, TWIN_SOCKET, SOCK_SEQPACKET);
    assert_true(fd >= 0);
    assert_int_equal(send(fd, &request, sizeof request, 0), sizeof request); /* no hello */
    assert_int_equal(recv(fd, &reply, sizeof reply, 0), 0);
    (void)close(fd);
    fd = twin_unix_connect(programs_state_dir, TWIN_SOCKET, SOCK_SEQPACKET);
    assert_int_equal(send(fd, "short", 5, 0), 5);
    assert_int_equal(recv(fd, &reply, sizeof reply, 0), 0);
    (void)close(fd);
    fd = twin_unix_connect(programs_state_dir, TWIN_SOCKET, SOCK_SEQPACKET);
    request = (struct twin_request){.version = TWIN_PROTOCOL_VERSION + 1, .kind = TWIN_REQUEST_HELLO, .sequence = 5};
    assert_int_equal(send(fd, &request, sizeof request, 0), sizeof request);
    assert_int_equal(recv(fd, &reply, sizeof reply, 0), sizeof reply);
    assert_int_equal(reply.result, TWIN_HELLO_VERSION);
    (void)close(fd);
    programs_order("edges", NULL, NULL);
    assert_string_equal(programs_output, "");
    assert_int_equal(boot(0), HAL_RESET_POWER_ON); /* no stranger counted as a chip that crashed */
    struct twin_request unknown = {.version = TWIN_PROTOCOL_VERSION, .kind = 99, .sequence = 77};
    assert_int_equal(send(client.fd, &unknown, sizeof unknown, 0), sizeof unknown);
    assert_int_equal(recv(client.fd, &reply, sizeof reply, 0), sizeof reply);
    assert_int_equal(reply.result, HAL_ERR_ARGUMENT);
    struct twin_request greedy = {
        .version = TWIN_PROTOCOL_VERSION, .kind = TWIN_REQUEST_TRANSFER, .pin = 0x40, .tx_size = 60000, .rx_size = 60000};
    assert_int_equal(send(client.fd, &greedy, sizeof greedy, 0), sizeof greedy);
    assert_int_equal(recv(client.fd, &reply, sizeof reply, 0), sizeof reply);
    assert_int_equal(reply.result, HAL_ERR_ARGUMENT);
    twin_client_goodbye(&client);
}

static void control_survives_any_line(void **state) {
    (void)state;
    static const char *const lines[] = {"\n",
                                        "   \t \n",
                                        "node\n",
                                        "node 1 panic now please and more\n",
                                        "input DC1 99999999999999999999\n",
                                        "button 1 -5\n",
                                        "\xff\xfe\x01\n"};
    char reply[256];
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        int fd = twin_unix_connect(programs_state_dir, TWIN_CONTROL_SOCKET, SOCK_STREAM);
        assert_true(send(fd, lines[i], strlen(lines[i]), 0) > 0);
        ssize_t size = recv(fd, reply, sizeof reply - 1, MSG_WAITALL);
        assert_true(size > 6);
        assert_true(strncmp(reply, "error:", 6) == 0 || strncmp(reply, "usage:", 6) == 0);
        (void)close(fd);
    }
    char endless[1000];
    memset(endless, 'x', sizeof endless);
    int fd = twin_unix_connect(programs_state_dir, TWIN_CONTROL_SOCKET, SOCK_STREAM);
    assert_true(send(fd, endless, sizeof endless, MSG_NOSIGNAL) > 0);
    assert_true(recv(fd, reply, sizeof reply, 0) > 0);
    (void)close(fd);
    fd = twin_unix_connect(programs_state_dir, TWIN_CONTROL_SOCKET, SOCK_STREAM);
    (void)send(fd, "status", 6, 0); /* half a line, and gone */
    (void)close(fd);
    programs_order("status", NULL, NULL);
}

static void wrong_orders_are_refused_with_the_right_code(void **state) {
    (void)state;
    assert_int_equal(programs_ctl("node", "5", "hang"), 1);
    assert_int_equal(programs_ctl("node", "1", "dance"), 1);
    assert_int_equal(programs_ctl("input", "DC3", "19000"), 1);
    assert_int_equal(programs_ctl("input", "DC1", "30000"), 1);
    assert_int_equal(programs_ctl("rail", "1", "stuck"), 1);
    assert_int_equal(programs_ctl("button", "1", "0"), 1);
    assert_int_equal(programs_ctl("node", "1", NULL), 2);
    assert_int_equal(programs_ctl("dance", NULL, NULL), 2);
    assert_int_equal(programs_ctl("--dance", NULL, NULL), 2);
    programs_order("node", "4", "empty");
    assert_int_equal(programs_ctl("node", "4", "empty"), 1);
    programs_order("node", "4", "insert");
}

static void one_board_per_state_directory(void **state) {
    (void)state;
    int ready_fd;
    char line[32];
    static const char *const none[] = {NULL};
    pid_t second = programs_start(none, &ready_fd);
    assert_int_equal(read(ready_fd, line, sizeof line), 0);
    (void)close(ready_fd);
    assert_int_equal(programs_exit_code(second), 1);
    programs_order("status", NULL, NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_connection_is_the_life_of_the_chip, start, stop),
        cmocka_unit_test_setup_teardown(errors_of_pins_and_bus_come_through, start, stop),
        cmocka_unit_test_setup_teardown(there_is_one_chip, start, stop),
        cmocka_unit_test_setup_teardown(the_chip_dies_with_the_power, start, stop),
        cmocka_unit_test_setup_teardown(kernel_words_come_from_the_nodes_own_address, start, stop),
        cmocka_unit_test_setup_teardown(a_model_node_answers_pings_while_it_is_up, start, stop),
        cmocka_unit_test_setup_teardown(a_node_answers_at_its_own_address_alone, start, stop),
        cmocka_unit_test_setup_teardown(a_cut_wire_carries_no_ping_and_no_answer_outlives_the_firmware, start, stop),
        cmocka_unit_test_setup_teardown(the_firmware_learns_that_the_board_is_gone, start, stop),
        cmocka_unit_test_setup_teardown(nonsense_on_the_firmware_socket_moves_nothing, start, stop),
        cmocka_unit_test_setup_teardown(control_survives_any_line, start, stop),
        cmocka_unit_test_setup_teardown(wrong_orders_are_refused_with_the_right_code, start, stop),
        cmocka_unit_test_setup_teardown(one_board_per_state_directory, start, stop),
    };
    return cmocka_run_group_tests(tests, programs_make_state, programs_remove_state);
}
