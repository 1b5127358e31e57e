/* SPDX-License-Identifier: Apache-2.0
 * text - small conversions between values and the text forms that HTTP and Redfish use. No state, no clock. */
#ifndef SERVICE_TEXT_H
#define SERVICE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TEXT_TIME_SIZE    25 /* "2026-01-01T00:00:00.000Z" and the terminator */
#define TEXT_ADDRESS_SIZE 40 /* eight groups of four, RFC 4291 without shortening */

/* RFC 3339 in UTC with milliseconds, from milliseconds since 1970. */
void text_time(char out[TEXT_TIME_SIZE], uint64_t wall_ms);
/* An IPv6 address, or the IPv4 address in ::ffff:a.b.c.d. False when it is all zero: there is none. */
bool text_address(char out[TEXT_ADDRESS_SIZE], const uint8_t address[16]);
/* "a.b.c.d" whole and exact, no leading zeros. */
bool text_read_ipv4(const char *text, uint8_t address[4]);
/* A decimal number up to limit, the whole text. */
bool text_read_number(const char *text, uint32_t limit, uint32_t *number);
/* ASCII letters compare equal in either case; both whole. */
bool text_equal_any_case(const char *a, const char *b);
/* RFC 4648 base64 with padding. Returns the size, or SIZE_MAX when malformed or larger than size. */
size_t text_base64_decode(const char *text, uint8_t *out, size_t size);
/* %XX and '+' as in a query. False when malformed, holding NUL, or too long for out. */
bool text_query_decode(const char *text, size_t length, char *out, size_t size);

#endif
