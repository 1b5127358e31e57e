/* SPDX-License-Identifier: Apache-2.0
 * No text from outside goes in here, so nothing needs escaping: names are ours, and boot ids are checked where they come in. */
#include "twin/status.h"

#include "twin/process.h"

static const char *flag(bool value) { return value ? "true" : "false"; }
static const char *comma(unsigned index) { return index ? ", " : ""; }

static void write_inputs(const struct twin_board *board, FILE *out) {
    (void)fputs("  \"inputs\": [", out);
    for (unsigned i = 0; i < TWIN_INPUT_COUNT; i++) {
        struct twin_input_reading reading = twin_board_input(board, i);
        (void)fprintf(out, "%s{\"name\": \"DC%u\", \"mv\": %d, \"ma\": %d, \"carrying\": %s}", comma(i), i + 1, (int)reading.mv,
                      (int)reading.ma, flag(twin_board_carrying_input(board) == (int)i));
    }
    (void)fputs("],\n", out);
}

static void write_rails(const struct twin_board *board, FILE *out) {
    static const char *const fault_names[] = {
        [TWIN_RAIL_OK] = "ok", [TWIN_RAIL_STUCK_ON] = "stuck-on", [TWIN_RAIL_STUCK_OFF] = "stuck-off"};
    (void)fputs("  \"rails\": [", out);
    for (unsigned n = 0; n < TWIN_NODE_COUNT; n++) {
        (void)fprintf(out, "%s{\"node\": %u, \"mv\": %d, \"ma\": %d, \"fault\": \"%s\"}", comma(n), n + 1,
                      (int)twin_board_rail_mv(board, n), (int)twin_board_rail_ma(board, n), fault_names[board->channel[n].fault]);
    }
    (void)fputs("],\n", out);
}

static void write_pins(const struct twin_board *board, FILE *out) {
    (void)fputs("  \"pins\": {", out);
    for (unsigned net = 0; net < TWIN_NET_COUNT; net++) {
        (void)fprintf(out, "%s\"%s\": %d", comma(net), twin_nets[net].name, twin_board_net(board, net));
    }
    (void)fputs("},\n", out);
}

static void write_node(const struct twin_node_view *view, unsigned index, FILE *out) {
    (void)fprintf(
        out, "    {\"node\": %u, \"kind\": \"%s\", \"state\": \"%s\", \"uptime_s\": %.3f, \"boots\": %u, \"boot_id\": \"%s\",\n",
        index + 1, view->kind == TWIN_NODE_MODEL ? "model" : "qemu", twin_node_state_name(view->state),
        (double)view->uptime_us / 1e6, (unsigned)view->boot_count, view->boot_id);
    (void)fprintf(
        out,
        "     \"temperature_c\": %.1f, \"fan_rpm\": %d, \"nvme\": {\"present\": %s, \"powered\": %s, \"temperature_c\": %.1f},\n",
        view->temperature_mc / 1000.0, (int)view->fan_rpm, flag(view->nvme_present), flag(view->nvme_powered),
        view->nvme_temperature_mc / 1000.0);
    (void)fprintf(out, "     \"eth0\": {\"link\": %s, \"mbps\": %d}, \"eth1\": {\"link\": %s, \"mbps\": %d}}",
                  flag(view->eth0_mbps > 0), (int)view->eth0_mbps, flag(view->eth1_mbps > 0), (int)view->eth1_mbps);
}

static void write_nodes(const struct twin_board *board, FILE *out) {
    (void)fputs("  \"nodes\": [\n", out);
    for (unsigned n = 0; n < TWIN_NODE_COUNT; n++) {
        struct twin_node_view view = twin_board_node_view(board, n);
        write_node(&view, n, out);
        (void)fputs(n + 1 < TWIN_NODE_COUNT ? ",\n" : "],\n", out);
    }
}

static const char *cause_name(enum hal_reset_cause cause) {
    static const char *const names[] = {
        [HAL_RESET_UNKNOWN] = "unknown",   [HAL_RESET_POWER_ON] = "power-on",         [HAL_RESET_EXTERNAL] = "external",
        [HAL_RESET_BROWNOUT] = "brownout", [HAL_RESET_RTC_WATCHDOG] = "rtc-watchdog", [HAL_RESET_SOFTWARE] = "software",
        [HAL_RESET_PANIC] = "panic",       [HAL_RESET_WATCHDOG] = "watchdog",
    };
    return names[cause];
}

void twin_status_write(const struct twin_process *twin, FILE *out) {
    const struct twin_board *board = &twin->board;
    struct twin_controller controller = twin_board_controller(board);
    (void)fprintf(out, "{\n  \"us\": %llu,\n", (unsigned long long)board->now_us);
    write_inputs(board, out);
    write_rails(board, out);
    write_pins(board, out);
    write_nodes(board, out);
    (void)fprintf(out,
                  "  \"controller\": {\"powered\": %s, \"connected\": %s, \"pid\": %d, \"resets\": %u, \"last_cause\": \"%s\", "
                  "\"edges_forgotten\": %llu},\n",
                  flag(controller.powered), flag(twin->firmware.running), twin->firmware.running ? (int)twin->firmware.pid : 0,
                  (unsigned)controller.reset_count, cause_name(controller.last_cause),
                  (unsigned long long)twin_recorder_forgotten_count(&board->recorder));
    (void)fprintf(out, "  \"display\": {\"fitted\": %s, \"on\": %s, \"contrast\": %u, \"faults\": %u, \"fault\": \"%s\"},\n",
                  flag(board->display_fitted), flag(board->display.on), board->display.contrast,
                  (unsigned)board->display.fault_count, board->display.fault ? board->display.fault : "");
    (void)fprintf(out, "  \"link\": \"%s\"\n}\n", board->link_up ? "up" : "down");
}
