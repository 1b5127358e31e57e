/* SPDX-License-Identifier: Apache-2.0 */
#include "twin/qemu_node.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "twin/log.h"
#include "twin/process.h"
#include "twin/qemu_exec.h"

static void close_watches(struct twin_qemu_node *node) {
    for (unsigned n = 0; n < TWIN_NETWORK_COUNT; n++) twin_qemu_wire_stop(&node->wire[n]);
    twin_loop_close(node->twin->loop_fd, &node->serial);
}

/* ---- what the guest says ---- */

bool twin_qemu_survived(const struct twin_qemu_node *node) {
    pid_t pid = node->pid;
    twin_process_advance(node->twin);
    return node->pid == pid;
}

static bool contains(const struct twin_payload *payload, const char *text) {
    return memmem(payload->data, payload->size, text, strlen(text)) != NULL;
}

void twin_qemu_listen(struct twin_qemu_node *node, const struct twin_payload *payload) {
    if (contains(payload, "Kernel panic - not syncing"))
        twin_board_node_report(&node->twin->board, node->index, TWIN_NODE_PANICKED);
    /* A panicked kernel spins for ever and says no more. Stopping it spares the machine a core and changes nothing one can see.
     */
    if (contains(payload, "---[ end Kernel panic")) (void)kill(node->pid, SIGSTOP);
}

/* "up BOOT_ID SECONDS", as the guest's init writes it each second. False when the line is anything else. */
static bool parse_report(const char *line, char boot_id[TWIN_BOOT_ID_SIZE], double *uptime_s) {
    static const char prefix[] = "up ";
    const size_t prefix_size = sizeof prefix - 1, id_size = TWIN_BOOT_ID_SIZE - 1;
    if (strncmp(line, prefix, prefix_size) != 0) return false;
    const char *id = line + prefix_size;
    if (strspn(id, "0123456789abcdef-") != id_size || id[id_size] != ' ') return false;
    memcpy(boot_id, id, id_size);
    boot_id[id_size] = '\0';
    char *end;
    *uptime_s = strtod(id + id_size + 1, &end);
    return *end == '\0' && *uptime_s >= 0 && *uptime_s < 1e9;
}

static void handle_report(struct twin_qemu_node *node) {
    char boot_id[TWIN_BOOT_ID_SIZE];
    double uptime_s;
    if (!parse_report(node->line, boot_id, &uptime_s)) return;
    struct twin_board *board = &node->twin->board;
    node->user_space_spoke = true;
    twin_board_node_report_kernel(board, node->index, boot_id, (uint64_t)(uptime_s * 1e6));
    if (twin_board_node_view(board, node->index).state == TWIN_NODE_BOOTING)
        twin_board_node_report(board, node->index, TWIN_NODE_UP);
}

static void on_serial(void *ctx) {
    struct twin_qemu_node *node = ctx;
    char bytes[256];
    ssize_t size = recv(node->serial.fd, bytes, sizeof bytes, MSG_DONTWAIT);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (size <= 0) {
        twin_loop_close(node->twin->loop_fd, &node->serial);
        return;
    }
    if (!twin_qemu_survived(node)) return;
    for (ssize_t i = 0; i < size; i++) {
        if (bytes[i] == '\n') {
            node->line[node->line_size] = '\0';
            node->line_size = 0;
            handle_report(node);
        } else if (bytes[i] != '\r' && node->line_size < sizeof node->line - 1) {
            node->line[node->line_size++] = bytes[i]; /* the rest of an overlong line is dropped, and the line fails to parse */
        }
    }
}

/* ---- power ---- */

static void start(struct twin_qemu_node *node) {
    struct twin_qemu_child child;
    if (twin_qemu_exec(&node->twin->qemu_options, node->twin->state_dir, node->index, &child) != 0) {
        twin_log("node %u: cannot start QEMU: %s", node->index + 1, strerror(errno));
        return;
    }
    node->pid = child.pid;
    node->user_space_spoke = false;
    node->line_size = 0;
    bool watched = twin_loop_add(node->twin->loop_fd, &node->serial, child.serial_fd) == 0;
    for (unsigned n = 0; n < TWIN_NETWORK_COUNT; n++)
        watched = twin_qemu_wire_start(&node->wire[n], child.net_fd[n]) == 0 && watched;
    if (!watched) twin_log("node %u: cannot watch QEMU: %s", node->index + 1, strerror(errno));
    twin_log("node %u: QEMU %d started", node->index + 1, (int)child.pid);
}

static void stop(struct twin_qemu_node *node) {
    if (node->pid == 0) return;
    (void)kill(node->pid, SIGKILL); /* reaped later, when it is no longer ours to watch */
    twin_log("node %u: power cut, QEMU %d killed", node->index + 1, (int)node->pid);
    node->pid = 0;
    close_watches(node);
}

void twin_qemu_power(struct twin_process *twin, unsigned index, bool on) {
    stop(&twin->qemu[index]);
    if (on) start(&twin->qemu[index]);
}

void twin_qemu_init(struct twin_process *twin) {
    for (unsigned n = 0; n < TWIN_NODE_COUNT; n++) {
        struct twin_qemu_node *node = &twin->qemu[n];
        *node = (struct twin_qemu_node){.twin = twin, .index = n};
        for (unsigned w = 0; w < TWIN_NETWORK_COUNT; w++) twin_qemu_wire_init(&node->wire[w], node, (enum twin_network)w);
        node->serial = (struct twin_watch){.fd = -1, .ctx = node, .ready = on_serial};
    }
}

/* ---- orders ---- */

static const char *order_guest(struct twin_qemu_node *node, const char *order) {
    if (!node->user_space_spoke || node->serial.fd < 0) return "the node's kernel has no user space yet to obey";
    if (send(node->serial.fd, order, strlen(order), MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
        return "the node's kernel does not take orders";
    return NULL;
}

const char *twin_qemu_act(struct twin_process *twin, unsigned index, enum twin_node_action action) {
    struct twin_qemu_node *node = &twin->qemu[index];
    if (node->pid == 0) return "the node's QEMU is not running";
    switch (action) {
    case TWIN_NODE_HANG:
        if (kill(node->pid, SIGSTOP) != 0) return strerror(errno);
        twin_board_node_report(&twin->board, index, TWIN_NODE_HUNG);
        return NULL;
    case TWIN_NODE_PANIC:
        return order_guest(node, "panic\n");
    case TWIN_NODE_HALT:
        return order_guest(node, "halt\n");
    default:
        return "not an order for a kernel";
    }
}

const char *twin_qemu_fault(struct twin_process *twin, unsigned index, const char *word) {
    struct twin_qemu_node *node = &twin->qemu[index];
    char order[TWIN_QEMU_LINE_SIZE];
    if (node->pid == 0) return "the node's QEMU is not running";
    if (word[strspn(word, "abcdefghijklmnopqrstuvwxyz-")] != '\0') return "a fault is a word of small letters";
    if ((size_t)snprintf(order, sizeof order, "fault %s\n", word) >= sizeof order) return "there is no word so long";
    return order_guest(node, order);
}

/* ---- ends ---- */

static struct twin_qemu_node *node_of(struct twin_process *twin, pid_t pid) {
    for (unsigned n = 0; n < TWIN_NODE_COUNT; n++) {
        if (twin->qemu[n].pid == pid) return &twin->qemu[n];
    }
    return NULL; /* one whose power was cut */
}

void twin_qemu_reap(struct twin_process *twin) {
    int status;
    pid_t pid;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        struct twin_qemu_node *node = node_of(twin, pid);
        if (!node) continue;
        bool powered_off = WIFEXITED(status) && WEXITSTATUS(status) == 0;
        twin_log("node %u: QEMU %d ended%s", node->index + 1, (int)pid,
                 powered_off ? ": the kernel powered off" : " with an error; see its log");
        node->pid = 0;
        close_watches(node);
        twin_board_node_report(&twin->board, node->index, TWIN_NODE_HALTED);
    }
}

void twin_qemu_kill_all(struct twin_process *twin) {
    for (unsigned n = 0; n < TWIN_NODE_COUNT; n++) stop(&twin->qemu[n]);
    while (waitpid(-1, NULL, 0) > 0) {}
}
