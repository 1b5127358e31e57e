/* SPDX-License-Identifier: Apache-2.0
 * What a node's agent tells of the system that runs on it. The texts are the node's own. */
#include "service/redfish/node_report.h"
#include "service/redfish/systems.h"

#define BOOT_ID_TEXT_SIZE 37 /* as /proc/sys/kernel/random/boot_id shows it */

void system_write_summary(const struct core *core, struct json_writer *w, unsigned index) {
    const struct agent_report *report = node_report(core, index);
    if (!report || core->health[index].state == HEALTH_EMPTY) return;
    if (report->host_name[0]) json_put_text(w, "HostName", report->host_name);
    if (!(report->has & AGENT_HAS_MEMORY)) return;
    json_put_object(w, "MemorySummary");
    json_put_thousandths(w, "TotalSystemMemoryGiB", ((int64_t)report->memory_mib * 1000 + 512) / 1024);
    json_object_end(w);
}

static void put_boot_id(struct json_writer *w, const uint8_t id[16]) {
    static const char digits[] = "0123456789abcdef";
    char text[BOOT_ID_TEXT_SIZE];
    size_t length = 0;
    for (unsigned i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10) text[length++] = '-';
        text[length++] = digits[id[i] >> 4];
        text[length++] = digits[id[i] & 15];
    }
    text[length] = '\0';
    json_put_text(w, "BootId", text);
}

/* docs/heartbeat.md: bit 0 to 3 say what is so now, 16 to 19 what has been so since the boot. */
static void write_throttled(struct json_writer *w, uint32_t bits) {
    static const char *const words[][2] = {{"undervoltage now", "undervoltage since boot"},
                                           {"frequency capped now", "frequency capped since boot"},
                                           {"throttled now", "throttled since boot"},
                                           {"soft temperature limit now", "soft temperature limit since boot"}};
    json_put_array(w, "Throttled");
    for (unsigned i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (bits & 1u << i) json_text(w, words[i][0]);
        if (bits & 1u << (i + 16)) json_text(w, words[i][1]);
    }
    json_array_end(w);
}

static void put_centi(struct json_writer *w, const char *key, const struct agent_report *report, uint32_t bit, unsigned centi) {
    if (report->has & bit) json_put_thousandths(w, key, (int64_t)centi * 10);
}

/* What changes by itself. */
static void write_load(struct json_writer *w, const struct agent_report *now) {
    if (now->has & AGENT_HAS_BOOT_ID) put_boot_id(w, now->boot_id);
    if (now->has & AGENT_HAS_UPTIME) json_put_integer(w, "UptimeSeconds", now->uptime_s);
    put_centi(w, "Load", now, AGENT_HAS_LOAD, now->load_centi);
    put_centi(w, "CPUPressurePercent", now, AGENT_HAS_CPU_PRESSURE, now->cpu_pressure_centi);
    put_centi(w, "MemoryPressurePercent", now, AGENT_HAS_MEMORY_PRESSURE, now->memory_pressure_centi);
    if (now->has & AGENT_HAS_THROTTLED) write_throttled(w, now->throttled);
}

void system_write_host(const struct core *core, struct json_writer *w, unsigned index) {
    const struct agent_report *report = node_report(core, index), *now = node_report_now(core, index);
    if (!report) return;
    json_put_object(w, "Host");
    if (report->system[0]) json_put_text(w, "OperatingSystem", report->system);
    if (report->kernel[0]) json_put_text(w, "Kernel", report->kernel);
    if (now) write_load(w, now);
    node_put_age(core, w, "ReportAgeSeconds", core->agent[index].report_ms);
    json_object_end(w);
}
