/* SPDX-License-Identifier: Apache-2.0 */
#include "core/links.h"

#include <stdio.h>

#define BUCKET_MS 600000

struct step {
    struct links *links;
    const struct links_limits *limits;
    const struct links_in *in;
    struct event *events;
    size_t event_count;
};

static void say(struct step *s, enum event_code code, int32_t first, int32_t second, const char *text) {
    struct event event = event_make(code, 0, text);
    event.arg[0] = first;
    event.arg[1] = second;
    s->events[s->event_count++] = event;
}

/* ---- changes of the carrier ---- */

static uint32_t bucket_number(uint64_t now_ms) { return (uint32_t)(now_ms / BUCKET_MS); }

static void turn_buckets(struct node_link *link, uint64_t now_ms) {
    uint32_t number = bucket_number(now_ms), passed = number - link->bucket_number;
    for (uint32_t i = 0; i < passed && i < LINK_BUCKET_COUNT; i++) link->bucket[(number - i) % LINK_BUCKET_COUNT] = 0;
    link->bucket_number = number;
}

unsigned links_changes(const struct node_link *link, uint64_t now_ms) {
    uint32_t number = bucket_number(now_ms);
    unsigned sum = 0;
    for (uint32_t i = 0; i < LINK_BUCKET_COUNT; i++) {
        bool kept = number - i <= link->bucket_number && link->bucket_number - (number - i) < LINK_BUCKET_COUNT;
        if (i <= number && kept) sum += link->bucket[(number - i) % LINK_BUCKET_COUNT];
    }
    return sum;
}

/* The counter falls when the interface is made anew: then its changes are all since then. */
static void count_changes(struct node_link *link, uint32_t counter, bool same_boot, uint64_t now_ms) {
    turn_buckets(link, now_ms);
    uint32_t fresh = counter < link->carrier_changes ? counter : counter - link->carrier_changes;
    bool comparable = link->known && same_boot;
    link->carrier_changes = counter;
    if (!comparable) return;
    uint8_t *bucket = &link->bucket[link->bucket_number % LINK_BUCKET_COUNT];
    *bucket = fresh > (uint32_t)(UINT8_MAX - *bucket) ? UINT8_MAX : (uint8_t)(*bucket + fresh);
}

static void watch_flaps(struct step *s, enum node_network network) {
    struct node_link *link = &s->links->link[network];
    unsigned changes = links_changes(link, s->in->now_ms);
    if (!link->flapping && changes >= s->limits->flap_count && s->event_count < LINK_EVENT_COUNT) {
        link->flapping = true;
        say(s, EVENT_LINK_FLAPS, (int32_t)changes, 0, links_network_name(network));
    } else if (changes == 0) {
        link->flapping = false;
    }
}

/* ---- state and speed ---- */

static void tell_state(struct step *s, enum node_network network) {
    struct node_link *link = &s->links->link[network];
    const char *name = links_network_name(network);
    char words[EVENT_TEXT_SIZE];
    if (link->up && link->speed_mbps) {
        snprintf(words, sizeof words, "%s, %u Mbit/s", name, link->speed_mbps);
        name = words;
    }
    say(s, link->up ? EVENT_NODE_LINK_UP : EVENT_NODE_LINK_DOWN, 0, 0, name);
    link->told_up = link->up;
}

/* A link that is still down when its node is first seen, in the middle of a boot, is held to be one that comes up. */
static void watch_state(struct step *s, enum node_network network, const struct agent_interface *interface) {
    struct node_link *link = &s->links->link[network];
    const struct agent_report *report = s->in->report;
    bool boots = (report->has & AGENT_HAS_UPTIME) && report->uptime_s < s->limits->boot_s;
    if (!link->known) link->told_up = interface->up || boots;
    link->known = true;
    link->up = interface->up;
    link->speed_mbps = interface->up ? interface->speed_mbps : 0;
    if (link->up != link->told_up && !boots && s->event_count < LINK_EVENT_COUNT) tell_state(s, network);
}

/* A speed of zero is not known, and no slowness. */
static void watch_speed(struct step *s, enum node_network network) {
    struct node_link *link = &s->links->link[network];
    uint16_t built_mbps = s->limits->speed_mbps[network];
    bool below = link->up && link->speed_mbps && link->speed_mbps < built_mbps;
    uint32_t now_s = (uint32_t)(s->in->now_ms / 1000);
    if (!below) link->slow_s = 0;
    if (below && !link->slow_s) link->slow_s = now_s ? now_s : 1;
    if (s->event_count == LINK_EVENT_COUNT) return;
    if (below && !link->slow && (now_s - link->slow_s) * UINT64_C(1000) >= s->limits->slow_ms) {
        link->slow = true;
        say(s, EVENT_LINK_SLOW, link->speed_mbps, built_mbps, links_network_name(network));
    } else if (link->slow && link->up && link->speed_mbps >= built_mbps) {
        link->slow = false;
        say(s, EVENT_LINK_FULL_SPEED, link->speed_mbps, 0, links_network_name(network));
    }
}

/* ---- separation ---- */

static uint32_t ipv4(const uint8_t address[4]) {
    return (uint32_t)address[0] << 24 | (uint32_t)address[1] << 16 | (uint32_t)address[2] << 8 | address[3];
}

static bool one_subnet(const struct agent_interface *a, const struct agent_interface *b) {
    uint8_t shorter = a->prefix_length < b->prefix_length ? a->prefix_length : b->prefix_length;
    if (!a->known || !b->known || shorter == 0 || shorter > 32) return false;
    return ((ipv4(a->address) ^ ipv4(b->address)) >> (32 - shorter)) == 0;
}

uint8_t links_findings(const struct agent_report *report) {
    unsigned findings = 0;
    if (one_subnet(&report->interface[NETWORK_SERVICE], &report->interface[NETWORK_BACKPLANE]))
        findings |= LINK_FINDING_SAME_SUBNET;
    if (!(report->has & AGENT_HAS_FINDINGS)) return (uint8_t)findings;
    if (report->findings & AGENT_FOUND_FORWARDING) findings |= LINK_FINDING_FORWARDING;
    if (report->findings & AGENT_FOUND_BACKPLANE_DEFAULT_ROUTE) findings |= LINK_FINDING_DEFAULT_ROUTE;
    return (uint8_t)findings;
}

static void watch_separation(struct step *s) {
    struct links *links = s->links;
    uint8_t findings = links_findings(s->in->report);
    if (findings != links->candidate) links->seen_count = 0;
    links->candidate = findings;
    if (links->seen_count < UINT8_MAX) links->seen_count++;
    if (findings == links->findings || links->seen_count < s->limits->confirm_count) return;
    for (unsigned i = 0; i < LINK_FINDING_COUNT; i++) {
        unsigned bit = 1u << i;
        if (!(findings & bit) || (links->findings & bit)) continue;
        if (s->event_count == LINK_EVENT_COUNT) return; /* the rest with the next report */
        say(s, links_finding_event((enum link_finding)bit), 0, 0, NULL);
        links->findings |= (uint8_t)bit;
    }
    if (findings == 0 && s->event_count == LINK_EVENT_COUNT) return;
    if (findings == 0) say(s, EVENT_SEPARATION_RESTORED, 0, 0, NULL);
    links->findings = findings;
}

size_t links_step(struct links *links, const struct links_limits *limits, const struct links_in *in,
                  struct event events[LINK_EVENT_COUNT]) {
    struct step s = {.links = links, .limits = limits, .in = in, .events = events};
    if (!in->report || in->report_ms == links->report_ms) return 0;
    links->report_ms = in->report_ms;
    bool same_boot = in->boot == links->boot;
    links->boot = in->boot;
    for (unsigned i = 0; i < NETWORK_COUNT; i++) {
        const struct agent_interface *interface = &in->report->interface[i];
        if (!interface->known) continue;
        count_changes(&links->link[i], interface->carrier_changes, same_boot, in->now_ms);
        watch_state(&s, (enum node_network)i, interface);
        watch_speed(&s, (enum node_network)i);
        watch_flaps(&s, (enum node_network)i);
    }
    watch_separation(&s);
    return s.event_count;
}

/* ---- for people ---- */

const char *links_network_name(enum node_network network) { return network == NETWORK_BACKPLANE ? "backplane" : "service"; }

enum event_code links_finding_event(enum link_finding finding) {
    switch (finding) {
    case LINK_FINDING_FORWARDING:
        return EVENT_NODE_FORWARDS;
    case LINK_FINDING_DEFAULT_ROUTE:
        return EVENT_BACKPLANE_ROUTE;
    default:
        return EVENT_ONE_SUBNET;
    }
}
