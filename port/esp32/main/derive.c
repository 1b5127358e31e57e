/* SPDX-License-Identifier: Apache-2.0 */
#include "port/esp32/main/derive.h"

#include <freertos/task.h>

#include "core/check.h"
#include "port/common/crypto_mbedtls.h"

#define DERIVE_STACK_SIZE 4096 /* mbedTLS's HMAC contexts, some hundred bytes each */
#define DERIVE_PRIORITY   1    /* just above idle */

static void run(void *argument) {
    struct derive *derive = argument;
    for (;;) {
        struct derive_job *job;
        CHECK(xQueueReceive(derive->jobs, &job, portMAX_DELAY) == pdTRUE);
        job->failed = !crypto_derive(job->password, job->hash);
        CHECK(xSemaphoreGive(derive->places) == pdTRUE);
        job->done(job);
    }
}

int derive_start(struct derive *derive) {
    derive->jobs = xQueueCreate(DERIVE_PLACE_COUNT, sizeof(struct derive_job *));
    derive->places = xSemaphoreCreateCounting(DERIVE_PLACE_COUNT, DERIVE_PLACE_COUNT);
    if (derive->jobs == NULL || derive->places == NULL) return -1;
    return xTaskCreate(run, "derive", DERIVE_STACK_SIZE, derive, DERIVE_PRIORITY, NULL) == pdPASS ? 0 : -1;
}

bool derive_reserve(struct derive *derive) { return xSemaphoreTake(derive->places, 0) == pdTRUE; }

void derive_submit(struct derive *derive, struct derive_job *job) { CHECK(xQueueSend(derive->jobs, &job, 0) == pdTRUE); }
