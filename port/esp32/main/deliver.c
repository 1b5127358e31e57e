/* SPDX-License-Identifier: Apache-2.0 */
#include "port/esp32/main/deliver.h"

#include <esp_crt_bundle.h>
#include <esp_http_client.h>
#include <mbedtls/platform_util.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/version.h"
#include "port/esp32/main/clock.h"

#define STACK_SIZE    8192            /* a TLS handshake by mbedTLS takes 6 KB (guessed, to be measured) */
#define TASK_PRIORITY 3               /* below those who serve people */
#define PROBLEM_SIZE  EVENT_TEXT_SIZE /* it goes into the log */

struct deliver {
    struct loop *loop;
    SemaphoreHandle_t woken;
    struct loop_waiter waiter; /* wakes the task when the log has grown */
    struct delivery delivery;
};

/* ---- one request ---- */

/* "Name: value\n" of each, taken apart in place. */
static bool set_headers(esp_http_client_handle_t client, char *headers) {
    bool whole = esp_http_client_set_header(client, "Content-Type", "application/json") == ESP_OK &&
                 esp_http_client_set_header(client, "OData-Version", "4.0") == ESP_OK;
    for (char *at = headers, *end; whole && (end = strchr(at, '\n')) != NULL; at = end + 1) {
        char *colon = strchr(at, ':');
        *end = '\0';
        if (colon == NULL) continue;
        *colon = '\0';
        whole = esp_http_client_set_header(client, at, colon + 1 + strspn(colon + 1, " ")) == ESP_OK;
    }
    return whole;
}

/* For people; short, since it stands in a log entry. NULL when the listener took it. */
static const char *judge(esp_http_client_handle_t client, esp_err_t error, char problem[PROBLEM_SIZE]) {
    int status = esp_http_client_get_status_code(client);
    if (error == ESP_OK && status >= 200 && status <= 299) return NULL;
    if (error == ESP_OK)
        snprintf(problem, PROBLEM_SIZE, "it answers %d", status);
    else
        snprintf(problem, PROBLEM_SIZE, "%s", error == ESP_ERR_HTTP_CONNECT ? "no connection" : "no answer");
    return problem;
}

static const char *post(struct delivery *delivery, char problem[PROBLEM_SIZE]) {
    const esp_http_client_config_t config = {
        .url = delivery->destination,
        .method = HTTP_METHOD_POST,
        .timeout_ms = DELIVER_TIMEOUT_MS,
        .user_agent = "super4c-bmc/" SUPER4C_VERSION,
        .disable_auto_redirect = true,
        .crt_bundle_attach = delivery->verify_certificate ? esp_crt_bundle_attach : NULL,
        .skip_cert_common_name_check = !delivery->verify_certificate,
    };
    esp_http_client_handle_t client = esp_http_client_init(&config);
    const char *fault = "no memory";
    if (client != NULL && set_headers(client, delivery->headers) &&
        esp_http_client_set_post_field(client, delivery->body, (int)delivery->body_size) == ESP_OK)
        fault = judge(client, esp_http_client_perform(client), problem);
    if (client != NULL) (void)esp_http_client_cleanup(client);
    mbedtls_platform_zeroize(delivery->headers, sizeof delivery->headers);
    return fault;
}

/* ---- the task ---- */

static void wake(struct loop_waiter *waiter) {
    struct deliver *deliver = (struct deliver *)(void *)((char *)waiter - offsetof(struct deliver, waiter));
    (void)xSemaphoreGive(deliver->woken);
}

/* Takes the next delivery, or else sleeps until there may be one. */
static bool take(struct deliver *deliver) {
    struct loop *loop = deliver->loop;
    uint64_t wake_ms = UINT64_MAX, now_ms = clock_now_ms();
    loop_lock(loop);
    bool taken = bmc_delivery(&loop->bmc, &deliver->delivery, &wake_ms);
    if (!taken && !deliver->waiter.waiting) {
        deliver->waiter = (struct loop_waiter){
            .wake = wake, .until_ms = UINT64_MAX, .log_sequence = eventlog_last(&loop->bmc.core.log)};
        (void)loop_wait(loop, &deliver->waiter); /* refused when the firmware ends */
    }
    loop_unlock(loop);
    if (taken) return true;
    uint64_t sleep_ms = wake_ms > now_ms ? wake_ms - now_ms : 0;
    if (sleep_ms > DELIVER_IDLE_MS) sleep_ms = DELIVER_IDLE_MS;
    (void)xSemaphoreTake(deliver->woken, pdMS_TO_TICKS(sleep_ms));
    return false;
}

static void work(void *argument) {
    struct deliver *deliver = argument;
    for (;;) {
        char problem[PROBLEM_SIZE];
        if (!take(deliver)) continue;
        const char *fault = post(&deliver->delivery, problem);
        loop_lock(deliver->loop);
        bmc_delivered(&deliver->loop->bmc, &deliver->delivery, fault);
        loop_unlock(deliver->loop);
    }
}

int deliver_start(struct loop *loop) {
    struct deliver *deliver = calloc(1, sizeof *deliver);
    if (deliver == NULL) return -1;
    deliver->loop = loop;
    deliver->woken = xSemaphoreCreateBinary();
    if (deliver->woken == NULL) return -1;
    return xTaskCreate(work, "deliver", STACK_SIZE, deliver, TASK_PRIORITY, NULL) == pdPASS ? 0 : -1;
}
