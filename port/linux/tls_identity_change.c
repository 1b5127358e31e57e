/* SPDX-License-Identifier: Apache-2.0 */
#include "port/linux/tls_identity_change.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "port/linux/state_dir.h"

#define NEXT_FILE    "next.pem" /* key, then chain */
#define PENDING_FILE "pending-key.pem"
#define CERTIFICATE  "-----BEGIN CERTIFICATE-----"

static int erase(int fd, const char *name) { return unlinkat(fd, name, 0) == 0 || errno == ENOENT ? 0 : -1; }

/* The order of the parts does not matter: while next.pem is there, they are written again. */
static int take_apart(int fd, const char *both) {
    const char *chain = strstr(both, CERTIFICATE);
    if (chain == NULL) return state_file_set_aside(fd, NEXT_FILE); /* not written by us */
    if (state_file_write(fd, TLS_KEY_FILE, both, (size_t)(chain - both), 0600) != 0) return -1;
    if (state_file_write(fd, TLS_CERTIFICATE_FILE, chain, strlen(chain), 0644) != 0) return -1;
    return erase(fd, NEXT_FILE) == 0 && fsync(fd) == 0 ? 0 : -1;
}

int tls_change_finish(int fd) {
    char both[STATE_FILE_MAX];
    ssize_t size = state_file_read(fd, NEXT_FILE, both, sizeof both);
    if (size < 0) return errno == ENOENT ? 0 : -1;
    int result = take_apart(fd, both);
    explicit_bzero(both, sizeof both);
    return result;
}

int tls_change_commit(int fd, const char *key_pem, const char *chain_pem) {
    char both[STATE_FILE_MAX];
    const char *chain = strstr(chain_pem, CERTIFICATE); /* words before it would end up in the key's file */
    int size = snprintf(both, sizeof both, "%s%s", key_pem, chain != NULL ? chain : "");
    int result = -1;
    errno = EINVAL;
    if (chain != NULL && size < (int)sizeof both) result = state_file_write(fd, NEXT_FILE, both, (size_t)size, 0600);
    explicit_bzero(both, sizeof both);
    if (result != 0) return -1;
    (void)tls_change_finish(fd); /* or the next start does */
    return 0;
}

int tls_change_save_pending(int fd, const char *key_pem) {
    return state_file_write(fd, PENDING_FILE, key_pem, strlen(key_pem), 0600);
}

ssize_t tls_change_load_pending(int fd, char *key_pem, size_t size) { return state_file_read(fd, PENDING_FILE, key_pem, size); }

void tls_change_drop_pending(int fd) { (void)erase(fd, PENDING_FILE); } /* left behind it does no harm */

/* next.pem first: found later, it would bring back what is gone. */
int tls_change_forget(int state_fd) {
    static const char *const names[] = {NEXT_FILE,
                                        PENDING_FILE,
                                        TLS_KEY_FILE,
                                        TLS_CERTIFICATE_FILE,
                                        NEXT_FILE ".old",
                                        TLS_KEY_FILE ".old",
                                        TLS_CERTIFICATE_FILE ".old"};
    int fd = state_dir_sub(state_fd, "tls"), result = 0;
    if (fd < 0) return -1;
    for (size_t i = 0; i < sizeof names / sizeof names[0] && result == 0; i++) result = erase(fd, names[i]);
    if (result == 0) result = fsync(fd);
    int error = errno;
    close(fd);
    errno = error;
    return result;
}
