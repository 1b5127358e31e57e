/* SPDX-License-Identifier: Apache-2.0 */
#include "port/esp32/main/time_sntp.h"

#include <esp_log.h>
#include <esp_netif_sntp.h>
#include <string.h>

_Static_assert(CONFIG_LWIP_SNTP_MAX_SERVERS >= NTP_SERVER_COUNT, "lwIP asks all of the owner's servers");

void time_sntp_update(struct time_sntp *sntp, const struct settings *settings) {
    bool wanted = settings->ntp_enabled && settings->ntp_server[0][0] != '\0';
    if (wanted == sntp->running && (!wanted || memcmp(sntp->server, settings->ntp_server, sizeof sntp->server) == 0)) return;
    if (sntp->running) esp_netif_sntp_deinit();
    sntp->running = false;
    if (!wanted) return;
    memcpy(sntp->server, settings->ntp_server, sizeof sntp->server);
    esp_sntp_config_t config = {.start = true};
    for (unsigned i = 0; i < NTP_SERVER_COUNT && sntp->server[i][0] != '\0'; i++)
        config.servers[config.num_of_servers++] = sntp->server[i];
    sntp->running = esp_netif_sntp_init(&config) == ESP_OK;
    if (!sntp->running) ESP_LOGW("sntp", "the clock cannot be set");
}
