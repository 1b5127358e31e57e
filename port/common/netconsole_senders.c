/* SPDX-License-Identifier: Apache-2.0 */
#include "port/common/netconsole_senders.h"

#include <string.h>

static struct netconsole_sender *sender_of(struct netconsole_senders *senders, const uint8_t address[4]) {
    struct netconsole_sender *oldest = &senders->sender[0];
    for (unsigned i = 0; i < NETCONSOLE_SENDER_COUNT; i++) {
        struct netconsole_sender *sender = &senders->sender[i];
        if (sender->seen_ms != 0 && memcmp(sender->address, address, sizeof sender->address) == 0) return sender;
        if (sender->seen_ms < oldest->seen_ms) oldest = sender;
    }
    *oldest = (struct netconsole_sender){.tokens = NETCONSOLE_BURST};
    memcpy(oldest->address, address, sizeof oldest->address);
    return oldest;
}

bool netconsole_admit(struct netconsole_senders *senders, const uint8_t address[4], uint64_t now_ms) {
    struct netconsole_sender *sender = sender_of(senders, address);
    uint64_t gained = sender->seen_ms == 0 ? 0 : (now_ms - sender->seen_ms) * NETCONSOLE_RATE_PER_S / 1000;
    if (gained > 0 || sender->seen_ms == 0) sender->seen_ms = now_ms; /* else fractions of a token would be lost each time */
    sender->tokens = gained >= NETCONSOLE_BURST - sender->tokens ? NETCONSOLE_BURST : sender->tokens + (uint32_t)gained;
    if (sender->tokens == 0) return false;
    sender->tokens--;
    return true;
}
