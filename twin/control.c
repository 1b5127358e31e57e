/* SPDX-License-Identifier: Apache-2.0 */
#include "twin/control.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "twin/commands.h"
#include "twin/process.h"
#include "twin/protocol.h"
#include "twin/unix_socket.h"

static void end_connection(struct twin_control_connection *connection) {
    twin_loop_close(connection->twin->loop_fd, &connection->watch);
    free(connection->reply);
    connection->reply = NULL;
}

static void execute(struct twin_control_connection *connection) {
    FILE *out = open_memstream(&connection->reply, &connection->reply_size);
    if (!out) return;
    twin_process_advance(connection->twin);
    twin_command(connection->twin, connection->line, out);
    if (fclose(out) != 0) {
        free(connection->reply);
        connection->reply = NULL;
    }
    connection->sent_size = 0;
}

/* Reads up to the end of the line. True when the command is complete, or so wrong that the answer is known. */
static bool read_command(struct twin_control_connection *connection) {
    size_t room = sizeof connection->line - 1 - connection->line_size;
    ssize_t size = recv(connection->watch.fd, connection->line + connection->line_size, room, MSG_DONTWAIT);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) return false;
    if (size <= 0) {
        end_connection(connection);
        return false;
    }
    connection->line_size += (size_t)size;
    connection->line[connection->line_size] = '\0';
    char *end = memchr(connection->line, '\n', connection->line_size);
    if (end) *end = '\0';
    return end || connection->line_size == sizeof connection->line - 1;
}

static void send_some(struct twin_control_connection *connection) {
    size_t left_size = connection->reply_size - connection->sent_size;
    ssize_t size = send(connection->watch.fd, connection->reply + connection->sent_size, left_size, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (size < 0 || (size_t)size == left_size)
        end_connection(connection);
    else
        connection->sent_size += (size_t)size;
}

static void on_connection_ready(void *ctx) {
    struct twin_control_connection *connection = ctx;
    if (connection->reply) {
        send_some(connection);
    } else if (read_command(connection)) {
        execute(connection);
        if (connection->reply)
            twin_loop_want_write(connection->twin->loop_fd, &connection->watch, true);
        else
            end_connection(connection);
    }
}

static struct twin_control_connection *free_connection(struct twin_control *control) {
    for (unsigned i = 0; i < TWIN_CONTROL_CONNECTION_COUNT; i++) {
        if (control->connection[i].watch.fd < 0) return &control->connection[i];
    }
    return NULL;
}

static void on_listener_ready(void *ctx) {
    struct twin_process *twin = ctx;
    int fd = accept4(twin->control.listener.fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0) return;
    struct twin_control_connection *connection = free_connection(&twin->control);
    if (!connection) {
        static const char busy[] = "error: too many connections; try again\n";
        (void)send(fd, busy, sizeof busy - 1, MSG_NOSIGNAL | MSG_DONTWAIT);
        (void)close(fd);
        return;
    }
    connection->line_size = 0;
    if (twin_loop_add(twin->loop_fd, &connection->watch, fd) != 0) (void)close(fd);
}

int twin_control_open(struct twin_process *twin) {
    struct twin_control *control = &twin->control;
    control->listener = (struct twin_watch){.fd = -1, .ctx = twin, .ready = on_listener_ready};
    for (unsigned i = 0; i < TWIN_CONTROL_CONNECTION_COUNT; i++) {
        struct twin_control_connection *connection = &control->connection[i];
        connection->twin = twin;
        connection->watch = (struct twin_watch){.fd = -1, .ctx = connection, .ready = on_connection_ready};
    }
    int fd = twin_unix_listen(twin->state_dir, TWIN_CONTROL_SOCKET, SOCK_STREAM, TWIN_CONTROL_CONNECTION_COUNT);
    return fd < 0 ? -1 : twin_loop_add(twin->loop_fd, &control->listener, fd);
}

void twin_control_close(struct twin_process *twin) {
    for (unsigned i = 0; i < TWIN_CONTROL_CONNECTION_COUNT; i++) end_connection(&twin->control.connection[i]);
    twin_loop_close(twin->loop_fd, &twin->control.listener);
}
