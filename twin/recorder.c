/* SPDX-License-Identifier: Apache-2.0 */
#include "twin/recorder.h"

void twin_recorder_add(struct twin_recorder *recorder, uint64_t us, unsigned net, bool level) {
    recorder->ring[recorder->recorded_count % TWIN_EDGE_COUNT] = (struct twin_edge){
        .us = us, .net = (uint8_t)net, .level = level};
    recorder->recorded_count++;
}

uint64_t twin_recorder_forgotten_count(const struct twin_recorder *recorder) {
    return recorder->recorded_count > TWIN_EDGE_COUNT ? recorder->recorded_count - TWIN_EDGE_COUNT : 0;
}

void twin_recorder_each(const struct twin_recorder *recorder, uint64_t from,
                        bool (*edge)(void *ctx, const struct twin_edge *edge), void *ctx) {
    uint64_t forgotten_count = twin_recorder_forgotten_count(recorder);
    for (uint64_t i = from > forgotten_count ? from : forgotten_count; i < recorder->recorded_count; i++) {
        if (!edge(ctx, &recorder->ring[i % TWIN_EDGE_COUNT])) return;
    }
}
