/* SPDX-License-Identifier: Apache-2.0
 * mac_mbedtls - the hashes of hal/mac.h by mbedTLS. Holds nothing. */
#ifndef PORT_COMMON_MAC_MBEDTLS_H
#define PORT_COMMON_MAC_MBEDTLS_H

#include "hal/mac.h"

struct hal_mac mac_hal(void);

#endif
