/* SPDX-License-Identifier: Apache-2.0
 * derive - hashes passwords aside from everything else: one task of the lowest priority and a short queue, so that a crowd at the
 * sign-in can slow down sign-ins only. Whoever finds the queue full is told at once. As port/linux/derive.h, by FreeRTOS. */
#ifndef PORT_ESP32_DERIVE_H
#define PORT_ESP32_DERIVE_H

#include <freertos/FreeRTOS.h>
#include <freertos/queue.h>
#include <freertos/semphr.h>
#include <stdbool.h>

#include "core/accounts.h"

/* The chip hashes about a tenth as fast as what CRYPTO_PASSWORD_ITERATIONS was made for: half a second for one (guessed, to be
 * measured on a board). Guessing over the network is held back by the lockout long before this matters. */
#define DERIVE_PASSWORD_ITERATIONS 10000
#define DERIVE_PLACE_COUNT         4 /* the last one waits 2 s */

struct derive_job {
    const char *password;
    struct password_hash *hash;           /* salt and iterations in, key out */
    bool failed;                          /* out */
    void (*done)(struct derive_job *job); /* called once, from another task; the job may be reused from then on */
};

struct derive {
    QueueHandle_t jobs;       /* of pointers to jobs */
    SemaphoreHandle_t places; /* counts the free ones */
};

/* 0 or -1. */
int derive_start(struct derive *derive);
/* Takes a place for one job. False when there is none. */
bool derive_reserve(struct derive *derive);
/* Never refuses; needs a reserved place. */
void derive_submit(struct derive *derive, struct derive_job *job);

#endif
