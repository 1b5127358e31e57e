/* SPDX-License-Identifier: Apache-2.0 */
#include "twin/qemu_wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "twin/process.h"

#define NETCONSOLE_PORT 6666 /* the kernel's default */
#define FIRST_STAND_IN  0x7F00000Bu

static struct twin_process *twin_of(const struct twin_qemu_wire *wire) { return wire->node->twin; }

/* Both networks reach the controller through its one Ethernet. */
bool twin_qemu_wire_carries(const struct twin_qemu_wire *wire) {
    const struct twin_board *board = &twin_of(wire)->board;
    return !wire->cut && board->link_up && twin_board_powered(board);
}

/* The service network as qemu_exec.c and qemu/init set it up; nobody there needs ARP. */
static const struct twin_ether_end controller_end = {.mac = {0x02, 0x00, 0x53, 0x34, 0x43, 0x01}, .address = 0x0A2C0001};

static struct twin_ether_end guest_end(const struct twin_qemu_wire *wire) {
    unsigned index = wire->node->index;
    return (struct twin_ether_end){.mac = {0x52, 0x54, 0x00, 0x34, 0x43, (uint8_t)(index + 1)}, .address = 0x0A2C000B + index};
}

/* ---- from the guest ---- */

static void pass_kernel_words(struct twin_qemu_wire *wire, const uint8_t *frame, size_t size) {
    struct twin_payload payload = twin_ether_udp(frame, size, NETCONSOLE_PORT);
    if (!payload.data || wire->network != TWIN_SERVICE) return;
    twin_qemu_listen(wire->node, &payload);
    if (twin_qemu_wire_carries(wire))
        twin_kernel_words_send(&twin_of(wire)->words, wire->node->index, payload.data, payload.size);
}

static void pass_report(struct twin_qemu_wire *wire, const uint8_t *frame, size_t size) {
    struct twin_payload payload = twin_ether_udp(frame, size, TWIN_AGENT_PORT);
    uint16_t port = twin_of(wire)->agent_port;
    if (!payload.data || port == 0 || !twin_qemu_wire_carries(wire)) return;
    const struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    twin_ether_ends(frame, &wire->agent, &wire->controller);
    wire->agent_known = true;
    (void)sendto(wire->answers.fd, payload.data, payload.size, MSG_DONTWAIT, (const struct sockaddr *)&to, sizeof to);
}

static void pass_echo(struct twin_qemu_wire *wire, const uint8_t *frame, size_t size) {
    struct twin_echo echo;
    if (wire->network != TWIN_SERVICE || !twin_qemu_wire_carries(wire) || !twin_ether_echo_reply(frame, size, &echo)) return;
    if (echo.from != guest_end(wire).address || echo.to != controller_end.address) return;
    twin_ping_answer(&twin_of(wire)->ping, wire->node->index, echo.identifier, echo.sequence);
}

static void on_frame(void *ctx) {
    struct twin_qemu_wire *wire = ctx;
    uint8_t frame[TWIN_FRAME_SIZE_MAX];
    ssize_t size = recv(wire->frames.fd, frame, sizeof frame, MSG_DONTWAIT);
    if (size < 0 && errno != EAGAIN && errno != EINTR) twin_loop_close(twin_of(wire)->loop_fd, &wire->frames);
    if (size <= 0) return; /* an empty datagram is no end */
    if (!twin_qemu_survived(wire->node)) return;
    pass_kernel_words(wire, frame, (size_t)size);
    pass_report(wire, frame, (size_t)size);
    pass_echo(wire, frame, (size_t)size);
}

/* ---- to the guest ---- */

static void on_answer(void *ctx) {
    struct twin_qemu_wire *wire = ctx;
    uint8_t payload[TWIN_FRAME_SIZE_MAX], frame[TWIN_FRAME_SIZE_MAX];
    struct sockaddr_in from = {0};
    socklen_t from_size = sizeof from;
    ssize_t size = recvfrom(wire->answers.fd, payload, sizeof payload, MSG_DONTWAIT, (struct sockaddr *)&from, &from_size);
    bool ours = from.sin_port == htons(twin_of(wire)->agent_port) && from.sin_addr.s_addr == htonl(INADDR_LOOPBACK);
    if (size < 0 || !ours || !wire->agent_known || wire->frames.fd < 0) return;
    if (!twin_qemu_survived(wire->node) || !twin_qemu_wire_carries(wire)) return;
    size_t frame_size = twin_ether_write_udp(&wire->controller, &wire->agent, payload, (size_t)size, frame);
    if (frame_size) (void)send(wire->frames.fd, frame, frame_size, MSG_NOSIGNAL | MSG_DONTWAIT);
}

void twin_qemu_wire_ping(struct twin_qemu_wire *wire, uint16_t identifier, uint16_t sequence) {
    if (wire->frames.fd < 0 || !twin_qemu_wire_carries(wire)) return;
    const struct twin_ether_end guest = guest_end(wire);
    uint8_t frame[TWIN_FRAME_SIZE_MAX];
    size_t size = twin_ether_write_echo(&controller_end, &guest, identifier, sequence, frame);
    (void)send(wire->frames.fd, frame, size, MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* ---- */

void twin_qemu_wire_init(struct twin_qemu_wire *wire, struct twin_qemu_node *node, enum twin_network network) {
    *wire = (struct twin_qemu_wire){.node = node, .network = network};
    wire->frames = (struct twin_watch){.fd = -1, .ctx = wire, .ready = on_frame};
    wire->answers = (struct twin_watch){.fd = -1, .ctx = wire, .ready = on_answer};
}

uint32_t twin_qemu_wire_stand_in(enum twin_network network, unsigned index) {
    return FIRST_STAND_IN + ((uint32_t)network << 8) + index;
}

/* A socket of its own for each life of the guest, so that no answer to the one before can reach it. */
static int open_stand_in(const struct twin_qemu_wire *wire) {
    uint32_t address = twin_qemu_wire_stand_in(wire->network, wire->node->index);
    const struct sockaddr_in here = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(address)};
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd >= 0 && bind(fd, (const struct sockaddr *)&here, sizeof here) == 0) return fd;
    if (fd >= 0) (void)close(fd);
    return -1;
}

int twin_qemu_wire_start(struct twin_qemu_wire *wire, int frames_fd) {
    int loop_fd = twin_of(wire)->loop_fd, fd = open_stand_in(wire);
    wire->agent_known = false;
    if (fd >= 0 && twin_loop_add(loop_fd, &wire->answers, fd) != 0) (void)close(fd);
    return twin_loop_add(loop_fd, &wire->frames, frames_fd) == 0 && fd >= 0 ? 0 : -1;
}

void twin_qemu_wire_stop(struct twin_qemu_wire *wire) {
    twin_loop_close(twin_of(wire)->loop_fd, &wire->frames);
    twin_loop_close(twin_of(wire)->loop_fd, &wire->answers);
}
