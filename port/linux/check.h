/* SPDX-License-Identifier: Apache-2.0
 * check - what a failed CHECK() does on Linux: the place goes to standard error and to last-check.txt in the state directory,
 * then the process aborts without a goodbye to the board, which is how a chip's panic looks to it. The supervisor starts the
 * firmware again. Uses no lock and no memory of the broken program beyond the directory's descriptor. */
#ifndef PORT_LINUX_CHECK_H
#define PORT_LINUX_CHECK_H

#include "core/check.h"

/* Where to leave the record; -1 (the default) leaves none. */
void check_record_in(int state_fd);

#endif
