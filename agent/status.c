/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/status.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "agent/devices.h"
#include "agent/source.h"
#include "agent/state.h"

#define NAME_WIDTH 18

static void print_text(const char *name, const char *text) {
    (void)printf("%-*s %s\n", NAME_WIDTH, name, text[0] ? text : "not known");
}

/* The reading divided by the scale, 1 or a power of ten, with its unit. */
static void print_number(const char *name, struct reading reading, int scale, const char *unit) {
    if (!reading.known)
        print_text(name, "");
    else if (scale == 1)
        (void)printf("%-*s %" PRId64 "%s\n", NAME_WIDTH, name, reading.value, unit);
    else
        (void)printf("%-*s %.*f%s\n", NAME_WIDTH, name, scale == 10 ? 1 : 2, (double)reading.value / scale, unit);
}

static void print_boot_id(const struct node_values *node) {
    char text[2 * sizeof node->boot_id + 1] = "";
    for (size_t i = 0; node->has_boot_id && i < sizeof node->boot_id; i++)
        (void)snprintf(text + 2 * i, 3, "%02x", node->boot_id[i]);
    print_text("boot id", text);
}

static void print_throttling(struct reading bits) {
    static const struct {
        unsigned bit;
        const char *words;
    } causes[] = {{0, "undervoltage"}, {1, "frequency capped"}, {2, "throttled"}, {3, "soft temperature limit"}};
    print_number("throttling bits", bits, 1, "");
    for (size_t i = 0; bits.known && i < sizeof causes / sizeof causes[0]; i++) {
        if (bits.value >> causes[i].bit & 1)
            (void)printf("%-*s %s now\n", NAME_WIDTH, "", causes[i].words);
        else if (bits.value >> (causes[i].bit + 16) & 1)
            (void)printf("%-*s %s since boot\n", NAME_WIDTH, "", causes[i].words);
    }
}

static void print_node(const struct node_values *node) {
    print_text("host name", node->host_name);
    print_text("system", node->system);
    print_text("kernel", node->kernel);
    print_boot_id(node);
    print_number("uptime", node->uptime_s, 1, " s");
    print_number("load, one minute", node->load_centi, 100, "");
    print_number("CPUs", node->cpus, 1, "");
    print_number("memory", node->memory_mib, 1, " MiB");
    print_number("memory pressure", node->memory_pressure_centi, 100, " %");
    print_number("CPU pressure", node->cpu_pressure_centi, 100, " %");
    print_number("CPU temperature", node->cpu_deci_c, 10, " C");
    print_number("fan", node->fan_rpm, 1, " rpm");
    print_number("fan duty", node->fan_duty, 1, " of 255");
}

static void print_interface(const struct tree *tree, const struct config *config, enum network network,
                            const struct interface_values *values) {
    static const char *const names[NETWORK_COUNT] = {"service network", "backplane"};
    char name[CONFIG_NAME_SIZE];
    if (!source_interface_name(tree, config, network, name)) {
        print_text(names[network], "no interface found");
        return;
    }
    (void)printf("%-*s %s ", NAME_WIDTH, names[network], name);
    if (!values->known) {
        (void)printf("cannot be read\n");
        return;
    }
    (void)printf("%s", values->up ? "up" : "down");
    if (values->speed_mbps) (void)printf(", %u Mbit/s", values->speed_mbps);
    const uint8_t *a = values->address;
    if (values->prefix_length) (void)printf(", %u.%u.%u.%u/%u", a[0], a[1], a[2], a[3], values->prefix_length);
    (void)printf(", %" PRIu32 " receive and %" PRIu32 " transmit errors\n", values->receive_errors, values->transmit_errors);
}

static void print_findings(struct reading findings) {
    if (findings.known && findings.value & WIRE_FORWARDING)
        print_text("finding", "packets are forwarded between service network and backplane");
    if (findings.known && findings.value & WIRE_BACKPLANE_DEFAULT_ROUTE)
        print_text("finding", "the default route leads over the backplane");
}

static void print_nvme(const struct device_values *device) {
    print_text("NVMe", device->nvme_model);
    print_text("NVMe serial", device->nvme_serial);
    print_number("NVMe capacity", device->nvme_bytes, 1, " bytes");
    print_number("NVMe temperature", device->nvme_deci_c, 10, " C");
    print_number("NVMe wear", device->nvme_wear_percent, 1, " %");
    print_number("NVMe PCIe gen", device->nvme_generation, 1, "");
    print_number("NVMe PCIe lanes", device->nvme_lanes, 1, "");
}

/* What the running agent has written down: "service answered". */
static void print_contact(const struct tree *tree) {
    char text[256];
    if (!state_read(tree, "contact", text, sizeof text)) {
        print_text("controller", "the agent does not run");
        return;
    }
    (void)printf("%-*s", NAME_WIDTH, "controller");
    for (char *line = text, *end; line && *line; line = end) {
        end = strchr(line, '\n');
        if (end) *end++ = '\0';
        (void)printf("%s %s", line == text ? "" : ",", line);
    }
    (void)printf("\n");
}

int status_print(const struct tree *tree, const char *config_path) {
    char problem[CONFIG_PROBLEM_SIZE];
    struct config config;
    struct source_thermal thermal = {.cpu_path = ""};
    struct node_values node;
    struct device_values device;
    bool missing;
    bool enrolled = config_load(config_path, &config, &missing, problem) == 0 && config_is_enrolled(&config, problem);
    if (enrolled)
        (void)printf("%-*s node %u, key generation %" PRIu32 "\n", NAME_WIDTH, "enrolled", config.node, config.generation);
    else
        (void)printf("%-*s no: %s\n", NAME_WIDTH, "enrolled", problem);
    print_contact(tree);
    source_node(tree, &node);
    source_thermal(tree, &thermal, &node);
    devices_read(tree, &config, &device);
    print_node(&node);
    print_throttling(device.throttled);
    for (unsigned n = 0; n < NETWORK_COUNT; n++) print_interface(tree, &config, (enum network)n, &device.interface[n]);
    print_findings(device.findings);
    print_nvme(&device);
    return enrolled ? 0 : 3;
}
