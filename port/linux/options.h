/* SPDX-License-Identifier: Apache-2.0
 * options - the command line. Unknown options, missing or out-of-range values are errors, never guesses. */
#ifndef PORT_LINUX_OPTIONS_H
#define PORT_LINUX_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define OPTIONS_ITERATIONS_MIN 1000     /* RFC 8018 4.2's least; for tests only */
#define OPTIONS_ITERATIONS_MAX 10000000 /* a sign-in of ten seconds */

struct options {
    const char *state;
    const char *listen;              /* numeric IPv4 or IPv6 */
    const char *admin_password_file; /* NULL: none */
    const char *slot;                /* "A" or "B"; NULL: started outside of the slots */
    uint16_t https_port;             /* 0: any */
    uint16_t netconsole_port;        /* 0: any */
    uint16_t agent_port;             /* 0: any */
    uint16_t ssdp_port;              /* 0: any, for tests: clients look at 1900 alone */
    bool no_ssdp;
    uint32_t password_iterations;
};

enum options_verdict { OPTIONS_RUN, OPTIONS_HELP, OPTIONS_VERSION, OPTIONS_WRONG };

/* On OPTIONS_WRONG problem holds a sentence. */
enum options_verdict options_parse(struct options *options, int count, char *const argument[], char *problem,
                                   size_t problem_size);
const char *options_help(void);

#endif
