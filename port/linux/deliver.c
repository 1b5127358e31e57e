/* SPDX-License-Identifier: Apache-2.0 */
#include "port/linux/deliver.h"

#include <curl/curl.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/version.h"
#include "port/linux/clock.h"
#include "port/linux/say.h"

#define PROBLEM_SIZE EVENT_TEXT_SIZE /* it goes into the log */

/* One delivery under way. Its handle is kept for the next, with the connection to whom it was. */
struct place {
    struct deliver *deliver;
    CURL *easy;
    struct curl_slist *headers;
    size_t answer_size;
    bool taken;
    struct delivery delivery;
};

struct deliver {
    struct loop *loop;
    pthread_t thread;
    CURLM *multi;
    atomic_bool stopping;
    struct loop_waiter waiter; /* wakes the thread when the log has grown */
    char authorities[DELIVER_AUTHORITY_MAX];
    struct place place[SUBSCRIPTION_COUNT];
};

/* ---- one request ---- */

/* The answer's body is dropped; one that does not end is broken off. */
/* NOLINTNEXTLINE(readability-non-const-parameter): as libcurl declares it */
static size_t drop(char *data, size_t size, size_t count, void *ctx) {
    struct place *place = ctx;
    (void)data;
    place->answer_size += size * count;
    return place->answer_size <= DELIVER_ANSWER_MAX ? size * count : 0;
}

static bool add_header(struct place *place, const char *line) {
    struct curl_slist *longer = curl_slist_append(place->headers, line);
    if (longer != NULL) place->headers = longer;
    return longer != NULL;
}

static bool set_headers(struct place *place) {
    char line[SUBSCRIPTION_HEADERS_SIZE];
    bool whole = add_header(place, "Content-Type: application/json") && add_header(place, "OData-Version: 4.0") &&
                 add_header(place, "Expect:"); /* curl would wait a second for 100 Continue */
    for (const char *at = place->delivery.headers, *end; (end = strchr(at, '\n')) != NULL; at = end + 1) {
        snprintf(line, sizeof line, "%.*s", (int)(end - at), at);
        whole = add_header(place, line) && whole;
    }
    explicit_bzero(line, sizeof line);
    return whole;
}

static void set_limits(CURL *easy) {
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)DELIVER_CONNECT_MS);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)DELIVER_TIMEOUT_MS);
}

static void set_verification(CURL *easy, bool verify, const char *authorities) {
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, verify ? 1L : 0L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, verify ? 2L : 0L);
    if (access(authorities, R_OK) == 0) curl_easy_setopt(easy, CURLOPT_CAINFO, authorities);
}

static bool set_up(struct place *place) {
    const struct delivery *delivery = &place->delivery;
    curl_easy_reset(place->easy);
    place->answer_size = 0;
    if (!set_headers(place)) return false;
    set_limits(place->easy);
    set_verification(place->easy, delivery->verify_certificate, place->deliver->authorities);
    curl_easy_setopt(place->easy, CURLOPT_USERAGENT, "super4c-bmc/" SUPER4C_VERSION);
    curl_easy_setopt(place->easy, CURLOPT_HTTPHEADER, place->headers);
    curl_easy_setopt(place->easy, CURLOPT_POSTFIELDSIZE, (long)delivery->body_size);
    curl_easy_setopt(place->easy, CURLOPT_POSTFIELDS, delivery->body);
    curl_easy_setopt(place->easy, CURLOPT_WRITEFUNCTION, drop);
    curl_easy_setopt(place->easy, CURLOPT_WRITEDATA, place);
    curl_easy_setopt(place->easy, CURLOPT_PRIVATE, place);
    return curl_easy_setopt(place->easy, CURLOPT_URL, delivery->destination) == CURLE_OK;
}

static void release(struct place *place) {
    curl_slist_free_all(place->headers);
    place->headers = NULL;
    explicit_bzero(place->delivery.headers, sizeof place->delivery.headers);
    place->taken = false;
}

/* ---- the controller's side, with the lock held ---- */

static struct place *free_place(struct deliver *deliver) {
    for (size_t i = 0; i < SUBSCRIPTION_COUNT; i++)
        if (!deliver->place[i].taken) return &deliver->place[i];
    return NULL;
}

/* There are as many places as subscriptions, and each of these has one delivery at a time. Only those that were deleted meanwhile
 * may hold a place longer, for DELIVER_TIMEOUT_MS at the most. */
static uint64_t take_deliveries(struct deliver *deliver) {
    uint64_t wake_ms = UINT64_MAX;
    for (struct place *place; (place = free_place(deliver)) != NULL;) {
        if (!bmc_delivery(&deliver->loop->bmc, &place->delivery, &wake_ms)) return wake_ms;
        place->taken = true;
        if (set_up(place) && curl_multi_add_handle(deliver->multi, place->easy) == CURLM_OK) continue;
        bmc_delivered(&deliver->loop->bmc, &place->delivery, "no memory");
        release(place);
    }
    return UINT64_MAX;
}

static void wake(struct loop_waiter *waiter) {
    struct deliver *deliver = (struct deliver *)(void *)((char *)waiter - offsetof(struct deliver, waiter));
    curl_multi_wakeup(deliver->multi);
}

static void watch_log(struct deliver *deliver) {
    if (deliver->waiter.waiting) return;
    deliver->waiter = (struct loop_waiter){
        .wake = wake, .until_ms = UINT64_MAX, .log_sequence = eventlog_last(&deliver->loop->bmc.core.log)};
    (void)loop_wait(deliver->loop, &deliver->waiter); /* refused when the program ends: then deliver_stop() comes */
}

/* ---- the thread ---- */

/* For people; short, since it stands in a log entry. NULL when the listener took it. */
static const char *judge(CURL *easy, CURLcode result, char problem[PROBLEM_SIZE]) {
    long status = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    if (result == CURLE_OK && status >= 200 && status <= 299) return NULL;
    if (result == CURLE_OK)
        snprintf(problem, PROBLEM_SIZE, "it answers %ld", status);
    else
        snprintf(problem, PROBLEM_SIZE, "%.*s", PROBLEM_SIZE - 1, curl_easy_strerror(result));
    return problem;
}

static void settle(struct deliver *deliver) {
    const CURLMsg *message;
    int left;
    while ((message = curl_multi_info_read(deliver->multi, &left)) != NULL) {
        if (message->msg != CURLMSG_DONE) continue;
        CURL *easy = message->easy_handle;
        char problem[PROBLEM_SIZE];
        const char *fault = judge(easy, message->data.result, problem);
        struct place *place = NULL;
        curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&place);
        curl_multi_remove_handle(deliver->multi, easy);
        loop_lock(deliver->loop);
        bmc_delivered(&deliver->loop->bmc, &place->delivery, fault);
        loop_unlock(deliver->loop);
        release(place);
    }
}

static int poll_ms(uint64_t wake_ms) {
    uint64_t now_ms = clock_now_ms();
    if (wake_ms <= now_ms) return 0;
    return wake_ms - now_ms < DELIVER_IDLE_MS ? (int)(wake_ms - now_ms) : DELIVER_IDLE_MS;
}

/* Waits for the network or a wake-up, and settles what has ended. */
static void turn(struct deliver *deliver, uint64_t wake_ms) {
    int running;
    curl_multi_perform(deliver->multi, &running);
    curl_multi_poll(deliver->multi, NULL, 0, poll_ms(wake_ms), NULL);
    curl_multi_perform(deliver->multi, &running);
    settle(deliver);
}

static bool any_under_way(const struct deliver *deliver) {
    for (size_t i = 0; i < SUBSCRIPTION_COUNT; i++)
        if (deliver->place[i].taken) return true;
    return false;
}

static void *run(void *argument) {
    struct deliver *deliver = argument;
    while (!atomic_load(&deliver->stopping)) {
        loop_lock(deliver->loop);
        uint64_t wake_ms = take_deliveries(deliver);
        watch_log(deliver);
        loop_unlock(deliver->loop);
        turn(deliver, wake_ms);
    }
    /* What a listener takes now need not come again after the restart. */
    uint64_t end_ms = clock_now_ms() + DELIVER_FINISH_MS;
    while (any_under_way(deliver) && clock_now_ms() < end_ms) turn(deliver, end_ms);
    return NULL;
}

/* ---- start and stop ---- */

static void free_all(struct deliver *deliver) {
    for (size_t i = 0; i < SUBSCRIPTION_COUNT; i++) {
        struct place *place = &deliver->place[i];
        if (place->taken) curl_multi_remove_handle(deliver->multi, place->easy);
        release(place);
        curl_easy_cleanup(place->easy);
    }
    curl_multi_cleanup(deliver->multi);
    curl_global_cleanup();
    free(deliver);
}

struct deliver *deliver_start(struct loop *loop, const char *state_path) {
    struct deliver *deliver = calloc(1, sizeof *deliver);
    if (deliver == NULL || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        free(deliver);
        return NULL;
    }
    deliver->loop = loop;
    snprintf(deliver->authorities, sizeof deliver->authorities, "%s/tls/listeners.pem", state_path);
    deliver->multi = curl_multi_init();
    bool whole = deliver->multi != NULL;
    for (size_t i = 0; i < SUBSCRIPTION_COUNT; i++) {
        deliver->place[i].deliver = deliver;
        deliver->place[i].easy = curl_easy_init();
        whole = whole && deliver->place[i].easy != NULL;
    }
    if (whole && pthread_create(&deliver->thread, NULL, run, deliver) == 0) return deliver;
    free_all(deliver);
    return NULL;
}

void deliver_stop(struct deliver *deliver) {
    if (deliver == NULL) return;
    atomic_store(&deliver->stopping, true);
    curl_multi_wakeup(deliver->multi);
    pthread_join(deliver->thread, NULL);
    loop_lock(deliver->loop);
    bmc_deliveries_end(&deliver->loop->bmc);
    loop_unlock(deliver->loop);
    free_all(deliver);
}
