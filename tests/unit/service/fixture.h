/* SPDX-License-Identifier: Apache-2.0
 * fixture - a board behind the HTTP interface, without sockets, threads or real time: the real core and service, a store in
 * memory, rails that follow their pins at once, and a clock that only the test moves. request() plays a port: it does the
 * exchange's duties until the answer is there. */
#ifndef TESTS_UNIT_SERVICE_FIXTURE_H
#define TESTS_UNIT_SERVICE_FIXTURE_H

#include <stdbool.h>
#include <stdint.h>

#include "board/super4c.h"
#include "service/http.h"

#define FIXTURE_PASSWORD "correct horse"
#define FIXTURE_WALL_MS  1767225600000ull /* 2026-01-01T00:00:00Z */

struct fixture {
    struct core core;
    struct http_exchange x;
    uint64_t now_ms;
    bool wall_known;
    /* the store */
    bool store_fails;
    unsigned save_count;
    char saved_key[4][16]; /* the latest four */
    size_t saved_size[4];
    struct crash crash[NODE_COUNT][CRASH_COUNT]; /* what it holds under "crash1"..; number 0: nothing */
    /* the nodes */
    bool stuck_on[NODE_COUNT], stuck_off[NODE_COUNT];
    bool halted[NODE_COUNT]; /* its system has shut down: powered, and drawing next to nothing */
    bool sensors_lost;
    struct power_pins pins[NODE_COUNT];
    uint64_t pins_done_ms;
    /* the exchange */
    char parts[65536]; /* the body of an answer in parts */
    size_t parts_size;
    unsigned derive_count, wait_count;
    bool derive_fails, digest_fails;
    unsigned certify_count;
    struct certificate certificate;            /* what is being served */
    void (*certify)(struct fixture *f);        /* what else HTTP_CERTIFY does, or NULL */
    void (*while_deriving)(struct fixture *f); /* what happens meanwhile, or NULL */
    /* what the next requests carry */
    char token[SESSION_TOKEN_SIZE];
    struct http_request headers; /* copied into each request */
};

/* A board with admin (Administrator), operator (Operator) and reader (ReadOnly), all nodes on. */
void fixture_begin(struct fixture *f);
/* A fresh board: admin must change the setup code "ABCDE-12345". */
void fixture_begin_fresh(struct fixture *f);
/* Adds an account with this password. */
int fixture_account(struct fixture *f, const char *name, enum role role, const char *password);
/* One turn of the control loop. */
void fixture_turn(struct fixture *f);
void fixture_pass(struct fixture *f, uint64_t ms);

/* A panic of the node with this index, its text in the store as bmc/ puts it there. */
void fixture_keep_crash(struct fixture *f, unsigned node, const char *text);

/* What an agent tells of a node with all that a node can have: each value is another one. */
struct agent_report fixture_report(void);
/* The agent of the node with this index reports it over the network, now. */
void fixture_tell(struct fixture *f, unsigned node, enum node_network network, const struct agent_report *report);

/* Sends a request and returns its status. "METHOD /path[?query]", body or NULL. */
int request(struct fixture *f, const char *line, const char *body);
/* The same, body as bytes. */
int request_bytes(struct fixture *f, const char *line, const void *body, size_t size);
/* Until the port would have to wait: returns the duty and leaves the exchange in f->x. */
enum http_next request_begin(struct fixture *f, const char *line, const char *body);
enum http_next request_continue(struct fixture *f);
/* POSTs a session and uses its token from now on. */
void sign_in(struct fixture *f, const char *name, const char *password);
void use_basic(struct fixture *f, const char *name, const char *password);

/* The answer's body as text, checked to be JSON when it says so. */
const char *answer(struct fixture *f);
/* A member of the answer by its path, "error.code" or "Members.0.@odata.id" with '/' between: "error/code". Text of text, digits
 * of numbers, "true", "false", "null"; "(absent)" when it is not there. */
const char *member(struct fixture *f, const char *path);
/* MessageId of the error, without its registry: "PropertyUnknown". */
const char *error_name(struct fixture *f);
/* RelatedProperties[0] of the error, or "(absent)". */
const char *error_related(struct fixture *f);
/* How many events of this code the log holds, and the latest one's text. */
unsigned count_events(const struct fixture *f, enum event_code code);
const char *latest_text(const struct fixture *f, enum event_code code);
const struct eventlog_entry *latest_event(const struct fixture *f, enum event_code code);

/* The key that the fixture's derivation yields. */
void fixture_derive(const char *password, struct password_hash *hash);

#endif
