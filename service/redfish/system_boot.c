/* SPDX-License-Identifier: Apache-2.0
 * ComputerSystem.Boot: what a node shall boot from. No wire of the board can make a CM5 obey, so the wish is kept, reported, and
 * there for the node's own agent to ask for; the first start that the controller sees uses a one-time wish up. */
#include <string.h>

#include "service/redfish/systems.h"

static const char *const enabled_names[BOOT_OVERRIDE_COUNT] = {
    [BOOT_DISABLED] = "Disabled", [BOOT_ONCE] = "Once", [BOOT_CONTINUOUS] = "Continuous"};
static const char *const target_names[BOOT_TARGET_COUNT] = {[BOOT_NONE] = "None",
                                                            [BOOT_PXE] = "Pxe",
                                                            [BOOT_CD] = "Cd",
                                                            [BOOT_USB] = "Usb",
                                                            [BOOT_HDD] = "Hdd",
                                                            [BOOT_SD_CARD] = "SDCard",
                                                            [BOOT_BIOS_SETUP] = "BiosSetup"};
static const char *const mode_names[] = {"Legacy", "UEFI"}; /* by boot_uefi */
#define MODE_COUNT (sizeof mode_names / sizeof mode_names[0])

/* ---- shown ---- */

static void put_names(struct json_writer *w, const char *key, const char *const *names, size_t count) {
    json_put_array(w, key);
    for (size_t i = 0; i < count; i++) json_text(w, names[i]);
    json_array_end(w);
}

void system_write_boot(struct json_writer *w, const struct node_settings *node) {
    json_put_object(w, "Boot");
    json_put_text(w, "BootSourceOverrideEnabled", enabled_names[node->boot_override]);
    put_names(w, "BootSourceOverrideEnabled@Redfish.AllowableValues", enabled_names, BOOT_OVERRIDE_COUNT);
    json_put_text(w, "BootSourceOverrideTarget", target_names[node->boot_target]);
    put_names(w, "BootSourceOverrideTarget@Redfish.AllowableValues", target_names, BOOT_TARGET_COUNT);
    json_put_text(w, "BootSourceOverrideMode", mode_names[node->boot_uefi]);
    put_names(w, "BootSourceOverrideMode@Redfish.AllowableValues", mode_names, MODE_COUNT);
    json_object_end(w);
}

/* ---- set ---- */

const struct body_field system_boot_fields[] = {
    BODY_MAY("BootSourceOverrideEnabled", TEXT),
    BODY_MAY("BootSourceOverrideTarget", TEXT),
    BODY_MAY("BootSourceOverrideMode", TEXT),
    BODY_END,
};

#define BOOT_POINTER "#/Boot/"

struct choice {
    const char *related; /* where the property is, as errors say it */
    const char *const *names;
    size_t count;
};

static const char *property_of(const struct choice *choice) { return choice->related + sizeof BOOT_POINTER - 1; }

/* The index of the property's value into *chosen, which stays as it is when the property is not given. */
static bool choose(struct http_exchange *x, const struct body_shape *shape, const struct json_value *boot,
                   const struct choice *choice, uint8_t *chosen) {
    const char *name = json_text_of(boot, property_of(choice));
    if (!name) return true;
    for (size_t i = 0; i < choice->count; i++) {
        if (strcmp(choice->names[i], name) != 0) continue;
        *chosen = (uint8_t)i;
        return true;
    }
    body_not_in_list(x, shape, choice->related, name);
    return false;
}

bool system_take_boot(struct http_exchange *x, const struct body_shape *shape, const struct json_value *boot,
                      struct node_settings *node) {
    static const struct choice enabled = {BOOT_POINTER "BootSourceOverrideEnabled", enabled_names, BOOT_OVERRIDE_COUNT};
    static const struct choice target = {BOOT_POINTER "BootSourceOverrideTarget", target_names, BOOT_TARGET_COUNT};
    static const struct choice mode = {BOOT_POINTER "BootSourceOverrideMode", mode_names, MODE_COUNT};
    uint8_t uefi = node->boot_uefi;
    if (!choose(x, shape, boot, &enabled, &node->boot_override)) return false;
    /* "Disabled" alone leaves nothing to boot from. */
    if (json_text_of(boot, property_of(&enabled)) && node->boot_override == BOOT_DISABLED) node->boot_target = BOOT_NONE;
    if (!choose(x, shape, boot, &target, &node->boot_target)) return false;
    if (!choose(x, shape, boot, &mode, &uefi)) return false;
    node->boot_uefi = uefi;
    return true;
}
