/* SPDX-License-Identifier: Apache-2.0
 * systems - what the files about a node share: systems.c shows it, system_patch.c sets it, system_boot.c is its Boot object,
 * agents.c its agent, system_host.c what that one tells of the system on it, system_oem.c what Redfish has no word for. Nobody
 * else includes this. */
#ifndef SERVICE_REDFISH_SYSTEMS_H
#define SERVICE_REDFISH_SYSTEMS_H

#include "service/body.h"
#include "service/precondition.h"
#include "service/redfish/redfish.h"

/* systems.c. The tag covers what PATCH can change; a reading that moves must not make a client's If-Match fail. */
void system_tag(const struct core *core, unsigned index, char etag[PRECONDITION_TAG_SIZE]);

/* system_patch.c */
extern const char *const system_restore_names[RESTORE_COUNT];

/* system_boot.c */
void system_write_boot(struct json_writer *w, const struct node_settings *node);
extern const struct body_field system_boot_fields[];
/* Takes a PATCH's Boot, which may be NULL; false with the exchange answered. */
bool system_take_boot(struct http_exchange *x, const struct body_shape *shape, const struct json_value *boot,
                      struct node_settings *node);

/* agents.c */
void system_write_agent(const struct core *core, struct json_writer *w, unsigned index);
void system_write_agent_actions(struct json_writer *w, const char *uri);

/* system_host.c */
void system_write_summary(const struct core *core, struct json_writer *w, unsigned index);
void system_write_host(const struct core *core, struct json_writer *w, unsigned index);

/* system_oem.c */
void system_write_oem(const struct core *core, const struct http_exchange *x, struct json_writer *w, unsigned index,
                      const char *uri);

#endif
