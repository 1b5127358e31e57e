/* SPDX-License-Identifier: Apache-2.0
 * text - what may go into a report as text: UTF-8 without control characters. Pure. */
#ifndef AGENT_TEXT_H
#define AGENT_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* Copies a text without the blanks around it, cut at a character's border to what fits with the terminator. False, and an empty
 * text, when nothing is left or it is not clean. */
bool text_clean(char *out, size_t size, const char *text);

#endif
