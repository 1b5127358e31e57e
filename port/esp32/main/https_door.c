/* SPDX-License-Identifier: Apache-2.0 */
#include "port/esp32/main/https_door.h"

#include <esp_http_server.h>
#include <string.h>
#include <unistd.h>

#define STACK_SIZE 4096 /* accepts and selects, no more */
#define BACKLOG    5

/* Its parser is told this, whatever the client sends: it then calls on_ready(), which leaves the true bytes to the owner. */
static int prompt(httpd_handle_t server, int fd, char *out, size_t size, int flags) {
    static const char head[] = "GET / HTTP/1.1\r\n\r\n";
    (void)server, (void)fd, (void)flags;
    size_t part = sizeof head - 1 < size ? sizeof head - 1 : size;
    memcpy(out, head, part);
    return (int)part;
}

/* Its own words, in clear text, would break a TLS connection. */
static int swallow(httpd_handle_t server, int fd, const char *data, size_t size, int flags) {
    (void)server, (void)fd, (void)data, (void)flags;
    return (int)size;
}

static const struct https_door_owner *owner_of(httpd_handle_t server) { return httpd_get_global_user_ctx(server); }

static int pending(httpd_handle_t server, int fd) {
    const struct https_door_owner *owner = owner_of(server);
    return owner->pending(owner->ctx, fd) ? 1 : 0;
}

/* Never ESP_FAIL, upon which it would close the descriptor twice: by then it may be another's. */
static esp_err_t on_open(httpd_handle_t server, int fd) {
    const struct https_door_owner *owner = owner_of(server);
    httpd_sess_set_recv_override(server, fd, prompt);
    httpd_sess_set_send_override(server, fd, swallow);
    httpd_sess_set_pending_override(server, fd, pending);
    owner->opened(owner->ctx, fd);
    return ESP_OK;
}

static void on_close(httpd_handle_t server, int fd) {
    const struct https_door_owner *owner = owner_of(server);
    owner->closing(owner->ctx, fd);
    close(fd);
}

static esp_err_t on_ready(httpd_req_t *request) {
    const struct https_door_owner *owner = request->user_ctx;
    httpd_req_t *pass = NULL;
    int fd = httpd_req_to_sockfd(request);
    if (!owner->claim(owner->ctx, fd)) return ESP_FAIL; /* it closes the socket */
    if (httpd_req_async_handler_begin(request, &pass) != ESP_OK) pass = NULL;
    owner->claimed(owner->ctx, fd, (struct https_door_pass *)pass);
    return pass != NULL ? ESP_OK : ESP_FAIL;
}

void https_door_give_back(struct https_door_pass *pass) {
    (void)httpd_req_async_handler_complete((httpd_req_t *)pass); /* fails only when the server has ended, which it never does */
}

/* It frees the context when it stops: nothing of ours. */
static void keep(void *ctx) { (void)ctx; }

int https_door_open(const struct https_door_owner *owner, uint16_t port, uint16_t connection_max, unsigned task_priority) {
    httpd_handle_t server = NULL;
    const httpd_uri_t ready = {.uri = "/", .method = HTTP_GET, .handler = on_ready, .user_ctx = (void *)owner};
    httpd_config_t config = HTTPD_DEFAULT_CONFIG();
    config.server_port = port;
    config.stack_size = STACK_SIZE;
    config.task_priority = task_priority;
    config.max_open_sockets = connection_max;
    config.max_uri_handlers = 1;
    config.backlog_conn = BACKLOG;
    config.lru_purge_enable = true;
    config.keep_alive_enable = true;
    config.open_fn = on_open;
    config.close_fn = on_close;
    config.global_user_ctx = (void *)owner;
    config.global_user_ctx_free_fn = keep;
    if (httpd_start(&server, &config) != ESP_OK) return -1;
    return httpd_register_uri_handler(server, &ready) == ESP_OK ? 0 : -1;
}
