/* SPDX-License-Identifier: Apache-2.0
 * Every bound of the core, in one place, with its reason. */
#ifndef CORE_LIMITS_H
#define CORE_LIMITS_H

#define NODE_COUNT  4 /* sockets on the board */
#define INPUT_COUNT 2 /* DC1 and DC2 */
#define NODE_ALL    ((1u << NODE_COUNT) - 1)

#define EVENTLOG_ENTRY_COUNT 256 /* 32 KiB of RAM at 128 bytes each, a third of the static budget */
#define EVENT_TEXT_SIZE      52  /* completes the entry to 128 bytes, see eventlog.h */
#define USER_NAME_SIZE       17  /* 16 characters, the IPMI 2.0 limit, and the terminator */

#define ACCOUNT_COUNT      8  /* one household or rack team; 120 bytes each in the store */
#define PASSWORD_MIN       8  /* NIST SP 800-63B, 5.1.1.1; the DMTF use case checker sends 8 */
#define PASSWORD_MAX       64 /* NIST SP 800-63B asks for at least 64 to be allowed */
#define SESSION_COUNT      16 /* clients leak sessions (sushy); the longest idle one is given up first */
#define SESSION_TOKEN_SIZE 33 /* 128 random bits in hex, and the terminator */
#define LOCKOUT_COUNT      16 /* names with recent failures: one for each account, and as many that are no account's */

#define LOCKOUT_MAX_MS   900000  /* a quarter of an hour: long for a guesser, bearable for the owner */
#define LOCKOUT_RESET_MS 3600000 /* wrong passwords are forgotten after an hour without one */

#define POWER_TASK_COUNT  16 /* orders in flight (at most 4) and the latest finished ones */
#define POWER_EVENT_COUNT 16 /* events one step may produce: four per node */

#define CONSOLE_RING_SIZE 3072              /* last words per node: about 40 lines, a whole oops with its trace */
#define CONSOLE_LINE_MAX  240               /* a longer line is cut */
#define CRASH_TEXT_SIZE   CONSOLE_RING_SIZE /* all of the last words */
#define CRASH_COUNT       4                 /* panics whose texts the store keeps of each node: 33 KiB of it in all */

#define HOST_NAME_SIZE  33 /* 32 characters and the terminator */
#define NODE_LABEL_SIZE 33 /* AssetTag, of a node and of the board */

#define NTP_SERVER_COUNT 4  /* RFC 8633, 3.2: four servers outvote a false one */
#define NTP_SERVER_SIZE  64 /* a host name or address of up to 63 characters */

#endif
