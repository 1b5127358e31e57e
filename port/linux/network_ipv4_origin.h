/* SPDX-License-Identifier: Apache-2.0
 * network_ipv4_origin - how this machine came by an IPv4 address, asked of the kernel by rtnetlink(7). */
#ifndef PORT_LINUX_NETWORK_IPV4_ORIGIN_H
#define PORT_LINUX_NETWORK_IPV4_ORIGIN_H

#include "core/network.h"

/* An address with an end to its life is leased. NETWORK_ORIGIN_UNKNOWN when the kernel knows no such address. */
enum network_origin network_ipv4_origin(const uint8_t address[4]);

#endif
