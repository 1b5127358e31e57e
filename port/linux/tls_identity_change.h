/* SPDX-License-Identifier: Apache-2.0
 * tls_identity_change - another key and certificate on disk, so that after a power cut at any moment both are the old ones or
 * both the new ones: they are written together as tls/next.pem, which is the moment of the change, then taken apart into key.pem
 * and cert.pem. A next.pem found at a start is taken apart then. The key of the latest certificate request waits as
 * pending-key.pem, over restarts too, until a certificate for it comes or another request is made. */
#ifndef PORT_LINUX_TLS_IDENTITY_CHANGE_H
#define PORT_LINUX_TLS_IDENTITY_CHANGE_H

#include <stddef.h>
#include <sys/types.h>

#define TLS_KEY_FILE         "key.pem"
#define TLS_CERTIFICATE_FILE "cert.pem"

/* fd: of the directory tls. */

/* 0 once the pair is the one that the next start finds; -1 with errno: nothing has changed. */
int tls_change_commit(int fd, const char *key_pem, const char *chain_pem);
/* Goes on with a change that was cut off. 0, also when there is none; -1 with errno. */
int tls_change_finish(int fd);
int tls_change_save_pending(int fd, const char *key_pem);
/* Size of the text, or -1 with errno: ENOENT when there is none. */
ssize_t tls_change_load_pending(int fd, char *key_pem, size_t size);
void tls_change_drop_pending(int fd);
/* Forgets keys, certificates and what was kept of older ones: the next start makes new ones. 0 or -1 with errno. */
int tls_change_forget(int state_fd);

#endif
