/* SPDX-License-Identifier: Apache-2.0 */
#include "port/esp32/main/datagrams.h"

#include <esp_task_wdt.h>
#include <freertos/FreeRTOS.h>
#include <freertos/task.h>
#include <lwip/sockets.h>
#include <string.h>

#include "core/check.h"
#include "port/esp32/main/clock.h"
#include "port/esp32/main/loop.h"

#define DATAGRAMS_STACK_SIZE 6144 /* service/heartbeat.c reads a report of 1 KiB in place; mbedTLS hashes it */
#define DATAGRAMS_PRIORITY   6    /* above what serves people, below the controller */
#define DATAGRAMS_WAKE_S     1    /* to pet the watchdog */
#define AGENT_STEP_MS        20   /* the controller looks at a report within this; its own step is 100 ms apart */

_Static_assert(NETCONSOLE_DATAGRAM_MAX > HEARTBEAT_SIZE_MAX, "a report that is too long is seen to be");

static const uint16_t port_of[DATAGRAM_KIND_COUNT] = {
    [DATAGRAM_NETCONSOLE] = DATAGRAMS_NETCONSOLE_PORT, [DATAGRAM_AGENT] = DATAGRAMS_AGENT_PORT};

/* IPv4 comes as ::ffff:a.b.c.d. */
static int open_port(uint16_t port) {
    struct sockaddr_in6 here = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
    int no = 0;
    int fd = socket(AF_INET6, SOCK_DGRAM, IPPROTO_UDP);
    if (fd < 0) return -1;
    if (setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &no, sizeof no) == 0 &&
        bind(fd, (const struct sockaddr *)&here, sizeof here) == 0)
        return fd;
    close(fd);
    return -1;
}

/* Netconsole is IPv4 here: a node's address in the settings is. */
static void hear_kernel(struct datagrams *datagrams, const uint8_t address[16], size_t size) {
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
    uint64_t now_ms = clock_now_ms();
    if (memcmp(address, mapped, sizeof mapped) != 0) return;
    if (!netconsole_admit(&datagrams->senders, &address[12], now_ms)) return;
    loop_lock(datagrams->loop);
    bmc_netconsole(&datagrams->loop->bmc, &address[12], datagrams->data, size);
    loop_step_by(datagrams->loop, now_ms + NETCONSOLE_STEP_MS);
    loop_unlock(datagrams->loop);
}

static void hear_agent(struct datagrams *datagrams, const struct sockaddr_in6 *from, const uint8_t address[16], size_t size) {
    uint8_t answer[HEARTBEAT_ANSWER_MAX];
    loop_lock(datagrams->loop);
    size_t answer_size = bmc_heartbeat(&datagrams->loop->bmc, address, datagrams->data, size, answer);
    if (answer_size > 0) loop_step_by(datagrams->loop, clock_now_ms() + AGENT_STEP_MS);
    loop_unlock(datagrams->loop);
    if (answer_size == 0) return;
    /* A lost answer is no harm: the next report is answered too. */
    (void)sendto(datagrams->fd[DATAGRAM_AGENT], answer, answer_size, MSG_DONTWAIT, (const struct sockaddr *)from, sizeof *from);
}

static void receive(struct datagrams *datagrams, enum datagram_kind kind) {
    struct sockaddr_in6 from = {0};
    socklen_t from_size = sizeof from;
    uint8_t address[16];
    ssize_t size = recvfrom(datagrams->fd[kind], datagrams->data, sizeof datagrams->data, MSG_DONTWAIT, (struct sockaddr *)&from,
                            &from_size);
    if (size <= 0 || from.sin6_family != AF_INET6) return;
    memcpy(address, &from.sin6_addr, sizeof address);
    if (kind == DATAGRAM_NETCONSOLE)
        hear_kernel(datagrams, address, (size_t)size);
    else
        hear_agent(datagrams, &from, address, (size_t)size);
}

static void run(void *argument) {
    struct datagrams *datagrams = argument;
    CHECK(esp_task_wdt_add(NULL) == ESP_OK);
    for (;;) {
        struct timeval wake = {.tv_sec = DATAGRAMS_WAKE_S};
        fd_set ready;
        int highest = -1;
        CHECK(esp_task_wdt_reset() == ESP_OK);
        FD_ZERO(&ready);
        for (enum datagram_kind kind = 0; kind < DATAGRAM_KIND_COUNT; kind++) {
            FD_SET(datagrams->fd[kind], &ready);
            if (datagrams->fd[kind] > highest) highest = datagrams->fd[kind];
        }
        if (select(highest + 1, &ready, NULL, NULL, &wake) <= 0) continue;
        for (enum datagram_kind kind = 0; kind < DATAGRAM_KIND_COUNT; kind++)
            if (FD_ISSET(datagrams->fd[kind], &ready)) receive(datagrams, kind);
    }
}

int datagrams_start(struct datagrams *datagrams, struct loop *loop) {
    memset(datagrams, 0, sizeof *datagrams);
    datagrams->loop = loop;
    for (enum datagram_kind kind = 0; kind < DATAGRAM_KIND_COUNT; kind++) {
        datagrams->fd[kind] = open_port(port_of[kind]);
        if (datagrams->fd[kind] < 0) return -1;
    }
    return xTaskCreate(run, "datagrams", DATAGRAMS_STACK_SIZE, datagrams, DATAGRAMS_PRIORITY, NULL) == pdPASS ? 0 : -1;
}
