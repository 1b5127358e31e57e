/* SPDX-License-Identifier: Apache-2.0
 * care - the members of Oem.Super4C about what the board does for its nodes of itself, for systems and chassis. */
#ifndef SERVICE_REDFISH_CARE_H
#define SERVICE_REDFISH_CARE_H

#include "service/body.h"
#include "service/redfish/redfish.h"

void care_write_node(const struct core *core, struct json_writer *w, unsigned index);
/* Takes a PATCH's Oem.Super4C, which may be NULL; false with the exchange answered. */
bool care_take_node(const struct core *core, struct http_exchange *x, const struct body_shape *shape,
                    const struct json_value *oem, struct node_settings *node);
void care_write_board(const struct core *core, struct json_writer *w);
void care_write_board_actions(struct json_writer *w);
bool care_take_board(struct http_exchange *x, const struct json_value *oem, struct settings *settings);

#endif
