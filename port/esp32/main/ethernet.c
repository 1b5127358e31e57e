/* SPDX-License-Identifier: Apache-2.0
 * The chip and its driver. What is known of the network stands in ethernet_state.c. */
#include "port/esp32/main/ethernet.h"

#include <driver/gpio.h>
#include <driver/spi_master.h>
#include <esp_eth_mac_openeth.h>
#include <esp_eth_mac_spi.h>
#include <esp_eth_netif_glue.h>
#include <esp_event.h>
#include <esp_log.h>
#include <esp_mac.h>
#include <string.h>

#include "port/esp32/main/clock.h"

/* The SPI3 IO_MUX pins (SCH, hardware description). */
#define PIN_SCLK      18
#define PIN_MISO      19
#define PIN_MOSI      23
#define PIN_CS        5
#define PIN_INTERRUPT 21
#define PIN_RESET     22

#define CLOCK_HZ         26670000 /* IO_MUX would allow 80 MHz; the wiring is not known (guessed) */
#define QUEUE_SIZE       20       /* transfers of the driver under way */
#define RX_TASK_STACK    3072
#define RESET_TIMEOUT_MS 500
#define PHYCFGR          (0x002eu << 16) /* W5500 data sheet, 4.1: its one PHY register, in the common block */

static const char tag[] = "ethernet";

/* ---- what is heard ---- */

static uint32_t seconds(void) { return (uint32_t)(clock_now_ms() / 1000) + 1; }

/* Every frame passes here on its way to lwIP: who sent it is all that is looked at. */
static esp_err_t on_frame(esp_eth_handle_t driver, uint8_t *frame, uint32_t size, void *ctx) {
    struct ethernet *ethernet = ctx;
    (void)driver;
    if (size >= 14) {
        const uint8_t *from = frame + 6;
        uint32_t low = (uint32_t)from[2] << 24 | (uint32_t)from[3] << 16 | (uint32_t)from[4] << 8 | from[5];
        uint32_t high = (uint32_t)from[0] << 8 | from[1];
        bool gateway = low == atomic_load(&ethernet->gateway_mac_low) && high == atomic_load(&ethernet->gateway_mac_high);
        atomic_store(gateway ? &ethernet->gateway_heard_s : &ethernet->others_heard_s, seconds());
    }
    return esp_netif_receive(ethernet->netif, frame, size, NULL);
}

/* ---- events of the driver, from the event loop's task ---- */

static void on_event(void *ctx, esp_event_base_t base, int32_t id, void *data) {
    struct ethernet *ethernet = ctx;
    (void)base, (void)data;
    if (id == ETHERNET_EVENT_CONNECTED) {
        atomic_store(&ethernet->link_up, true);
        if (esp_netif_create_ip6_linklocal(ethernet->netif) != ESP_OK) ESP_LOGW(tag, "no IPv6");
    }
    if (id == ETHERNET_EVENT_DISCONNECTED || id == ETHERNET_EVENT_STOP) atomic_store(&ethernet->link_up, false);
}

/* ---- the driver ---- */

#ifdef CONFIG_SUPER4C_OPENETH
static void make_parts(struct ethernet *ethernet) {
    const eth_mac_config_t mac = ETH_MAC_DEFAULT_CONFIG();
    eth_phy_config_t phy = ETH_PHY_DEFAULT_CONFIG();
    phy.reset_gpio_num = -1;
    ethernet->mac = esp_eth_mac_new_openeth(&mac);
    ethernet->phy = esp_eth_phy_new_dp83848(&phy);
}

static int start_bus(void) { return 0; }

bool ethernet_chip_fault(struct ethernet *ethernet) { return ethernet->driver == NULL; }
#else
static void make_parts(struct ethernet *ethernet) {
    spi_device_interface_config_t device = {
        .mode = 0, .clock_speed_hz = CLOCK_HZ, .spics_io_num = PIN_CS, .queue_size = QUEUE_SIZE};
    eth_w5500_config_t w5500 = ETH_W5500_DEFAULT_CONFIG(SPI3_HOST, &device);
    eth_mac_config_t mac = ETH_MAC_DEFAULT_CONFIG();
    eth_phy_config_t phy = ETH_PHY_DEFAULT_CONFIG();
    w5500.int_gpio_num = PIN_INTERRUPT;
    mac.rx_task_stack_size = RX_TASK_STACK;
    mac.sw_reset_timeout_ms = RESET_TIMEOUT_MS;
    phy.reset_gpio_num = PIN_RESET; /* the driver pulses it when it is installed */
    ethernet->mac = esp_eth_mac_new_w5500(&w5500, &mac);
    ethernet->phy = esp_eth_phy_new_w5500(&phy);
}

static int start_bus(void) {
    const spi_bus_config_t bus = {
        .mosi_io_num = PIN_MOSI, .miso_io_num = PIN_MISO, .sclk_io_num = PIN_SCLK, .quadwp_io_num = -1, .quadhd_io_num = -1};
    esp_err_t isr = gpio_install_isr_service(0);
    bool ready = isr == ESP_OK || isr == ESP_ERR_INVALID_STATE; /* somebody else may have been first */
    return ready && spi_bus_initialize(SPI3_HOST, &bus, SPI_DMA_CH_AUTO) == ESP_OK ? 0 : -1;
}

/* A chip that works has the highest bit set: "not in reset". Nobody at the other end reads as zeros, MISO being pulled down, or
 * as ones, which a chip at its best may be as well and which therefore count as an answer. */
bool ethernet_chip_fault(struct ethernet *ethernet) {
    uint32_t value = 0;
    esp_eth_phy_reg_rw_data_t read = {.reg_addr = PHYCFGR, .reg_value_p = &value};
    if (ethernet->driver == NULL || esp_eth_ioctl(ethernet->driver, ETH_CMD_READ_PHY_REG, &read) != ESP_OK) return true;
    return (value & 0x80) == 0;
}
#endif

static void delete_parts(struct ethernet *ethernet) {
    if (ethernet->phy != NULL) (void)ethernet->phy->del(ethernet->phy);
    if (ethernet->mac != NULL) (void)ethernet->mac->del(ethernet->mac);
    ethernet->phy = NULL;
    ethernet->mac = NULL;
}

static void uninstall(struct ethernet *ethernet) {
    if (ethernet->glue != NULL) (void)esp_eth_del_netif_glue(ethernet->glue);
    if (ethernet->driver != NULL) (void)esp_eth_driver_uninstall(ethernet->driver);
    ethernet->glue = NULL;
    ethernet->driver = NULL;
    delete_parts(ethernet);
}

static bool attach(struct ethernet *ethernet) {
    uint8_t mac[6];
    bool attached = esp_read_mac(mac, ESP_MAC_ETH) == ESP_OK &&
                    esp_eth_ioctl(ethernet->driver, ETH_CMD_S_MAC_ADDR, mac) == ESP_OK;
    ethernet->glue = attached ? esp_eth_new_netif_glue(ethernet->driver) : NULL;
    return ethernet->glue != NULL && esp_netif_attach(ethernet->netif, ethernet->glue) == ESP_OK &&
           esp_eth_update_input_path(ethernet->driver, on_frame, ethernet) == ESP_OK && esp_eth_start(ethernet->driver) == ESP_OK;
}

/* Resets the chip, too. */
static bool install(struct ethernet *ethernet) {
    make_parts(ethernet);
    esp_eth_config_t config = ETH_DEFAULT_CONFIG(ethernet->mac, ethernet->phy);
    bool made = ethernet->mac != NULL && ethernet->phy != NULL;
    if (made && esp_eth_driver_install(&config, &ethernet->driver) == ESP_OK && attach(ethernet)) return true;
    ESP_LOGE(tag, "the network chip does not answer");
    uninstall(ethernet);
    return false;
}

void ethernet_restart_driver(struct ethernet *ethernet) {
    if (ethernet->driver == NULL) return; /* the next step of the ladder installs it */
    if (esp_eth_stop(ethernet->driver) != ESP_OK) ESP_LOGW(tag, "the driver does not stop");
    if (esp_eth_start(ethernet->driver) != ESP_OK) ESP_LOGE(tag, "the driver does not start");
}

void ethernet_reset_chip(struct ethernet *ethernet) {
    if (ethernet->driver != NULL) (void)esp_eth_stop(ethernet->driver);
    atomic_store(&ethernet->link_up, false);
    uninstall(ethernet);
    (void)install(ethernet);
}

/* ---- start ---- */

static bool set_address(struct ethernet *ethernet) {
    static const uint8_t none[4];
    const struct ethernet_ipv4 *ipv4 = &ethernet->ipv4;
    esp_netif_ip_info_t info = {0};
    esp_netif_dns_info_t name_server = {.ip.type = ESP_IPADDR_TYPE_V4};
    if (memcmp(ipv4->address, none, 4) == 0) return true; /* by DHCP, which esp_netif does of itself */
    memcpy(&info.ip, ipv4->address, 4);
    memcpy(&info.gw, ipv4->gateway, 4);
    info.netmask.addr = ipv4->prefix > 0 ? esp_netif_htonl(UINT32_MAX << (32 - ipv4->prefix)) : 0;
    memcpy(&name_server.ip.u_addr.ip4, ipv4->name_server, 4);
    return esp_netif_dhcpc_stop(ethernet->netif) == ESP_OK && esp_netif_set_ip_info(ethernet->netif, &info) == ESP_OK &&
           esp_netif_set_dns_info(ethernet->netif, ESP_NETIF_DNS_MAIN, &name_server) == ESP_OK;
}

void ethernet_set_host_name(struct ethernet *ethernet, const char *host_name) {
    if (esp_netif_set_hostname(ethernet->netif, host_name) != ESP_OK) ESP_LOGW(tag, "the host name is not set");
}

int ethernet_start(struct ethernet *ethernet, const struct ethernet_ipv4 *ipv4, const char *host_name) {
    const esp_netif_config_t config = ESP_NETIF_DEFAULT_ETH();
    memset(ethernet, 0, sizeof *ethernet);
    ethernet->ipv4 = *ipv4;
    ethernet->netif = esp_netif_new(&config);
    if (ethernet->netif == NULL || start_bus() != 0) return -1;
    if (esp_event_handler_register(ETH_EVENT, ESP_EVENT_ANY_ID, on_event, ethernet) != ESP_OK) return -1;
    ethernet_set_host_name(ethernet, host_name);
    if (!set_address(ethernet)) return -1;
    (void)install(ethernet);
    return 0;
}
