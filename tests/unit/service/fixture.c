/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/service/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cjson/cJSON.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/bytes.h"
#include "core/power_agent.h"

static const uint8_t page[] = {0x1f, 0x8b, 'p', 'a', 'g', 'e'};
const struct http_asset http_assets[] = {{"/", "text/html; charset=utf-8", "\"a1\"", page, sizeof page},
                                         {"/app.js", "text/javascript", "\"b2\"", page, sizeof page}};
const size_t http_asset_count = sizeof http_assets / sizeof http_assets[0];

/* ---- the board ---- */

/* Not PBKDF2: different for each password and salt, which is all that is asked here. */
void fixture_derive(const char *password, struct password_hash *hash) {
    uint32_t state = 0x811c9dc5u ^ hash->iterations;
    for (unsigned i = 0; i < PASSWORD_SALT_SIZE; i++) state = (state ^ hash->salt[i]) * 0x01000193u;
    for (; *password; password++) state = (state ^ (uint8_t)*password) * 0x01000193u;
    for (unsigned i = 0; i < PASSWORD_KEY_SIZE; i++) hash->key[i] = (uint8_t)((state = state * 1664525u + 1013904223u) >> 24);
}

int fixture_account(struct fixture *f, const char *name, enum role role, const char *password) {
    struct account account = {.role = (uint8_t)role, .enabled = true, .generation = 1, .hash = {.iterations = 1000}};
    uint8_t record[ACCOUNT_RECORD_SIZE];
    int slot = -1;
    text_copy(account.name, sizeof account.name, name);
    memcpy(account.hash.salt, name, strlen(name));
    fixture_derive(password, &account.hash);
    assert_int_equal(accounts_put(&f->core.accounts, &slot, &account, record), ACCOUNT_OK);
    accounts_commit(&f->core.accounts, slot, &account);
    return slot;
}

static void measure(struct fixture *f) {
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        bool powered = (f->pins[i].channel_on || f->stuck_on[i]) && !f->stuck_off[i];
        bool runs = powered && f->pins[i].module_on && !f->halted[i];
        struct rail_sample *rail = &f->core.rail[i];
        rail->valid = !f->sensors_lost;
        if (f->sensors_lost) continue;
        *rail = (struct rail_sample){.valid = true,
                                     .taken_ms = f->now_ms,
                                     .mv = powered ? 5184 : 15,
                                     .ma = runs      ? 640
                                           : powered ? 2
                                                     : 0};
        energy_step(&f->core.energy.rail[i], rail);
    }
    const struct rail_sample inputs[INPUT_COUNT] = {{!f->sensors_lost, f->now_ms, 19000, 900},
                                                    {!f->sensors_lost, f->now_ms, 18500, 3}};
    struct event events[INPUT_EVENT_COUNT];
    for (unsigned i = 0; i < INPUT_COUNT; i++) energy_step(&f->core.energy.input[i], &inputs[i]);
    size_t count = inputs_step(&f->core.inputs, inputs, events);
    for (size_t i = 0; i < count; i++) core_log(&f->core, &events[i]);
}

/* The power core until it waits for time; journal and pins as bmc/ does them. */
static void run_power(struct fixture *f) {
    bool again = true;
    for (unsigned turn = 0; again && turn < 8; turn++) {
        struct power_in in = {.now_ms = f->now_ms, .pins_done_ms = f->pins_done_ms};
        struct power_out out;
        for (unsigned i = 0; i < NODE_COUNT; i++)
            in.node[i] = (struct power_node_in){.pads = f->pins[i],
                                                .pads_valid = true,
                                                .halted = f->core.health[i].state == HEALTH_HALTED,
                                                .agent = power_agent_of(&f->core.agent[i], f->now_ms),
                                                .rail = f->core.rail[i]};
        power_step(&f->core.power, &in, f->core.wall_ms, &out);
        for (unsigned i = 0; i < NODE_COUNT; i++) power_agent_ask(&f->core.agent[i], &out.ask[i]);
        for (size_t i = 0; i < out.event_count; i++) core_log(&f->core, &out.events[i]);
        again = memcmp(f->pins, out.pins, sizeof f->pins) != 0;
        if (again) f->pins_done_ms = f->now_ms;
        memcpy(f->pins, out.pins, sizeof f->pins);
        for (unsigned i = 0; i < NODE_COUNT; i++) {
            if (!out.save[i]) continue;
            power_saved(&f->core.power, i, !f->store_fails);
            again = true;
        }
    }
}

static void save_log(struct fixture *f) {
    unsigned slot;
    uint8_t record[EVENTLOG_RECORD_SIZE];
    while (eventlog_unsaved(&f->core.log, &slot, record)) eventlog_saved(&f->core.log);
}

void fixture_turn(struct fixture *f) {
    f->core.now_ms = f->now_ms;
    f->core.wall_ms = f->wall_known ? FIXTURE_WALL_MS + f->now_ms : 0;
    measure(f);
    run_power(f);
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        const struct console *console = &f->core.console[i];
        const struct health_in in = {.now_ms = f->now_ms,
                                     .power = power_view(&f->core.power, i),
                                     .rail = f->core.rail[i],
                                     .panic_ms = console->panic_ms,
                                     .up_text_ms = console->up_ms};
        health_step(&f->core.health[i], &board_limits.health, &in);
    }
    core_spend_boot_overrides(&f->core);
    save_log(f);
}

void fixture_pass(struct fixture *f, uint64_t ms) {
    for (uint64_t end_ms = f->now_ms + ms; f->now_ms < end_ms;) {
        f->now_ms += end_ms - f->now_ms < 110 ? end_ms - f->now_ms : 110;
        fixture_turn(f);
    }
}

static void begin(struct fixture *f) {
    static uint8_t salt[PASSWORD_SALT_SIZE] = "decoy"; /* another one at each start */
    salt[15]++;
    memset(f, 0, sizeof *f);
    f->now_ms = 1000;
    f->wall_known = true;
    f->core.now_ms = f->core.started_ms = f->now_ms;
    eventlog_init(&f->core.log);
    sessions_init(&f->core.sessions, 0);
    accounts_init(&f->core.accounts, 1000, salt);
    struct settings settings = settings_default();
    core_apply_settings(&f->core, &settings);
    text_copy(f->core.uuid, sizeof f->core.uuid, "6f1b1c5e-7b7e-4d5c-9a2b-0123456789ab");
    text_copy(f->core.started_cause, sizeof f->core.started_cause, "software");
    struct power_adopted adopted = {.now_ms = f->now_ms};
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        f->pins[i] = adopted.node[i].pads = (struct power_pins){true, true};
        console_init(&f->core.console[i]);
    }
    power_adopt(&f->core.power, &board_limits.power, &adopted);
    inputs_init(&f->core.inputs, &board_limits.inputs);
    f->core.cooling_limits = board_limits.cooling;
    f->core.drive_limits = board_limits.drive;
    text_copy(f->headers.host, sizeof f->headers.host, "127.0.0.1:8443");
    memcpy(f->headers.address, (const uint8_t[16]){[10] = 0xff, [11] = 0xff, [12] = 192, [14] = 2, [15] = 7}, 16);
}

void fixture_begin(struct fixture *f) {
    begin(f);
    fixture_account(f, "admin", ROLE_ADMINISTRATOR, FIXTURE_PASSWORD);
    fixture_account(f, "operator", ROLE_OPERATOR, FIXTURE_PASSWORD);
    fixture_account(f, "reader", ROLE_READ_ONLY, FIXTURE_PASSWORD);
    fixture_pass(f, 20000);
}

void fixture_begin_fresh(struct fixture *f) {
    begin(f);
    text_copy(f->core.setup_code, sizeof f->core.setup_code, "ABCDE-12345");
    int slot = fixture_account(f, "admin", ROLE_ADMINISTRATOR, f->core.setup_code);
    f->core.accounts.slot[slot].must_change = true;
    fixture_pass(f, 20000);
}

/* ---- the nodes' crashes ---- */

void fixture_keep_crash(struct fixture *f, unsigned node, const char *text) {
    uint16_t number;
    unsigned slot = crash_next(&f->core.crashes[node], &number);
    struct crash *crash = &f->crash[node][slot];
    *crash = (struct crash){.wall_ms = f->core.wall_ms, .number = number};
    text_copy(crash_text(crash), CRASH_TEXT_SIZE, text);
    crash_seal(crash);
    crash_found(&f->core.crashes[node], slot, number);
}

/* ---- the nodes' agents ---- */

struct agent_report fixture_report(void) {
    struct agent_report report = {
        .has = (AGENT_HAS_FINDINGS << 1) - 1,
        .boot_id = {0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0xfe, 0xdc, 0xba, 0x98, 0x76, 0x54, 0x32, 0x10},
        .uptime_s = 86400,
        .memory_mib = 8062,
        .throttled = 0x50005,
        .nvme_bytes = 500107862016,
        .load_centi = 152,
        .memory_pressure_centi = 25,
        .cpu_pressure_centi = 310,
        .fan_rpm = 2740,
        .cpu_deci_c = 613,
        .nvme_deci_c = 447,
        .cpus = 4,
        .fan_duty = 125,
        .nvme_wear_percent = 3,
        .nvme_generation = 2,
        .nvme_lanes = 1,
        .abilities = AGENT_CAN_SHUT_DOWN | AGENT_CAN_SET_FAN,
        .nvme_model = "KINGSTON SNV2S500G",
        .nvme_serial = "50026B7686A1B2C3",
        .host_name = "pi-two",
        .kernel = "6.12.34+rpt-rpi-2712",
        .system = "Debian GNU/Linux 12 (bookworm)",
        .version = "0.4.0",
        .interface = {{.known = true,
                       .up = true,
                       .full_duplex = 1,
                       .prefix_length = 24,
                       .speed_mbps = 1000,
                       .address = {192, 168, 1, 12},
                       .mac = {0x2c, 0xcf, 0x67, 0x01, 0x02, 0x0a},
                       .carrier_changes = 3,
                       .receive_errors = 7},
                      {.known = true,
                       .up = true,
                       .full_duplex = 1,
                       .prefix_length = 20,
                       .speed_mbps = 2500,
                       .address = {10, 44, 16, 12},
                       .mac = {0x00, 0xe0, 0x4c, 0x68, 0x00, 0xff},
                       .carrier_changes = 5,
                       .transmit_errors = 9}},
    };
    return report;
}

void fixture_tell(struct fixture *f, unsigned node, enum node_network network, const struct agent_report *report) {
    struct agent *agent = &f->core.agent[node];
    uint64_t highest = agent->link[NETWORK_SERVICE].highest;
    if (agent->link[NETWORK_BACKPLANE].highest > highest) highest = agent->link[NETWORK_BACKPLANE].highest;
    const struct agent_heartbeat heartbeat = {.network = network, .counter = highest + 1, .report = *report};
    agent_take(agent, AGENT_GOOD, &heartbeat, f->now_ms);
}

/* ---- requests ---- */

static void set_method(struct http_request *request, const char *name) {
    static const struct {
        const char *name;
        enum http_method method;
    } methods[] = {{"GET", HTTP_GET},       {"HEAD", HTTP_HEAD}, {"POST", HTTP_POST},      {"PATCH", HTTP_PATCH},
                   {"DELETE", HTTP_DELETE}, {"PUT", HTTP_PUT},   {"OPTIONS", HTTP_OPTIONS}};
    request->method = HTTP_OTHER;
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++)
        if (strcmp(methods[i].name, name) == 0) request->method = methods[i].method;
}

static void set_line(struct fixture *f, const char *line) {
    struct http_request *to = &f->x.request;
    char method[16] = "";
    const char *path = strchr(line, ' ') + 1, *query = strchr(path, '?');
    size_t path_length = query ? (size_t)(query - path) : strlen(path);
    memcpy(method, line, (size_t)(path - line) - 1);
    set_method(to, method);
    assert_true(path_length < sizeof to->path);
    memcpy(to->path, path, path_length);
    to->path[path_length] = '\0';
    text_copy(to->query, sizeof to->query, query ? query + 1 : "");
}

static void fill_random(struct fixture *f) {
    static uint32_t state = 1;
    for (size_t i = 0; i < sizeof f->x.random; i++) f->x.random[i] = (uint8_t)((state = state * 1664525u + 1013904223u) >> 24);
}

static enum http_next step(struct fixture *f) {
    enum http_next next = http_step(&f->core, &f->x, f->now_ms, f->wall_known ? FIXTURE_WALL_MS + f->now_ms : 0);
    save_log(f);
    return next;
}

static struct crash *crash_at(struct fixture *f, const char *key) {
    assert_memory_equal(key, "crash", 5);
    unsigned number = (unsigned)atoi(&key[5]) - 1;
    assert_true(number < NODE_COUNT * CRASH_COUNT);
    return &f->crash[number % NODE_COUNT][number / NODE_COUNT];
}

static void save(struct fixture *f) {
    f->x.save.failed = f->store_fails;
    if (!f->x.save.size && !f->store_fails && strncmp(f->x.save.key, "crash", 5) == 0) crash_at(f, f->x.save.key)->number = 0;
    for (unsigned i = 3; i > 0; i--) {
        memcpy(f->saved_key[i], f->saved_key[i - 1], sizeof f->saved_key[i]);
        f->saved_size[i] = f->saved_size[i - 1];
    }
    memcpy(f->saved_key[0], f->x.save.key, sizeof f->x.save.key);
    f->saved_size[0] = f->x.save.size;
    f->save_count++;
}

static void load(struct fixture *f) {
    const struct crash *crash = crash_at(f, f->x.load.key);
    f->x.load.size = crash->number ? CRASH_RECORD_SIZE : 0;
    if (crash->number) memcpy(f->x.request.body, crash->record, sizeof crash->record);
}

static void derive(struct fixture *f) {
    f->derive_count++;
    f->x.derive.failed = f->derive_fails;
    fixture_derive(f->x.derive.password, &f->x.derive.hash);
    if (f->while_deriving) f->while_deriving(f);
}

static void keep_part(struct fixture *f) {
    assert_ptr_equal(f->x.response.body, f->x.response.out);
    assert_true(f->parts_size + f->x.response.body_size < sizeof f->parts);
    memcpy(&f->parts[f->parts_size], f->x.response.out, f->x.response.body_size);
    f->parts_size += f->x.response.body_size;
}

enum http_next request_continue(struct fixture *f) {
    for (unsigned duty = 0; duty < 1000; duty++) {
        enum http_next next = step(f);
        switch (next) {
        case HTTP_DERIVE:
            derive(f);
            break;
        case HTTP_SAVE:
            save(f);
            break;
        case HTTP_LOAD:
            load(f);
            break;
        case HTTP_DIGEST: /* no SHA-256: the real one is for tests/e2e */
            f->x.digest.failed = f->digest_fails;
            memset(f->x.digest.out, 0xd1, sizeof f->x.digest.out);
            break;
        case HTTP_CERTIFY:
            f->certify_count++;
            if (f->x.certify.act == CERTIFY_SHOW) f->x.request.certificate = f->certificate;
            if (f->certify) f->certify(f);
            break;
        case HTTP_PART:
            keep_part(f);
            break;
        case HTTP_STEP:
            fixture_turn(f);
            break;
        default:
            if (next == HTTP_DONE && f->parts_size) keep_part(f);
            return next;
        }
    }
    fail_msg("the exchange does not come to an end");
    return HTTP_DONE;
}

enum http_next request_begin(struct fixture *f, const char *line, const char *body) {
    size_t size = body ? strlen(body) : 0;
    memset(&f->x, 0xa5, sizeof f->x); /* a port hands over memory that was used before */
    f->x.request = f->headers;
    f->parts_size = 0;
    set_line(f, line);
    if (f->token[0]) memcpy(f->x.request.auth_token, f->token, sizeof f->token);
    if (size && !f->x.request.content_type[0])
        text_copy(f->x.request.content_type, sizeof f->x.request.content_type, "application/json");
    assert_true(size <= HTTP_BODY_IN_MAX);
    if (body) memcpy(f->x.request.body, body, size);
    f->x.request.body[size] = '\0';
    f->x.request.body_size = size;
    fill_random(f);
    http_begin(&f->x);
    return request_continue(f);
}

static int finish(struct fixture *f, enum http_next next) {
    while (next == HTTP_WAIT) {
        f->wait_count++;
        f->now_ms += f->x.wait_until_ms - f->now_ms < 110 ? f->x.wait_until_ms - f->now_ms : 110;
        fixture_turn(f);
        next = request_continue(f);
    }
    assert_true(next == HTTP_DONE || next == HTTP_STREAM);
    if (f->x.response.status != 304 && f->x.response.content_type)
        assert_true(f->x.response.body_size > 0 || next == HTTP_STREAM);
    return f->x.response.status;
}

int request(struct fixture *f, const char *line, const char *body) { return finish(f, request_begin(f, line, body)); }

int request_bytes(struct fixture *f, const char *line, const void *body, size_t size) {
    memset(&f->x, 0xa5, sizeof f->x);
    f->x.request = f->headers;
    set_line(f, line);
    if (f->token[0]) memcpy(f->x.request.auth_token, f->token, sizeof f->token);
    text_copy(f->x.request.content_type, sizeof f->x.request.content_type, "application/json");
    memcpy(f->x.request.body, body, size);
    f->x.request.body[size] = '\0';
    f->x.request.body_size = size;
    fill_random(f);
    http_begin(&f->x);
    return finish(f, request_continue(f));
}

void sign_in(struct fixture *f, const char *name, const char *password) {
    char body[256];
    f->token[0] = '\0';
    f->headers.authorization[0] = '\0';
    snprintf(body, sizeof body, "{\"UserName\": \"%s\", \"Password\": \"%s\"}", name, password);
    assert_int_equal(request(f, "POST /redfish/v1/SessionService/Sessions", body), 201);
    memcpy(f->token, f->x.response.auth_token, sizeof f->token);
}

void use_basic(struct fixture *f, const char *name, const char *password) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char plain[256] = "", *out = f->headers.authorization;
    size_t length = (size_t)snprintf(plain, sizeof plain, "%s:%s", name, password);
    out += snprintf(out, sizeof f->headers.authorization, "Basic ");
    for (size_t i = 0; i < length; i += 3) {
        uint32_t bits = (uint32_t)(uint8_t)plain[i] << 16 | (uint32_t)(uint8_t)plain[i + 1] << 8 | (uint8_t)plain[i + 2];
        for (unsigned k = 0; k < 4; k++) *out++ = i + k > length ? '=' : digits[bits >> (18 - 6 * k) & 63];
    }
    *out = '\0';
    f->token[0] = '\0';
}

/* ---- answers ---- */

const char *answer(struct fixture *f) {
    static char text[sizeof f->parts + 1];
    size_t size = f->parts_size ? f->parts_size : f->x.response.body_size;
    memcpy(text, f->parts_size ? f->parts : size ? f->x.response.body : "", size);
    text[size] = '\0';
    if (f->x.response.content_type && strncmp(f->x.response.content_type, "application/json", 16) == 0) {
        cJSON_InitHooks(NULL);
        cJSON *parsed = cJSON_Parse(text);
        if (!parsed) fail_msg("not JSON: %s", text);
        cJSON_Delete(parsed);
    }
    return text;
}

static const char *describe(const cJSON *item) {
    static char text[HTTP_BODY_OUT_MAX];
    if (!item) return "(absent)";
    if (cJSON_IsString(item))
        snprintf(text, sizeof text, "%s", item->valuestring);
    else if (cJSON_IsNumber(item))
        snprintf(text, sizeof text, "%.10g", item->valuedouble);
    else if (cJSON_IsBool(item))
        snprintf(text, sizeof text, "%s", cJSON_IsTrue(item) ? "true" : "false");
    else if (cJSON_IsNull(item))
        snprintf(text, sizeof text, "null");
    else
        snprintf(text, sizeof text, "(%d members)", cJSON_GetArraySize(item));
    return text;
}

const char *member(struct fixture *f, const char *path) {
    const char *body = answer(f);
    cJSON_InitHooks(NULL);
    cJSON *root = cJSON_Parse(body);
    const cJSON *item = root;
    while (item && *path) {
        char name[96];
        size_t length = strcspn(path, "/");
        snprintf(name, sizeof name, "%.*s", (int)length, path);
        item = cJSON_IsArray(item) ? cJSON_GetArrayItem(item, atoi(name)) : cJSON_GetObjectItemCaseSensitive(item, name);
        path += length + (path[length] == '/');
    }
    const char *text = describe(item);
    cJSON_Delete(root);
    return text;
}

const char *error_name(struct fixture *f) {
    const char *id = member(f, "error/@Message.ExtendedInfo/0/MessageId"), *dot = strrchr(id, '.');
    return dot ? dot + 1 : id;
}

const char *error_related(struct fixture *f) { return member(f, "error/@Message.ExtendedInfo/0/RelatedProperties/0"); }

const struct eventlog_entry *latest_event(const struct fixture *f, enum event_code code) {
    for (uint32_t i = eventlog_last(&f->core.log); i >= eventlog_first(&f->core.log) && i > 0; i--) {
        const struct eventlog_entry *entry = eventlog_find(&f->core.log, i);
        if (entry && entry->event.code == code) return entry;
    }
    return NULL;
}

unsigned count_events(const struct fixture *f, enum event_code code) {
    unsigned count = 0;
    for (uint32_t i = eventlog_first(&f->core.log); i <= eventlog_last(&f->core.log) && i > 0; i++) {
        const struct eventlog_entry *entry = eventlog_find(&f->core.log, i);
        count += entry && entry->event.code == code;
    }
    return count;
}

const char *latest_text(const struct fixture *f, enum event_code code) {
    const struct eventlog_entry *entry = latest_event(f, code);
    return entry ? entry->event.text : "(none)";
}
