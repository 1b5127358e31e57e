/* SPDX-License-Identifier: Apache-2.0 */
#include "port/linux/derive.h"

#include <sys/resource.h>
#include <unistd.h>

#include "port/common/crypto_mbedtls.h"

#define DERIVE_NICE 10 /* the control thread and the servers come first on a busy machine */

static void finish(struct derive *derive, struct derive_job *job) {
    pthread_mutex_lock(&derive->lock);
    derive->place_count--;
    pthread_mutex_unlock(&derive->lock);
    job->done(job);
}

static struct derive_job *take(struct derive *derive) {
    struct derive_job *job = derive->first;
    if (job == NULL) return NULL;
    derive->first = job->next;
    if (derive->first == NULL) derive->last = &derive->first;
    return job;
}

static void *run(void *argument) {
    struct derive *derive = argument;
    setpriority(PRIO_PROCESS, (id_t)gettid(), DERIVE_NICE); /* Linux: of this thread. Without it things are slower, not wrong */
    pthread_mutex_lock(&derive->lock);
    while (!derive->stopping) {
        struct derive_job *job = take(derive);
        if (job == NULL) {
            pthread_cond_wait(&derive->changed, &derive->lock);
            continue;
        }
        pthread_mutex_unlock(&derive->lock);
        job->failed = !crypto_derive(job->password, job->hash);
        finish(derive, job);
        pthread_mutex_lock(&derive->lock);
    }
    pthread_mutex_unlock(&derive->lock);
    return NULL;
}

int derive_start(struct derive *derive) {
    *derive = (struct derive){.last = &derive->first};
    pthread_mutex_init(&derive->lock, NULL);
    pthread_cond_init(&derive->changed, NULL);
    for (unsigned i = 0; i < DERIVE_THREAD_COUNT; i++) {
        if (pthread_create(&derive->thread[i], NULL, run, derive) != 0) return -1;
        derive->thread_count++;
    }
    return 0;
}

void derive_stop(struct derive *derive) {
    struct derive_job *job;
    pthread_mutex_lock(&derive->lock);
    derive->stopping = true;
    pthread_cond_broadcast(&derive->changed);
    pthread_mutex_unlock(&derive->lock);
    for (; derive->thread_count > 0; derive->thread_count--) pthread_join(derive->thread[derive->thread_count - 1], NULL);
    while ((job = take(derive)) != NULL) { /* nobody else touches the queue any more: submit sees stopping */
        job->failed = true;
        finish(derive, job);
    }
}

bool derive_reserve(struct derive *derive) {
    pthread_mutex_lock(&derive->lock);
    bool free_place = !derive->stopping && derive->place_count < DERIVE_THREAD_COUNT + DERIVE_QUEUE_MAX;
    if (free_place) derive->place_count++;
    pthread_mutex_unlock(&derive->lock);
    return free_place;
}

void derive_submit(struct derive *derive, struct derive_job *job) {
    pthread_mutex_lock(&derive->lock);
    bool stopping = derive->stopping;
    if (!stopping) {
        job->next = NULL;
        *derive->last = job;
        derive->last = &job->next;
        pthread_cond_signal(&derive->changed);
    }
    pthread_mutex_unlock(&derive->lock);
    if (!stopping) return;
    job->failed = true;
    finish(derive, job);
}
