/* SPDX-License-Identifier: Apache-2.0 */
#include "port/esp32/main/self_check.h"

#include <esp_http_client.h>

/* By the loopback address: the link is proven apart, and there may be no IPv4 address yet. Whose certificate it is matters to
 * clients; here it is our own. Not esp_http_client_perform(), which has an opinion of its own about 401. */
bool self_check_sign_in(uint16_t port) {
    const esp_http_client_config_t config = {
        .host = "127.0.0.1",
        .port = port,
        .path = "/redfish/v1/Managers/BMC",
        .transport_type = HTTP_TRANSPORT_OVER_SSL,
        .method = HTTP_METHOD_GET,
        .timeout_ms = SELF_CHECK_MS,
        .disable_auto_redirect = true,
        .skip_cert_common_name_check = true,
    };
    esp_http_client_handle_t client = esp_http_client_init(&config);
    if (client == NULL) return false;
    bool answered = esp_http_client_open(client, 0) == ESP_OK && esp_http_client_fetch_headers(client) >= 0 &&
                    esp_http_client_get_status_code(client) == 401;
    (void)esp_http_client_cleanup(client);
    return answered;
}
