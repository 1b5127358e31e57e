/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/fuzz/fuzz_board.h"

#include <stdbool.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "board/super4c.h"
#include "core/bytes.h"
#include "service/stream.h"

#define INPUTS_PER_BOARD 500
#define DUTIES_MAX       200              /* waiting for an effect takes 30 at 110 ms */
#define WALL_MS          1767225600000ull /* 2026-01-01 */

const struct http_asset http_assets[] = {{"/", "text/html", "\"a\"", (const uint8_t *)"page", 4}};
const size_t http_asset_count = 1;

static struct core core;
static uint64_t now_ms;
static unsigned inputs_served;

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
    core.cooling_limits = board_limits.cooling;
    core.drive_limits = board_limits.drive;
    crash_found(&core.crashes[0], 0, 1);
    add_account("admin", ROLE_ADMINISTRATOR);
    add_account("reader", ROLE_READ_ONLY);
    turn();
}

const char *fuzz_open_session(void) {
    struct origin origin = {.actor = "admin"};
    struct session evicted;
    uint8_t random[16] = {(uint8_t)inputs_served};
    return sessions_open(&core.sessions, 0, &origin, random, now_ms, 0, &evicted)->token;
}

/* ---- serving ---- */

static void check_answer(const struct http_response *response) {
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

static void follow_stream(struct http_exchange *x) {
    struct stream stream;
    char out[4096];
    uint64_t wake_ms = 0;
    REQUIRE(stream_begin(&core, &stream, x, now_ms));
    for (unsigned i = 0; i < 20; i++) {
        size_t length = stream_next(&core, &stream, now_ms, core.wall_ms, out, sizeof out, &wake_ms);
        if (length == SIZE_MAX || length == 0) break;
        REQUIRE(length <= sizeof out && out[length - 1] == '\n');
    }
    stream_end(&core, &stream);
}

/* The port's part. What fails depends on the body's size, so that the fuzzer can choose it. */
static void do_duty(struct http_exchange *x, enum http_next duty) {
    static uint8_t stored[HTTP_BODY_OUT_MAX];
    size_t choice = x->request.body_size;
    switch (duty) {
    case HTTP_DERIVE: /* a wrong key, but for admin's (all zero) and one in four */
        memset(x->derive.hash.key, choice % 4 ? 1 : 0, sizeof x->derive.hash.key);
        break;
    case HTTP_SAVE:
        REQUIRE(x->save.size <= sizeof stored && memchr(x->save.key, '\0', sizeof x->save.key));
        if (x->save.size) memcpy(stored, x->save.record, x->save.size);
        x->save.failed = choice % 8 == 7;
        break;
    case HTTP_LOAD: /* half a record, whatever it is */
        x->load.size = CRASH_RECORD_SIZE / 2;
        break;
    case HTTP_DIGEST:
        REQUIRE(x->digest.size > 0 && x->digest.data);
        memset(x->digest.out, 0xd1, sizeof x->digest.out);
        x->digest.failed = choice % 8 == 6;
        break;
    case HTTP_CERTIFY: /* every result there is */
        REQUIRE(x->certify.act != CERTIFY_REPLACE || strlen(x->certify.pem) <= HTTP_BODY_IN_MAX);
        if (x->certify.act != CERTIFY_REPLACE) memset(x->request.certificate.pem, 'A', sizeof x->request.certificate.pem - 1);
        x->certify.result = (enum certify_result)(choice % CERTIFY_RESULT_COUNT);
        break;
    case HTTP_WAIT:
        now_ms += 110;
        turn();
        break;
    default:
        REQUIRE(duty == HTTP_STEP);
        turn();
        break;
    }
}

void fuzz_serve(struct http_exchange *x) {
    for (size_t i = 0; i < sizeof x->random; i++) x->random[i] = (uint8_t)(inputs_served * 31 + i);
    bool parts = false;
    http_begin(x);
    for (unsigned duty = 0; duty < DUTIES_MAX; duty++) {
        enum http_next next = http_step(&core, x, now_ms, WALL_MS + now_ms);
        if (next == HTTP_PART) { /* JSON only as a whole, which the unit tests look at */
            REQUIRE(x->response.body_size <= sizeof x->response.out);
            parts = true;
            continue;
        }
        if (next == HTTP_DONE) {
            if (!parts) check_answer(&x->response);
            turn();
            return;
        }
        if (next == HTTP_STREAM) {
            follow_stream(x);
            return;
        }
        do_duty(x, next);
    }
    REQUIRE(!"the exchange ends");
}

/* ---- what must not change ---- */

struct keepsake {
    struct accounts accounts;
    uint8_t settings[SETTINGS_RECORD_SIZE];
    uint32_t last_task_id;
};

static struct keepsake before;

static void keep(struct keepsake *keepsake) {
    memset(keepsake, 0, sizeof *keepsake);
    memcpy(&keepsake->accounts.slot, &core.accounts.slot, sizeof core.accounts.slot); /* whole, padding too */
    settings_encode(&core.settings, keepsake->settings);
    keepsake->last_task_id = core.power.last_task_id;
}

void fuzz_remember(void) { keep(&before); }

void fuzz_require_unchanged(void) {
    static struct keepsake now;
    keep(&now);
    REQUIRE(memcmp(&before, &now, sizeof now) == 0);
    REQUIRE(!core.restart_requested);
}

void fuzz_require_administered(void) {
    bool found = false;
    for (unsigned i = 0; i < ACCOUNT_COUNT; i++) {
        const struct account *account = &core.accounts.slot[i];
        found |= account->name[0] && account->enabled && account->role == ROLE_ADMINISTRATOR;
    }
    REQUIRE(found);
    core.restart_requested = false;
}

void fuzz_next_input(void) {
    if (inputs_served % INPUTS_PER_BOARD == 0) begin_board();
    inputs_served++;
    now_ms += 50;
}
