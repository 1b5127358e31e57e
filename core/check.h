/* SPDX-License-Identifier: Apache-2.0
 * CHECK() is the assertion that stays on in release. It states what cannot be false unless this program is wrong; nothing a
 * packet, a file, a chip or a user sends may reach one. The port's check_failed() records the place and restarts the controller,
 * which leaves every power pin as it is. */
#ifndef CORE_CHECK_H
#define CORE_CHECK_H

_Noreturn void check_failed(const char *file, int line, const char *condition);

#define CHECK(condition) ((condition) ? (void)0 : check_failed(__FILE__, __LINE__, #condition))

#endif
