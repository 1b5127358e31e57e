/* SPDX-License-Identifier: Apache-2.0
 * pace - when the next report is due on one network: each second, more and more seldom while nobody answers, at once when there
 * is news. Pure. */
#ifndef AGENT_PACE_H
#define AGENT_PACE_H

#include <stdbool.h>
#include <stdint.h>

#define PACE_INTERVAL_MS     1000
#define PACE_INTERVAL_MAX_MS 10000
/* So long an unanswered network is reported to each second all the same: answers may be lost where reports are not, and a
 * controller is back from a restart by then. */
#define PACE_PATIENCE_MS 30000
#define PACE_GAP_MIN_MS  250 /* between two reports whatever the haste: at most four a second */

struct pace {
    uint64_t next_ms, sent_ms, heard_ms;
    uint32_t interval_ms;
    bool sent_once;
};

void pace_init(struct pace *pace, uint64_t now_ms);
bool pace_due(const struct pace *pace, uint64_t now_ms);
/* A report went out, or could not. */
void pace_sent(struct pace *pace, uint64_t now_ms);
/* The controller spoke: a challenge or a good answer. */
void pace_heard(struct pace *pace, uint64_t now_ms);
/* There is something to tell, or a way to tell it again: the next report goes as soon as may be. */
void pace_hurry(struct pace *pace, uint64_t now_ms);

#endif
