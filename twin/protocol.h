/* SPDX-License-Identifier: Apache-2.0
 * protocol - the messages between the firmware process and the twin: the ESP32's bonds to its pins, its I2C bus and its link,
 * over a Unix SOCK_SEQPACKET socket named TWIN_SOCKET in the state directory. One request, one reply; both fixed layouts of one
 * machine, so fields have the machine's byte order. Every size is checked by both sides. */
#ifndef TWIN_PROTOCOL_H
#define TWIN_PROTOCOL_H

#include <stdint.h>

#define TWIN_SOCKET           "twin.sock"
#define TWIN_CONTROL_SOCKET   "ctl.sock"
#define TWIN_PROTOCOL_VERSION 1
#define TWIN_I2C_SIZE_MAX     256 /* one page of an SSD1306 is 129 bytes; registers are 3 */

enum twin_request_kind {
    TWIN_REQUEST_HELLO = 1, /* the firmware starts. value: UDP port for kernel words, 0 none; tx: that for the nodes' agents
                               (big-endian), when it has one. Reply: hal_reset_cause, when there is power */
    TWIN_REQUEST_GOODBYE,   /* esp_restart(): the end of the connection is a software reset, not a crash */
    TWIN_REQUEST_GET_LEVEL, /* pin. Reply: 0, 1 */
    TWIN_REQUEST_SET_LEVEL, /* pin, value */
    TWIN_REQUEST_SET_MODE,  /* pin, value: enum hal_gpio_mode */
    TWIN_REQUEST_SET_PULL,  /* pin, value: enum hal_gpio_pull */
    TWIN_REQUEST_SET_DRIVE, /* pin, value: 0..3 */
    TWIN_REQUEST_SET_HOLD,  /* pin, value */
    TWIN_REQUEST_RELATCH,   /* pin */
    TWIN_REQUEST_TRANSFER,  /* address, tx_size, rx_size, tx. Reply: rx */
    TWIN_REQUEST_RECOVER,
    TWIN_REQUEST_LINK,   /* Reply: 1 up, 0 down */
    TWIN_REQUEST_PING,   /* pin: node, from 0; value: last two bytes of its address in 127.0.0.0/16. An echo request goes out */
    TWIN_REQUEST_PINGED, /* Reply: mask of the nodes that answered since the last one */
};

struct twin_request {
    uint8_t version;
    uint8_t kind;
    uint8_t pin; /* GPIO number, 7-bit I2C address or node */
    uint8_t reserved;
    uint16_t value;
    uint16_t tx_size, rx_size;
    uint16_t sequence; /* repeated in the reply, so that a late answer is never taken for another's */
    uint8_t tx[TWIN_I2C_SIZE_MAX];
};

/* In place of a hal_error, in the reply to HELLO only. */
enum twin_hello_refusal { TWIN_HELLO_BUSY = -100, TWIN_HELLO_VERSION = -101 };

struct twin_reply {
    int32_t result; /* 0 or more: success; negative: hal_error or twin_hello_refusal */
    uint16_t sequence;
    uint16_t rx_size;
    uint8_t rx[TWIN_I2C_SIZE_MAX];
};

#endif
