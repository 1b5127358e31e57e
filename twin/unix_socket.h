/* SPDX-License-Identifier: Apache-2.0
 * unix_socket - Unix sockets by directory and name. A path may be longer than the 107 bytes of sun_path, so it is reached through
 * /proc/self/fd. Shared by the twin, its client and super4c-twinctl. */
#ifndef TWIN_UNIX_SOCKET_H
#define TWIN_UNIX_SOCKET_H

/* type: SOCK_STREAM or SOCK_SEQPACKET. Both return a descriptor (close-on-exec) or -1 with errno. */
int twin_unix_connect(const char *directory, const char *name, int type);
/* Replaces a socket left behind. The descriptor does not block. */
int twin_unix_listen(const char *directory, const char *name, int type, int backlog);

#endif
