/* SPDX-License-Identifier: Apache-2.0 */
#include "service/ssdp.h"

#include <stdio.h>
#include <string.h>

#include "service/text.h"

#define URN            "urn:dmtf-org:service:redfish-rest:1"
#define SEARCH_LINE    "M-SEARCH * HTTP/1.1"
#define TARGET_SIZE    64   /* our longest is below 40; a longer one is none of ours */
#define CHECK_AGAIN_MS 1000 /* while there is nothing to announce */

struct ssdp ssdp_begin(uint64_t now_ms) {
    return (struct ssdp){.tokens = SSDP_BURST, .refill_ms = now_ms, .notify_ms = now_ms};
}

/* ---- reading a search ---- */

/* A part of the datagram, without its end of line. */
struct part {
    const char *text;
    size_t length;
};

/* Takes the next line; false at the end, which is an empty line or the last byte. */
static bool take_line(struct part *rest, struct part *line) {
    const char *end = memchr(rest->text, '\n', rest->length);
    if (!end) return false;
    size_t length = (size_t)(end - rest->text);
    *line = (struct part){rest->text, length};
    *rest = (struct part){end + 1, rest->length - length - 1};
    if (line->length && line->text[line->length - 1] == '\r') line->length--;
    return line->length > 0;
}

static bool is_blank(char c) { return c == ' ' || c == '\t'; }

/* The value of a header, when the line is one of that name: its text, cut from blanks, into out. */
static bool header_of(const struct part *line, const char *name, char out[TARGET_SIZE]) {
    char found[8] = "";
    const char *colon = memchr(line->text, ':', line->length);
    if (!colon || (size_t)(colon - line->text) >= sizeof found) return false;
    memcpy(found, line->text, (size_t)(colon - line->text));
    if (!text_equal_any_case(found, name)) return false;
    struct part value = {colon + 1, line->length - (size_t)(colon + 1 - line->text)};
    while (value.length && is_blank(value.text[0])) value = (struct part){value.text + 1, value.length - 1};
    while (value.length && is_blank(value.text[value.length - 1])) value.length--;
    if (value.length >= TARGET_SIZE) return false;
    memcpy(out, value.text, value.length);
    out[value.length] = '\0';
    return strlen(out) == value.length;
}

/* DSP0266: the Redfish service, with or without minor version, and ssdp:all; and upnp:rootdevice for general UPnP software. A
 * service of a later minor version is one of the earlier, too. */
static bool is_ours(const char *target) {
    static const char urn[] = URN;
    size_t length = sizeof urn - 1;
    uint32_t minor;
    if (strcmp(target, "ssdp:all") == 0 || strcmp(target, "upnp:rootdevice") == 0 || strcmp(target, urn) == 0) return true;
    return strncmp(target, urn, length) == 0 && target[length] == ':' &&
           text_read_number(&target[length + 1], SSDP_REDFISH_MINOR, &minor);
}

/* True when the datagram is a search for something that we are. */
static bool is_search(const char *datagram, size_t size) {
    struct part rest = {datagram, size}, line;
    char value[TARGET_SIZE];
    bool discover = false, ours = false;
    if (size > SSDP_SEARCH_MAX || !take_line(&rest, &line)) return false;
    if (line.length != sizeof SEARCH_LINE - 1 || memcmp(line.text, SEARCH_LINE, line.length) != 0) return false;
    while (take_line(&rest, &line)) {
        if (header_of(&line, "MAN", value)) discover = strcmp(value, "\"ssdp:discover\"") == 0;
        if (header_of(&line, "ST", value)) ours = is_ours(value);
    }
    return discover && ours;
}

/* ---- speaking ---- */

static bool take_token(struct ssdp *ssdp, uint64_t now_ms) {
    uint64_t gained = (now_ms - ssdp->refill_ms) * SSDP_RATE_PER_S / 1000;
    if (gained > 0) ssdp->refill_ms = now_ms; /* else fractions would be lost each time */
    ssdp->tokens = gained >= SSDP_BURST - ssdp->tokens ? SSDP_BURST : ssdp->tokens + (uint32_t)gained;
    if (ssdp->tokens == 0) return false;
    ssdp->tokens--;
    return true;
}

static bool is_on(const struct core *core) {
    return core->settings.ssdp_enabled && core->uuid[0] && core->network.https_port && core->network.ssdp_port;
}

/* UPnP Device Architecture, 1.2.2: at least two announcements within it. */
static unsigned long max_age_s(const struct core *core) {
    unsigned long twice_s = 2ul * core->settings.ssdp_notify_s;
    return twice_s > SSDP_MAX_AGE_S ? twice_s : SSDP_MAX_AGE_S;
}

/* What did not fit is not sent. */
static size_t bounded(int length) { return length > 0 && length < SSDP_MESSAGE_SIZE ? (size_t)length : 0; }

size_t ssdp_answer(struct ssdp *ssdp, const struct core *core, const char *datagram, size_t size, const char *address,
                   uint64_t now_ms, char out[SSDP_MESSAGE_SIZE]) {
    if (!is_on(core) || !is_search(datagram, size) || !take_token(ssdp, now_ms)) return 0;
    return bounded(snprintf(out, SSDP_MESSAGE_SIZE,
                            "HTTP/1.1 200 OK\r\n"
                            "CACHE-CONTROL: max-age=%lu\r\n"
                            "ST: " URN ":%d\r\n"
                            "USN: uuid:%s::" URN ":%d\r\n"
                            "AL: https://%s:%u/redfish/v1/\r\n"
                            "EXT:\r\n\r\n",
                            max_age_s(core), SSDP_REDFISH_MINOR, core->uuid, SSDP_REDFISH_MINOR, address,
                            (unsigned)core->network.https_port));
}

static size_t say(const struct core *core, const char *kind, const char *address, char out[SSDP_MESSAGE_SIZE]) {
    return bounded(snprintf(out, SSDP_MESSAGE_SIZE,
                            "NOTIFY * HTTP/1.1\r\n"
                            "HOST: %s:%u\r\n"
                            "CACHE-CONTROL: max-age=%lu\r\n"
                            "NT: " URN ":%d\r\n"
                            "NTS: ssdp:%s\r\n"
                            "USN: uuid:%s::" URN ":%d\r\n"
                            "AL: https://%s:%u/redfish/v1/\r\n\r\n",
                            core->network.ssdp_ipv6 ? "[" SSDP_GROUP_IPV6 "]" : SSDP_GROUP_IPV4,
                            (unsigned)core->network.ssdp_port, max_age_s(core), SSDP_REDFISH_MINOR, kind, core->uuid,
                            SSDP_REDFISH_MINOR, address, (unsigned)core->network.https_port));
}

size_t ssdp_notify(struct ssdp *ssdp, const struct core *core, const char *address, bool ending, uint64_t now_ms,
                   char out[SSDP_MESSAGE_SIZE], uint64_t *wake_ms) {
    uint64_t interval_ms = core->settings.ssdp_notify_s * (uint64_t)1000;
    bool wanted = !ending && is_on(core) && interval_ms > 0;
    *wake_ms = now_ms + CHECK_AGAIN_MS;
    if (!wanted) {
        bool goodbye = ssdp->announced;
        ssdp->announced = false;
        ssdp->notify_ms = now_ms;
        return goodbye ? say(core, "byebye", address, out) : 0;
    }
    if (ssdp->notify_ms > now_ms + interval_ms) ssdp->notify_ms = now_ms + interval_ms; /* it was made shorter */
    if (ssdp->notify_ms > now_ms) {
        if (ssdp->notify_ms < *wake_ms) *wake_ms = ssdp->notify_ms;
        return 0;
    }
    ssdp->notify_ms = now_ms + interval_ms;
    ssdp->announced = true;
    return say(core, "alive", address, out);
}
