/* SPDX-License-Identifier: Apache-2.0
 * libFuzzer target for all that a request can reach: screening, router, credentials, query, JSON, every handler and the stream.
 * The input is a small script: lines of a request, split at newlines, with a body after an empty line. It is served twice, as a
 * stranger and as a signed-in administrator, on a board that lives on between inputs for a while. What must hold, apart from what
 * the sanitizers find: each exchange ends, its status is one of HTTP's, it stays within its buffers, JSON is well-formed UTF-8,
 * and no stranger changes anything. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "board/super4c.h"
#include "core/bytes.h"
#include "service/http.h"
#include "service/stream.h"

#define INPUTS_PER_BOARD 500
#define REQUIRE(condition)                                                                                                       \
    do {                                                                                                                         \
        if (!(condition)) {                                                                                                      \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                                                      \
            abort();                                                                                                             \
        }                                                                                                                        \
    } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

const struct http_asset http_assets[] = {{"/", "text/html", "\"a\"", (const uint8_t *)"page", 4}};
const size_t http_asset_count = 1;

static struct core core;
static struct http_exchange x;
static uint64_t now_ms;
static unsigned inputs_served;
static char token[SESSION_TOKEN_SIZE];

/* ---- the board: time passes, the rails follow their pins ---- */

static void turn(void) {
    static struct power_pins pins[NODE_COUNT];
    static uint64_t pins_done_ms;
    for (unsigned again = 0; again < 4; again++) {
        struct power_in in = {.now_ms = now_ms, .pins_done_ms = pins_done_ms};
        struct power_out out;
        for (unsigned i = 0; i < NODE_COUNT; i++) {
            struct power_view view = power_view(&core.power, i);
            if (!inputs_served) pins[i] = view.pads;
            core.rail[i] = (struct rail_sample){true, now_ms, pins[i].channel_on ? 5184 : 15, pins[i].module_on ? 640 : 2};
            in.node[i] = (struct power_node_in){.pads = pins[i], .pads_valid = true, .rail = core.rail[i]};
        }
        power_step(&core.power, &in, core.wall_ms, &out);
        for (size_t i = 0; i < out.event_count; i++) core_log(&core, &out.events[i]);
        if (memcmp(pins, out.pins, sizeof pins) != 0) pins_done_ms = now_ms;
        memcpy(pins, out.pins, sizeof pins);
        for (unsigned i = 0; i < NODE_COUNT; i++)
            if (out.save[i]) power_saved(&core.power, i, true);
    }
    unsigned slot;
    uint8_t record[EVENTLOG_RECORD_SIZE];
    while (eventlog_unsaved(&core.log, &slot, record)) eventlog_saved(&core.log);
}

static void add_account(const char *name, enum role role) {
    struct account account = {.role = (uint8_t)role, .enabled = true, .generation = 1, .hash = {.iterations = 1}};
    uint8_t record[ACCOUNT_RECORD_SIZE];
    int slot = -1;
    text_copy(account.name, sizeof account.name, name);
    REQUIRE(accounts_put(&core.accounts, &slot, &account, record) == ACCOUNT_OK);
    accounts_commit(&core.accounts, slot, &account);
}

static void begin_board(void) {
    static uint8_t salt[PASSWORD_SALT_SIZE];
    static const char words[] = "Linux version 6.1\nKernel panic - not syncing: \"fuzz\"\n";
    struct settings settings = settings_default();
    struct power_adopted adopted = {.now_ms = now_ms += 1000};
    memset(&core, 0, sizeof core);
    salt[0]++;
    core.now_ms = core.started_ms = now_ms;
    inputs_served = 0;
    eventlog_init(&core.log);
    sessions_init(&core.sessions, 0);
    accounts_init(&core.accounts, 1, salt);
    core_apply_settings(&core, &settings);
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        adopted.node[i].pads = (struct power_pins){true, true};
        console_init(&core.console[i]);
        console_receive(&core.console[i], (const uint8_t *)words, sizeof words - 1, now_ms);
    }
    power_adopt(&core.power, &board_limits.power, &adopted);
    inputs_init(&core.inputs, &board_limits.inputs);
    add_account("admin", ROLE_ADMINISTRATOR);
    add_account("reader", ROLE_READ_ONLY);
    turn();
}

static void open_session(void) {
    struct origin origin = {.actor = "admin"};
    struct session evicted;
    uint8_t random[16] = {(uint8_t)inputs_served};
    const struct session *session = sessions_open(&core.sessions, 0, &origin, random, now_ms, 0, &evicted);
    memcpy(token, session->token, sizeof token);
}

/* ---- the request out of the input ---- */

static const char *take_line(const char *text, const char *end, char *out, size_t size) {
    size_t used = 0;
    for (; text < end && *text != '\n'; text++)
        if (*text && used + 1 < size) out[used++] = *text;
    out[used] = '\0';
    return text < end ? text + 1 : end;
}

static void read_request(const uint8_t *data, size_t size) {
    struct http_request *r = &x.request;
    char line[HTTP_PATH_SIZE + HTTP_QUERY_SIZE];
    const char *at = (const char *)data, *end = at + size;
    memset(&x, 0xa5, sizeof x);
    memset(r, 0, sizeof *r);
    at = take_line(at, end, line, sizeof line);
    r->method = (enum http_method)((unsigned char)line[0] % (HTTP_OTHER + 1));
    const char *query = strchr(line, '?');
    snprintf(r->path, sizeof r->path, "%.*s", line[0] ? (int)(query ? query - line - 1 : (long)strlen(line + 1)) : 0,
             line + (line[0] != 0));
    snprintf(r->query, sizeof r->query, "%s", query ? query + 1 : "");
    snprintf(r->content_type, sizeof r->content_type, "application/json");
    while (at < end) {
        static const struct {
            char key;
            size_t offset, size;
        } fields[] = {{'A', offsetof(struct http_request, authorization), sizeof r->authorization},
                      {'T', offsetof(struct http_request, auth_token), sizeof r->auth_token},
                      {'C', offsetof(struct http_request, content_type), sizeof r->content_type},
                      {'M', offsetof(struct http_request, if_match), sizeof r->if_match},
                      {'N', offsetof(struct http_request, if_none_match), sizeof r->if_none_match},
                      {'V', offsetof(struct http_request, odata_version), sizeof r->odata_version},
                      {'H', offsetof(struct http_request, host), sizeof r->host},
                      {'O', offsetof(struct http_request, http_origin), sizeof r->http_origin},
                      {'L', offsetof(struct http_request, last_event_id), sizeof r->last_event_id}};
        at = take_line(at, end, line, sizeof line);
        if (!line[0]) break;
        for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
            if (fields[i].key == line[0]) text_copy((char *)r + fields[i].offset, fields[i].size, line + 1);
    }
    r->body_size = (size_t)(end - at) < HTTP_BODY_IN_MAX ? (size_t)(end - at) : HTTP_BODY_IN_MAX;
    memcpy(r->body, at, r->body_size);
    for (size_t i = 0; i < sizeof x.random; i++) x.random[i] = (uint8_t)(inputs_served * 31 + i);
}

/* ---- serving ---- */

static void check_answer(void) {
    const struct http_response *response = &x.response;
    REQUIRE(response->status >= 200 && response->status <= 599);
    REQUIRE(memchr(response->location, '\0', sizeof response->location) && memchr(response->link, '\0', sizeof response->link));
    REQUIRE(!strpbrk(response->location, "\r\n") && !strpbrk(response->etag, "\r\n"));
    if (!response->content_type) REQUIRE(response->body_size == 0);
    if (!response->content_type || strncmp(response->content_type, "application/json", 16) != 0) return;
    REQUIRE(response->body == response->out && response->body_size <= sizeof response->out);
    cJSON_InitHooks(NULL);
    const char *end;
    cJSON *parsed = cJSON_ParseWithLengthOpts(response->out, response->body_size, &end, 0);
    REQUIRE(parsed && end == response->out + response->body_size);
    cJSON_Delete(parsed);
}

static void follow_stream(void) {
    struct stream stream;
    char out[4096];
    uint64_t wake_ms = 0;
    REQUIRE(stream_begin(&core, &stream, &x, now_ms));
    for (unsigned i = 0; i < 20; i++) {
        size_t length = stream_next(&core, &stream, now_ms, core.wall_ms, out, sizeof out, &wake_ms);
        if (length == SIZE_MAX || length == 0) break;
        REQUIRE(length <= sizeof out && out[length - 1] == '\n');
    }
    stream_end(&core, &stream);
}

static void serve(void) {
    http_begin(&x);
    for (unsigned duty = 0; duty < 200; duty++) {
        switch (http_step(&core, &x, now_ms, 1767225600000ull + now_ms)) {
        case HTTP_DONE:
            check_answer();
            turn();
            return;
        case HTTP_STREAM:
            follow_stream();
            return;
        case HTTP_DERIVE: /* a wrong key, but for admin's (all zero) and one in four */
            memset(x.derive.hash.key, x.request.body_size % 4 ? 1 : 0, sizeof x.derive.hash.key);
            break;
        case HTTP_SAVE:
            REQUIRE(x.save.size <= SETTINGS_RECORD_SIZE && memchr(x.save.key, '\0', sizeof x.save.key));
            x.save.failed = x.request.body_size % 8 == 7;
            break;
        case HTTP_LOAD: /* half a record, whatever it is */
            x.load.size = CRASH_RECORD_SIZE / 2;
            break;
        case HTTP_CERTIFY: /* every result there is */
            REQUIRE(x.certify.act != CERTIFY_REPLACE || strlen(x.certify.pem) <= HTTP_BODY_IN_MAX);
            if (x.certify.act != CERTIFY_REPLACE) memset(x.request.certificate.pem, 'A', sizeof x.request.certificate.pem - 1);
            x.certify.result = (enum certify_result)(x.request.body_size % CERTIFY_RESULT_COUNT);
            break;
        case HTTP_STEP:
            turn();
            break;
        case HTTP_WAIT:
            now_ms += 110;
            turn();
            break;
        }
    }
    REQUIRE(!"the exchange ends");
}

/* What no stranger may change. The log and the lockout are for strangers, too. */
struct keepsake {
    struct accounts accounts;
    uint8_t settings[SETTINGS_RECORD_SIZE];
    uint32_t last_task_id;
};

static void keep(struct keepsake *keepsake) {
    memcpy(&keepsake->accounts, &core.accounts, sizeof core.accounts);
    settings_encode(&core.settings, keepsake->settings);
    keepsake->last_task_id = core.power.last_task_id;
}

static bool unchanged(const struct keepsake *before) {
    struct keepsake now;
    keep(&now);
    return memcmp(before->accounts.slot, now.accounts.slot, sizeof now.accounts.slot) == 0 && /* copied whole, padding too */
           memcmp(before->settings, now.settings, sizeof now.settings) == 0 && before->last_task_id == now.last_task_id &&
           !core.restart_requested;
}

static bool administered(void) {
    for (unsigned i = 0; i < ACCOUNT_COUNT; i++) {
        const struct account *account = &core.accounts.slot[i];
        if (account->name[0] && account->enabled && account->role == ROLE_ADMINISTRATOR) return true;
    }
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (inputs_served % INPUTS_PER_BOARD == 0) begin_board();
    inputs_served++;
    now_ms += 50;
    static struct keepsake before;
    keep(&before);
    read_request(data, size);
    x.request.authorization[0] = x.request.auth_token[0] = '\0';
    serve();
    REQUIRE(unchanged(&before));
    open_session();
    read_request(data, size);
    if (!x.request.authorization[0] && !x.request.auth_token[0]) memcpy(x.request.auth_token, token, sizeof token);
    serve();
    REQUIRE(administered());
    core.restart_requested = false;
    return 0;
}
