/* SPDX-License-Identifier: Apache-2.0
 * What the files of the web server share: https.c (connections and their deadlines), https_request.c (bytes into a request),
 * https_exchange.c (the exchange's duties), https_response.c (an answer into bytes). */
#ifndef PORT_LINUX_HTTPS_INTERNAL_H
#define PORT_LINUX_HTTPS_INTERNAL_H

#include <microhttpd.h>

#include "port/common/http_head.h"
#include "port/linux/https.h"
#include "service/stream.h"

enum https_stage {
    STAGE_FREE = 0,
    STAGE_IDLE,   /* before a request line */
    STAGE_HEAD,   /* request line read */
    STAGE_BODY,   /* headers read */
    STAGE_ANSWER, /* the exchange is under way, or its answer */
    STAGE_STREAM,
};

/* What becomes of a request's body. */
enum https_body {
    BODY_KEPT = 0,  /* in the request, for the exchange that begins with its end */
    BODY_ADMITTING, /* the exchange has begun before it, see http_streams(), and decides whether it may come */
    BODY_STREAMED,  /* the exchange takes it piece by piece */
    BODY_DROPPED,   /* the answer is there and waits for its end */
};

struct https_connection {
    struct https *https;
    struct MHD_Connection *mhd;
    enum https_stage stage; /* written by its server thread under https->lock, so that others may read it under that */
    int fd;                 /* guarded by https->lock */
    uint64_t deadline_ms;   /* 0: none; guarded by https->lock */
    enum http_refusal refusal;
    const char *target, *target_end; /* in libmicrohttpd's buffer; see https_request_head() */
    enum https_body body;
    bool expects_continue; /* 100: the body comes only when the answer is not there already */
    bool admitted;         /* the body was let in */
    unsigned long long announced_size;
    size_t discarded_size;
    bool waited; /* the latest step of the exchange ended in HTTP_WAIT */
    struct loop_waiter waiter;
    struct derive_job job;
    struct stream stream; /* STAGE_STREAM; its messages are put into x.response.out */
    size_t message_size, message_sent;
    bool last_part; /* of an answer in parts: x.response.out holds it */
    struct http_exchange x;
};

struct https {
    struct MHD_Daemon *daemon;
    struct loop *loop;
    struct derive *derive;
    struct tls_live *tls;
    uint16_t port;
    pthread_mutex_t lock;
    struct https_connection connection[HTTPS_CONNECTION_MAX];
};

/* https.c */
void https_stage(struct https_connection *connection, enum https_stage stage, uint64_t allowed_ms);

/* https_request.c. All of them note what they find wrong in the request's flags or in connection->refusal. */
void https_request_line(struct https_connection *connection, const char *target);
void https_request_head(struct https_connection *connection, const char *method, const char *version);
void https_request_body(struct https_connection *connection, const char *data, size_t size);

/* https_exchange.c */
enum MHD_Result https_begin(struct https_connection *connection);
enum MHD_Result https_drive(struct https_connection *connection);
/* The next bytes of a BODY_STREAMED, and its end. */
void https_stream(struct https_connection *connection, const char *data, size_t size);
enum MHD_Result https_stream_end(struct https_connection *connection);

/* https_response.c */
enum MHD_Result https_refuse(struct https_connection *connection, enum http_refusal refusal);
enum MHD_Result https_answer(struct https_connection *connection);
enum MHD_Result https_answer_stream(struct https_connection *connection, MHD_ContentReaderCallback reader);

#endif
