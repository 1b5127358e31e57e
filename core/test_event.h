/* SPDX-License-Identifier: Apache-2.0
 * test_event - the latest event that somebody had submitted as a test. The log holds its MessageId; what else its sender wanted
 * the listeners to read stands here, until the next test. After a controller restart: gone; such an entry is then sent with its
 * MessageId alone. */
#ifndef CORE_TEST_EVENT_H
#define CORE_TEST_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#define TEST_EVENT_MESSAGE_SIZE 80
#define TEST_EVENT_ARGS_SIZE    48 /* of all together, each with its terminator */
#define TEST_EVENT_ORIGIN_SIZE  64
#define TEST_EVENT_TIME_SIZE    32 /* RFC 3339, as it was sent */

/* Its MessageId is the text of the log's entry. What is empty was not given. */
struct test_event {
    uint32_t sequence; /* of the entry; 0: none */
    int32_t group;     /* EventGroupId, -1 when not given */
    uint8_t severity;  /* enum event_severity + 1; 0: not given */
    uint8_t arg_count;
    char message[TEST_EVENT_MESSAGE_SIZE];
    char args[TEST_EVENT_ARGS_SIZE];
    char origin[TEST_EVENT_ORIGIN_SIZE];
    char time[TEST_EVENT_TIME_SIZE];
};

#endif
