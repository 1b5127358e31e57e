/* SPDX-License-Identifier: Apache-2.0
 * derive - hashes passwords aside from everything else: two threads of low priority and a short queue, so that a crowd at the
 * sign-in can slow down sign-ins only. Whoever finds the queue full is told at once; nobody waits longer than the queue's length
 * times one hash. */
#ifndef PORT_LINUX_DERIVE_H
#define PORT_LINUX_DERIVE_H

#include <pthread.h>
#include <stdbool.h>

#include "core/accounts.h"

#define DERIVE_THREAD_COUNT 2
#define DERIVE_QUEUE_MAX    8 /* with 100 ms a hash the last one waits 0.5 s */

struct derive_job {
    const char *password;
    struct password_hash *hash;           /* salt and iterations in, key out */
    bool failed;                          /* out */
    void (*done)(struct derive_job *job); /* called once, from another thread; the job may be reused from then on */
    struct derive_job *next;
};

struct derive {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    pthread_t thread[DERIVE_THREAD_COUNT];
    unsigned thread_count;
    struct derive_job *first, **last;
    unsigned place_count; /* taken: reserved, queued or in work */
    bool stopping;
};

/* 0 or -1. */
int derive_start(struct derive *derive);
/* What waits is failed; what is in work is finished. */
void derive_stop(struct derive *derive);
/* Takes a place for one job. False when there is none. */
bool derive_reserve(struct derive *derive);
/* Never refuses; needs a reserved place. done() may be called before this returns. */
void derive_submit(struct derive *derive, struct derive_job *job);

#endif
