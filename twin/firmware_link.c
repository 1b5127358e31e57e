/* SPDX-License-Identifier: Apache-2.0 */
#include "twin/firmware_link.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "hal/errors.h"
#include "twin/log.h"
#include "twin/process.h"
#include "twin/protocol.h"
#include "twin/unix_socket.h"

static void drop_connection(struct twin_process *twin) {
    struct twin_firmware_link *link = &twin->firmware;
    twin_loop_close(twin->loop_fd, &link->connection);
    link->running = link->said_hello = link->said_goodbye = false;
    twin->words.port = 0;
    twin->agent_port = 0;
}

static void connection_ended(struct twin_process *twin) {
    struct twin_firmware_link *link = &twin->firmware;
    enum hal_reset_cause cause = link->said_goodbye ? HAL_RESET_SOFTWARE : HAL_RESET_WATCHDOG;
    bool was_running = link->running;
    drop_connection(twin);
    if (!was_running) return;
    twin_log("firmware %d ended %s", (int)link->pid,
             cause == HAL_RESET_SOFTWARE ? "on purpose" : "without goodbye: watchdog reset");
    twin_board_controller_reset(&twin->board, cause);
}

static void send_reply(struct twin_process *twin, const struct twin_reply *reply) {
    /* Blocked or broken: the firmware does not read its answers. The end of the connection will tell. */
    (void)send(twin->firmware.connection.fd, reply, sizeof *reply, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static void start_firmware(struct twin_process *twin) {
    struct twin_firmware_link *link = &twin->firmware;
    struct twin_reply reply = {.sequence = link->hello_sequence, .result = twin_board_controller_boot(&twin->board)};
    link->running = true;
    link->power_on_us = twin->board.power_on_us;
    twin->words.port = link->netconsole_port;
    twin->agent_port = link->agent_port;
    twin_ping_begin(&twin->ping);
    twin_log("firmware %d runs, reset cause %d", (int)link->pid, (int)reply.result);
    send_reply(twin, &reply);
}

static void handle_hello(struct twin_process *twin, const struct twin_request *request) {
    struct twin_firmware_link *link = &twin->firmware;
    if (request->version != TWIN_PROTOCOL_VERSION) {
        struct twin_reply refusal = {.sequence = request->sequence, .result = TWIN_HELLO_VERSION};
        send_reply(twin, &refusal);
        drop_connection(twin);
        return;
    }
    link->said_hello = true;
    link->hello_sequence = request->sequence;
    link->netconsole_port = request->value;
    link->agent_port = request->tx_size == 2 ? (uint16_t)(request->tx[0] << 8 | request->tx[1]) : 0;
    if (twin_board_powered(&twin->board)) start_firmware(twin); /* else when power returns */
}

static int transfer(struct twin_process *twin, const struct twin_request *request, struct twin_reply *reply) {
    if (request->tx_size > TWIN_I2C_SIZE_MAX || request->rx_size > TWIN_I2C_SIZE_MAX) return HAL_ERR_ARGUMENT;
    const struct hal_i2c *i2c = &twin->firmware.i2c;
    int result = i2c->transfer(i2c->ctx, request->pin, request->tx, request->tx_size, reply->rx, request->rx_size);
    if (result == HAL_OK) reply->rx_size = request->rx_size;
    return result;
}

static int answer(struct twin_process *twin, const struct twin_request *request, struct twin_reply *reply) {
    const struct hal_gpio *gpio = &twin->firmware.gpio;
    const struct hal_i2c *i2c = &twin->firmware.i2c;
    switch (request->kind) {
    case TWIN_REQUEST_GOODBYE:
        twin->firmware.said_goodbye = true;
        return HAL_OK;
    case TWIN_REQUEST_GET_LEVEL:
        return gpio->get_level(gpio->ctx, request->pin);
    case TWIN_REQUEST_SET_LEVEL:
        return gpio->set_level(gpio->ctx, request->pin, request->value != 0);
    case TWIN_REQUEST_SET_MODE:
        return gpio->set_mode(gpio->ctx, request->pin, (enum hal_gpio_mode)request->value);
    case TWIN_REQUEST_SET_PULL:
        return gpio->set_pull(gpio->ctx, request->pin, (enum hal_gpio_pull)request->value);
    case TWIN_REQUEST_SET_DRIVE:
        return gpio->set_drive(gpio->ctx, request->pin, (uint8_t)(request->value < 255 ? request->value : 255));
    case TWIN_REQUEST_RELATCH:
        return gpio->relatch(gpio->ctx, request->pin);
    case TWIN_REQUEST_SET_HOLD:
        return gpio->set_hold(gpio->ctx, request->pin, request->value != 0);
    case TWIN_REQUEST_TRANSFER:
        return transfer(twin, request, reply);
    case TWIN_REQUEST_RECOVER:
        return i2c->recover(i2c->ctx);
    case TWIN_REQUEST_LINK:
        return twin->board.link_up;
    case TWIN_REQUEST_PING:
        return twin_ping_send(twin, request->pin, request->value);
    case TWIN_REQUEST_PINGED:
        return twin_ping_take(&twin->ping);
    default:
        return HAL_ERR_ARGUMENT;
    }
}

/* One message. False when there is none, or the connection has ended. */
static bool handle_message(struct twin_process *twin) {
    struct twin_firmware_link *link = &twin->firmware;
    struct twin_request request;
    ssize_t size = recv(link->connection.fd, &request, sizeof request, MSG_DONTWAIT);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) return false;
    if (size != (ssize_t)sizeof request) { /* its end, or a stranger */
        connection_ended(twin);
        return false;
    }
    if (request.kind == TWIN_REQUEST_HELLO && !link->said_hello) {
        handle_hello(twin, &request);
    } else if (!link->running) {
        drop_connection(twin);
    } else {
        struct twin_reply reply = {.sequence = request.sequence};
        reply.result = answer(twin, &request, &reply);
        send_reply(twin, &reply);
    }
    return link->connection.fd >= 0;
}

static void on_message(void *ctx) {
    struct twin_process *twin = ctx;
    twin_process_advance(twin);
    (void)handle_message(twin);
}

static void refuse(int fd) {
    struct twin_request request;
    struct twin_reply reply = {.result = TWIN_HELLO_BUSY};
    if (recv(fd, &request, sizeof request, MSG_DONTWAIT) == (ssize_t)sizeof request)
        reply.sequence = request.sequence;
    else
        reply.sequence = 1; /* the client's first message, not yet here */
    (void)send(fd, &reply, sizeof reply, MSG_NOSIGNAL | MSG_DONTWAIT);
    (void)close(fd);
}

static void on_connection(void *ctx) {
    struct twin_process *twin = ctx;
    struct twin_firmware_link *link = &twin->firmware;
    twin_process_advance(twin);
    int fd = accept4(link->listener.fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0) return;
    /* A firmware that was killed and started again may be seen here before the end of its old connection. */
    while (link->connection.fd >= 0 && handle_message(twin)) {}
    struct ucred peer = {.pid = 0};
    socklen_t peer_size = sizeof peer;
    if (link->connection.fd >= 0 || getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &peer_size) != 0) {
        refuse(fd);
        return;
    }
    link->pid = peer.pid;
    if (twin_loop_add(twin->loop_fd, &link->connection, fd) != 0) (void)close(fd);
}

void twin_firmware_link_follow_power(struct twin_process *twin) {
    struct twin_firmware_link *link = &twin->firmware;
    bool powered = twin_board_powered(&twin->board);
    if (link->running && (!powered || link->power_on_us != twin->board.power_on_us)) {
        twin_log("the board lost its power: firmware %d dies with it", (int)link->pid);
        (void)kill(link->pid, SIGKILL);
        drop_connection(twin);
    } else if (link->said_hello && !link->running && powered) {
        start_firmware(twin);
    }
}

int twin_firmware_link_open(struct twin_process *twin) {
    struct twin_firmware_link *link = &twin->firmware;
    link->listener = (struct twin_watch){.fd = -1, .ctx = twin, .ready = on_connection};
    link->connection = (struct twin_watch){.fd = -1, .ctx = twin, .ready = on_message};
    twin_board_gpio(&twin->board, &link->gpio);
    twin_board_i2c(&twin->board, &link->i2c);
    int fd = twin_unix_listen(twin->state_dir, TWIN_SOCKET, SOCK_SEQPACKET, 4);
    return fd < 0 ? -1 : twin_loop_add(twin->loop_fd, &link->listener, fd);
}

void twin_firmware_link_close(struct twin_process *twin) {
    drop_connection(twin);
    twin_loop_close(twin->loop_fd, &twin->firmware.listener);
}
