/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/word.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "agent/hmac.h"

#define VERSION       1
#define BYTES         (WORD_DIGITS * 5 / 8)
#define CHECKSUM_SIZE 4

enum { AT_VERSION = 0, AT_NODE = 1, AT_GENERATION = 2, AT_KEY = 6, AT_CONTROLLER = 38, AT_CHECKSUM = 46 }; /* offsets */

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"; /* RFC 4648, section 6 */

/* 0 to 31, or -1. */
static int digit_value(char c) {
    if (c >= 'a' && c <= 'z') c = (char)(c - 'a' + 'A');
    const char *at = c ? strchr(alphabet, c) : NULL;
    return at ? (int)(at - alphabet) : -1;
}

static const char *mistaken_digit(char c) {
    switch (c) {
    case '0':
        return "; it may be the letter O";
    case '1':
        return "; it may be the letter I or L";
    case '8':
        return "; it may be the letter B";
    default:
        return "";
    }
}

static bool decode(const char *digits, uint8_t bytes[BYTES], char *problem) {
    uint32_t bits = 0;
    unsigned bit_count = 0, byte_count = 0;
    for (unsigned i = 0; i < WORD_DIGITS; i++) {
        int value = digit_value(digits[i]);
        if (value < 0) {
            bool shown = digits[i] > ' ' && digits[i] < 0x7f;
            (void)snprintf(problem, WORD_PROBLEM_SIZE, "character %u, '%c', is none of A to Z and 2 to 7%s",
                           i + (unsigned)sizeof WORD_PREFIX, shown ? digits[i] : '?', mistaken_digit(digits[i]));
            return false;
        }
        bits = bits << 5 | (uint32_t)value;
        bit_count += 5;
        if (bit_count >= 8) {
            bit_count -= 8;
            bytes[byte_count++] = (uint8_t)(bits >> bit_count);
        }
    }
    return true;
}

static const char *what_is_wrong(const uint8_t bytes[BYTES]) {
    uint8_t hash[HASH_SIZE];
    hash_sha256(bytes, AT_CHECKSUM, hash);
    if (memcmp(hash, bytes + AT_CHECKSUM, CHECKSUM_SIZE) != 0)
        return "the checksum does not fit: at least one character is mistyped, or two have changed places";
    if (bytes[AT_VERSION] != VERSION) return "it is of a newer kind than this agent knows: install a newer agent";
    if (bytes[AT_NODE] < 1 || bytes[AT_NODE] > WIRE_NODE_MAX) return "it names a node that the board does not have";
    return NULL;
}

int word_read(const char *text, struct word *word, char problem[WORD_PROBLEM_SIZE]) {
    const size_t prefix_size = sizeof WORD_PREFIX - 1;
    size_t size = strlen(text);
    uint8_t bytes[BYTES];
    if (strncasecmp(text, WORD_PREFIX, prefix_size) != 0) {
        (void)snprintf(problem, WORD_PROBLEM_SIZE, "an enrolment word begins with %s", WORD_PREFIX);
        return -1;
    }
    if (size != prefix_size + WORD_DIGITS) {
        (void)snprintf(problem, WORD_PROBLEM_SIZE, "it has %zu characters instead of %zu: some are %s", size,
                       prefix_size + WORD_DIGITS, size < prefix_size + WORD_DIGITS ? "missing" : "too many");
        return -1;
    }
    if (!decode(text + prefix_size, bytes, problem)) return -1;
    const char *wrong = what_is_wrong(bytes);
    if (wrong) {
        (void)snprintf(problem, WORD_PROBLEM_SIZE, "%s", wrong);
        return -1;
    }
    *word = (struct word){.node = bytes[AT_NODE], .generation = (uint32_t)wire_get(bytes + AT_GENERATION, 4)};
    memcpy(word->key, bytes + AT_KEY, WIRE_KEY_SIZE);
    memcpy(word->controller, bytes + AT_CONTROLLER, sizeof word->controller);
    return 0;
}
