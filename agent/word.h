/* SPDX-License-Identifier: Apache-2.0
 * word - the enrolment word that the controller shows once (docs/heartbeat.md, "Enrolment"). Pure. */
#ifndef AGENT_WORD_H
#define AGENT_WORD_H

#include <stdint.h>

#include "agent/wire.h"

#define WORD_PREFIX "S4A1-"
#define WORD_DIGITS 80 /* of base32, behind the prefix: 50 bytes */
#define WORD_SIZE   (sizeof WORD_PREFIX + WORD_DIGITS)

struct word {
    uint8_t node; /* 1 to 4 */
    uint32_t generation;
    uint8_t key[WIRE_KEY_SIZE];
    uint8_t controller[NETWORK_COUNT][4]; /* zeros: not given */
};

#define WORD_PROBLEM_SIZE 160

/* 0, or -1 with a sentence about what is wrong in problem. Small letters are as good as capitals. */
int word_read(const char *text, struct word *word, char problem[WORD_PROBLEM_SIZE]);

#endif
