/* SPDX-License-Identifier: Apache-2.0 */
#include "port/esp32/main/names.h"

#include <esp_log.h>
#include <esp_mac.h>
#include <mdns.h>
#include <stdio.h>
#include <string.h>

static const char tag[] = "names";

void names_choose(char name[HOST_NAME_SIZE], const char *chosen) {
    uint8_t mac[6] = {0};
    if (chosen[0] != '\0') {
        snprintf(name, HOST_NAME_SIZE, "%s", chosen);
        return;
    }
    (void)esp_read_mac(mac, ESP_MAC_ETH);
    snprintf(name, HOST_NAME_SIZE, "super4c-%02x%02x", mac[4], mac[5]);
}

/* DMTF DSP0266, 14.4 "Discovery" leaves mDNS to the implementation; clients look for the service root's path in "path". */
int names_start(struct names *names, struct ethernet *ethernet, const char *host_name, uint16_t https_port) {
    mdns_txt_item_t redfish[] = {{"path", "/redfish/v1/"}}, page[] = {{"path", "/"}};
    *names = (struct names){.ethernet = ethernet};
    snprintf(names->host_name, sizeof names->host_name, "%s", host_name);
    if (mdns_init() != ESP_OK || mdns_hostname_set(host_name) != ESP_OK || mdns_instance_name_set(host_name) != ESP_OK) return -1;
    bool added = mdns_service_add(NULL, "_https", "_tcp", https_port, page, 1) == ESP_OK &&
                 mdns_service_add(NULL, "_redfish", "_tcp", https_port, redfish, 1) == ESP_OK;
    return added ? 0 : -1;
}

void names_update(struct names *names, const char *chosen) {
    char name[HOST_NAME_SIZE];
    names_choose(name, chosen);
    if (strcmp(name, names->host_name) == 0) return;
    memcpy(names->host_name, name, sizeof name);
    ethernet_set_host_name(names->ethernet, name);
    if (mdns_hostname_set(name) != ESP_OK || mdns_instance_name_set(name) != ESP_OK) ESP_LOGW(tag, "mDNS keeps the old name");
}
