/* SPDX-License-Identifier: Apache-2.0 */
#include "twin/client.h"

#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "hal/errors.h"
#include "twin/protocol.h"
#include "twin/unix_socket.h"

static int64_t now_ms(void) {
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* The twin is gone: this connection never answers again. */
static int broken(struct twin_client *client) {
    if (client->fd >= 0) (void)close(client->fd);
    client->fd = -1;
    client->gone = true;
    return HAL_ERR_IO;
}

/* 0 when there is something to read, else HAL_ERR_TIMEOUT or HAL_ERR_IO. */
static int wait_readable(const struct twin_client *client, int64_t deadline_ms) {
    for (;;) {
        int64_t left_ms = deadline_ms - now_ms();
        if (left_ms <= 0) return HAL_ERR_TIMEOUT;
        struct pollfd poll_fd = {.fd = client->fd, .events = POLLIN};
        int count = poll(&poll_fd, 1, (int)left_ms);
        if (count > 0) return HAL_OK;
        if (count < 0 && errno != EINTR) return HAL_ERR_IO;
    }
}

static int receive(struct twin_client *client, uint16_t sequence, int64_t deadline_ms, struct twin_reply *reply) {
    for (;;) {
        int result = wait_readable(client, deadline_ms);
        if (result == HAL_ERR_TIMEOUT) return result;
        if (result != HAL_OK) return broken(client);
        ssize_t size = recv(client->fd, reply, sizeof *reply, MSG_DONTWAIT);
        if (size < 0 && (errno == EAGAIN || errno == EINTR)) continue;
        if (size != (ssize_t)sizeof *reply) return broken(client);
        if (reply->sequence == sequence) return HAL_OK; /* else: the late answer to a call that was given up */
    }
}

/* One call to the board; a negative hal_error or what the board answers. */
static int call(struct twin_client *client, struct twin_request *request, int timeout_ms, struct twin_reply *reply) {
    if (client->fd < 0) return HAL_ERR_IO;
    request->version = TWIN_PROTOCOL_VERSION;
    request->sequence = ++client->sequence;
    ssize_t size = send(client->fd, request, sizeof *request, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (size < 0 && errno == EAGAIN) return HAL_ERR_TIMEOUT; /* the twin is alive and does not read */
    if (size < 0 && errno != EPIPE) return broken(client);
    int result = receive(client, request->sequence, now_ms() + timeout_ms,
                         reply); /* after EPIPE a refusal may still wait there */
    return result == HAL_OK ? reply->result : result;
}

static int simple_call(struct twin_client *client, enum twin_request_kind kind, uint8_t pin, uint16_t value) {
    struct twin_request request = {.kind = (uint8_t)kind, .pin = pin, .value = value};
    struct twin_reply reply;
    return call(client, &request, TWIN_CLIENT_TIMEOUT_MS, &reply);
}

static int fail(struct twin_client *client, int result, const char *directory, const char *reason) {
    if (client->fd >= 0) (void)close(client->fd);
    client->fd = -1;
    (void)snprintf(client->error, sizeof client->error, "twin in %.60s: %s", directory, reason);
    return result;
}

static int fail_hello(struct twin_client *client, int result, const char *directory) {
    switch (result) {
    case TWIN_HELLO_BUSY:
        return fail(client, HAL_ERR_FULL, directory, "another firmware is connected");
    case TWIN_HELLO_VERSION:
        return fail(client, HAL_ERR_IO, directory, "it is of another version");
    case HAL_ERR_TIMEOUT:
        return fail(client, HAL_ERR_TIMEOUT, directory, "the board has no input power");
    default:
        return fail(client, HAL_ERR_IO, directory, "it closed the connection");
    }
}

int twin_client_connect(struct twin_client *client, const char *state_dir, uint16_t netconsole_port, uint16_t agent_port,
                        enum hal_reset_cause *cause) {
    *client = (struct twin_client){.fd = twin_unix_connect(state_dir, TWIN_SOCKET, SOCK_SEQPACKET)};
    if (client->fd < 0) return fail(client, HAL_ERR_NOT_FOUND, state_dir, strerror(errno));
    struct twin_request request = {.kind = TWIN_REQUEST_HELLO,
                                   .value = netconsole_port,
                                   .tx_size = 2,
                                   .tx = {(uint8_t)(agent_port >> 8), (uint8_t)agent_port}};
    struct twin_reply reply;
    int result = call(client, &request, TWIN_CLIENT_HELLO_TIMEOUT_MS, &reply);
    if (result < 0) return fail_hello(client, result, state_dir);
    *cause = (enum hal_reset_cause)result;
    return HAL_OK;
}

static int gpio_get_level(void *ctx, uint8_t pin) { return simple_call(ctx, TWIN_REQUEST_GET_LEVEL, pin, 0); }
static int gpio_set_level(void *ctx, uint8_t pin, bool level) { return simple_call(ctx, TWIN_REQUEST_SET_LEVEL, pin, level); }
static int gpio_set_drive(void *ctx, uint8_t pin, uint8_t drive) { return simple_call(ctx, TWIN_REQUEST_SET_DRIVE, pin, drive); }
static int gpio_relatch(void *ctx, uint8_t pin) { return simple_call(ctx, TWIN_REQUEST_RELATCH, pin, 0); }
static int gpio_set_hold(void *ctx, uint8_t pin, bool held) { return simple_call(ctx, TWIN_REQUEST_SET_HOLD, pin, held); }

static int gpio_set_mode(void *ctx, uint8_t pin, enum hal_gpio_mode mode) {
    return simple_call(ctx, TWIN_REQUEST_SET_MODE, pin, (uint16_t)mode);
}

static int gpio_set_pull(void *ctx, uint8_t pin, enum hal_gpio_pull pull) {
    return simple_call(ctx, TWIN_REQUEST_SET_PULL, pin, (uint16_t)pull);
}

void twin_client_gpio(struct twin_client *client, struct hal_gpio *gpio) {
    *gpio = (struct hal_gpio){
        .ctx = client,
        .get_level = gpio_get_level,
        .set_level = gpio_set_level,
        .set_mode = gpio_set_mode,
        .set_pull = gpio_set_pull,
        .set_drive = gpio_set_drive,
        .set_hold = gpio_set_hold,
        .relatch = gpio_relatch,
    };
}

static int i2c_transfer(void *ctx, uint8_t address, const uint8_t *tx, size_t tx_size, uint8_t *rx, size_t rx_size) {
    if (tx_size > TWIN_I2C_SIZE_MAX || rx_size > TWIN_I2C_SIZE_MAX) return HAL_ERR_ARGUMENT;
    struct twin_request request = {
        .kind = TWIN_REQUEST_TRANSFER, .pin = address, .tx_size = (uint16_t)tx_size, .rx_size = (uint16_t)rx_size};
    if (tx_size) memcpy(request.tx, tx, tx_size);
    struct twin_reply reply;
    int result = call(ctx, &request, TWIN_CLIENT_TIMEOUT_MS, &reply);
    if (result < 0) return result;
    if (reply.rx_size != rx_size) return HAL_ERR_IO;
    if (rx_size) memcpy(rx, reply.rx, rx_size);
    return HAL_OK;
}

static int i2c_recover(void *ctx) { return simple_call(ctx, TWIN_REQUEST_RECOVER, 0, 0); }

void twin_client_i2c(struct twin_client *client, struct hal_i2c *i2c) {
    *i2c = (struct hal_i2c){.ctx = client, .transfer = i2c_transfer, .recover = i2c_recover};
}

static int ping_send(void *ctx, unsigned node, const uint8_t address[4]) {
    if (node > UINT8_MAX || address[0] != 127) return HAL_ERR_ARGUMENT;
    if (address[1] != 0) return HAL_OK; /* nobody is there */
    return simple_call(ctx, TWIN_REQUEST_PING, (uint8_t)node, (uint16_t)(address[2] << 8 | address[3]));
}

static int ping_take(void *ctx) { return simple_call(ctx, TWIN_REQUEST_PINGED, 0, 0); }

void twin_client_ping(struct twin_client *client, struct hal_ping *ping) {
    *ping = (struct hal_ping){.ctx = client, .send = ping_send, .take = ping_take};
}

int twin_client_link(struct twin_client *client, bool *up) {
    int result = simple_call(client, TWIN_REQUEST_LINK, 0, 0);
    if (result < 0) return result;
    *up = result != 0;
    return HAL_OK;
}

bool twin_client_gone(const struct twin_client *client) { return client->gone; }

void twin_client_goodbye(struct twin_client *client) {
    if (client->fd < 0) return;
    (void)simple_call(client, TWIN_REQUEST_GOODBYE, 0, 0);
    if (client->fd >= 0) (void)close(client->fd);
    client->fd = -1;
}
