/* SPDX-License-Identifier: Apache-2.0
 * deliver - brings events to their listeners: POSTs what bmc_delivery() hands out, all listeners at once and one delivery to
 * each, on a thread of its own. It decides nothing about retries; see service/delivery.h. A redirect is never followed, no proxy
 * and no .netrc of the environment is used, and an answer's body is not kept. Only 2xx counts as taken. A listener's certificate
 * is verified, where its subscription wants that, against tls/listeners.pem in the state directory if that file exists, else
 * against the system's authorities. After a restart of the program: goes on where the controller says. */
#ifndef PORT_LINUX_DELIVER_H
#define PORT_LINUX_DELIVER_H

#include "port/linux/loop.h"

#define DELIVER_CONNECT_MS    5000
#define DELIVER_TIMEOUT_MS    10000 /* of one delivery, from the name's resolution to the answer's end */
#define DELIVER_FINISH_MS     1000  /* for what is under way when the program ends */
#define DELIVER_ANSWER_MAX    (64 * 1024)
#define DELIVER_IDLE_MS       60000 /* looks again at the latest then */
#define DELIVER_AUTHORITY_MAX 512   /* the file's path */

struct deliver;

/* state_path: the state directory. NULL when there is no memory or no thread for it. */
struct deliver *deliver_start(struct loop *loop, const char *state_path);
/* Ends what is under way, or breaks it off after DELIVER_FINISH_MS. After loop_drain(), see https_stop(). */
void deliver_stop(struct deliver *deliver);

#endif
