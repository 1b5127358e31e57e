/* SPDX-License-Identifier: Apache-2.0
 * ping - asks each node that is on and has an address, once a second, whether its kernel answers, and keeps when it last did; and
 * the controller's gateway, whose answer shows, as any request does, that the network carries something. It concludes nothing;
 * core/health does. After a controller restart nobody has answered yet. */
#ifndef BMC_PING_H
#define BMC_PING_H

#include "bmc/bmc.h"

/* After each sampling. Without a hal for pings it does nothing. */
void ping_step(struct bmc *bmc);

#endif
