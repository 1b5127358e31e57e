/* SPDX-License-Identifier: Apache-2.0
 * fuzz_board - the board that the fuzzers' requests are served on: core and service whole, rails that follow their pins, a clock
 * that moves a little with each input. It lives on between inputs, so that one may meet what another has left behind, and is made
 * anew now and then. fuzz_serve() checks what must hold of every answer, apart from what the sanitizers find: the exchange ends,
 * its status is one of HTTP's, it stays within its buffers, JSON is well-formed UTF-8. */
#ifndef TESTS_FUZZ_FUZZ_BOARD_H
#define TESTS_FUZZ_FUZZ_BOARD_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "service/http.h"

#define REQUIRE(condition)                                                                                                       \
    do {                                                                                                                         \
        if (!(condition)) {                                                                                                      \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                                                      \
            abort();                                                                                                             \
        }                                                                                                                        \
    } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Begins an input: time passes, and now and then there is a new board. */
void fuzz_next_input(void);
/* The token of a session of the administrator, opened for this input. */
const char *fuzz_open_session(void);
/* Serves a request to its end. `x` carries the request; its random bytes are filled in here. */
void fuzz_serve(struct http_exchange *x);
/* Remembers what no stranger may change, and requires that it is still so. The log and the lockout are for strangers, too. */
void fuzz_remember(void);
void fuzz_require_unchanged(void);
/* Requires that somebody can still administer the board. */
void fuzz_require_administered(void);

#endif
