/* SPDX-License-Identifier: Apache-2.0 */
#include "twin/commands.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "twin/picture.h"
#include "twin/process.h"
#include "twin/status.h"

#define WORD_COUNT_MAX 4
#define BUTTON_MS_MAX  60000 /* nobody leans on it for longer */

/* NULL: done. Else the reason why not, in words. */
typedef const char *command_fn(struct twin_process *twin, char *const *word, FILE *out);

struct command {
    const char *name;
    unsigned word_count; /* the name included */
    const char *usage;
    command_fn *run;
};

/* ---- words to values ---- */

static bool number(const char *word, long min, long max, long *value) {
    char *end;
    errno = 0;
    *value = strtol(word, &end, 10);
    return errno == 0 && end != word && *end == '\0' && *value >= min && *value <= max;
}

static bool node_number(const char *word, unsigned *node) {
    long value;
    if (!number(word, 1, TWIN_NODE_COUNT, &value)) return false;
    *node = (unsigned)value - 1;
    return true;
}

static const char no_such_node[] = "no such node: 1 to 4";

/* Index of the word in the list, or -1. */
static int choice(const char *word, const char *const *list, int list_count) {
    for (int i = 0; i < list_count; i++) {
        if (strcmp(word, list[i]) == 0) return i;
    }
    return -1;
}

/* ---- the commands ---- */

static const char *run_status(struct twin_process *twin, char *const *word, FILE *out) {
    (void)word;
    (void)fputs("ok\n", out);
    twin_status_write(twin, out);
    return NULL;
}

static bool write_edge(void *ctx, const struct twin_edge *edge) {
    return fprintf(ctx, "{\"us\": %llu, \"net\": \"%s\", \"level\": %d}\n", (unsigned long long)edge->us,
                   twin_nets[edge->net].name, edge->level) > 0;
}

static const char *run_edges(struct twin_process *twin, char *const *word, FILE *out) {
    (void)word;
    (void)fputs("ok\n", out);
    twin_recorder_each(&twin->board.recorder, 0, write_edge, out);
    return NULL;
}

static const char *run_input(struct twin_process *twin, char *const *word, FILE *out) {
    (void)out;
    static const char *const names[] = {"DC1", "DC2"};
    long mv;
    int input = choice(word[1], names, TWIN_INPUT_COUNT);
    if (input < 0) return "no such input: DC1 or DC2";
    if (!number(word[2], 0, TWIN_INPUT_MV_MAX, &mv)) return "millivolts: 0 (unplugged) to 26000";
    twin_board_set_input(&twin->board, (unsigned)input, (int32_t)mv);
    return NULL;
}

static const char *run_node(struct twin_process *twin, char *const *word, FILE *out) {
    (void)out;
    static const char *const names[TWIN_NODE_ACTION_COUNT] = {"hang", "panic", "halt", "empty", "insert"};
    unsigned node;
    int action = choice(word[2], names, TWIN_NODE_ACTION_COUNT);
    if (!node_number(word[1], &node)) return no_such_node;
    if (action < 0) return "no such action: hang, panic, halt, empty or insert";
    return twin_process_node(twin, node, (enum twin_node_action)action);
}

static const char *run_link(struct twin_process *twin, char *const *word, FILE *out) {
    (void)out;
    static const char *const names[] = {"down", "up"};
    int up = choice(word[1], names, 2);
    if (up < 0) return "the link can be up or down";
    twin_board_link(&twin->board, up);
    return NULL;
}

static const char *run_i2c(struct twin_process *twin, char *const *word, FILE *out) {
    (void)out;
    static const char *const names[] = {
        [TWIN_I2C_OK] = "ok", [TWIN_I2C_STUCK] = "fault", [TWIN_I2C_STUCK_TRANSIENT] = "transient"};
    int fault = choice(word[1], names, 3);
    if (fault < 0) return "the bus can be ok, in fault, or in a transient fault that nine clocks clear";
    twin_board_i2c_fault(&twin->board, (enum twin_i2c_fault)fault);
    return NULL;
}

static const char *run_sensor(struct twin_process *twin, char *const *word, FILE *out) {
    (void)out;
    static const char *const names[] = {"ok", "missing"};
    long chip;
    int missing = choice(word[2], names, 2);
    if (!number(word[1], 1, TWIN_CHIP_COUNT, &chip)) return "no such sensor: 1 (0x40) or 2 (0x41)";
    if (missing < 0) return "a sensor can be ok or missing";
    twin_board_chip_missing(&twin->board, (unsigned)chip - 1, missing);
    return NULL;
}

static const char *run_rail(struct twin_process *twin, char *const *word, FILE *out) {
    (void)out;
    static const char *const names[] = {
        [TWIN_RAIL_OK] = "ok", [TWIN_RAIL_STUCK_ON] = "stuck-on", [TWIN_RAIL_STUCK_OFF] = "stuck-off"};
    unsigned node;
    int fault = choice(word[2], names, 3);
    if (!node_number(word[1], &node)) return no_such_node;
    if (fault < 0) return "a rail can be ok, stuck-on or stuck-off";
    twin_board_rail_fault(&twin->board, node, (enum twin_rail_fault)fault);
    return NULL;
}

static const char *run_pmic(struct twin_process *twin, char *const *word, FILE *out) {
    (void)out;
    static const char *const names[] = {"ok", "stuck"};
    unsigned node;
    int stuck = choice(word[2], names, 2);
    if (!node_number(word[1], &node)) return no_such_node;
    if (stuck < 0) return "PMIC_ENABLE can be ok or stuck";
    twin_board_pmic_stuck(&twin->board, node, stuck);
    return NULL;
}

static const char *run_button(struct twin_process *twin, char *const *word, FILE *out) {
    (void)out;
    unsigned node;
    long held_ms;
    bool boot = strcmp(word[1], "press") == 0;
    if (!boot && !node_number(word[1], &node)) return "no such button: 1 to 4, or press for that of the controller";
    if (!number(word[2], 1, BUTTON_MS_MAX, &held_ms)) return "milliseconds: 1 to 60000";
    if (boot)
        twin_board_boot_button(&twin->board, (uint32_t)held_ms);
    else
        twin_board_button(&twin->board, node, (uint32_t)held_ms);
    return NULL;
}

static const char *run_oled(struct twin_process *twin, char *const *word, FILE *out) {
    (void)out;
    static const char *const names[] = {"off", "on"};
    int fitted = choice(word[1], names, 2);
    if (fitted < 0) return "the display can be on (plugged in) or off";
    twin_board_fit_display(&twin->board, fitted);
    return NULL;
}

static const char *show(const struct twin_process *twin, FILE *out, void (*write)(const struct ssd1306_emul *, FILE *)) {
    if (!twin->board.display_fitted) return "there is no display: oled on plugs one in";
    (void)fputs("ok\n", out);
    write(&twin->board.display, out);
    return NULL;
}

static const char *run_screen(struct twin_process *twin, char *const *word, FILE *out) {
    (void)word;
    return show(twin, out, twin_picture_blocks);
}

static const char *run_points(struct twin_process *twin, char *const *word, FILE *out) {
    (void)word;
    return show(twin, out, twin_picture_points);
}

static const char *set_wire(struct twin_process *twin, char *const *word, enum twin_network network) {
    static const char *const names[] = {"down", "up"};
    unsigned node;
    int up = choice(word[2], names, 2);
    if (!node_number(word[1], &node)) return no_such_node;
    if (up < 0) return "a wire can be up or down";
    twin->qemu[node].wire[network].cut = !up;
    return NULL;
}

static const char *run_service(struct twin_process *twin, char *const *word, FILE *out) {
    (void)out;
    return set_wire(twin, word, TWIN_SERVICE);
}

static const char *run_backplane(struct twin_process *twin, char *const *word, FILE *out) {
    (void)out;
    return set_wire(twin, word, TWIN_BACKPLANE);
}

static const char *run_guest(struct twin_process *twin, char *const *word, FILE *out) {
    (void)out;
    unsigned node;
    if (!node_number(word[1], &node)) return no_such_node;
    return twin_qemu_fault(twin, node, word[2]);
}

static const char *run_power_loss(struct twin_process *twin, char *const *word, FILE *out) {
    (void)word;
    (void)out;
    twin_board_power_loss(&twin->board);
    return NULL;
}

static const struct command commands[] = {
    {"status", 1, "status", run_status},
    {"edges", 1, "edges", run_edges},
    {"input", 3, "input DC1|DC2 MILLIVOLTS", run_input},
    {"node", 3, "node N hang|panic|halt|empty|insert", run_node},
    {"link", 2, "link up|down", run_link},
    {"i2c", 2, "i2c fault|transient|ok", run_i2c},
    {"sensor", 3, "sensor 1|2 missing|ok", run_sensor},
    {"rail", 3, "rail N stuck-on|stuck-off|ok", run_rail},
    {"pmic", 3, "pmic N stuck|ok", run_pmic},
    {"button", 3, "button N|press MILLISECONDS", run_button},
    {"oled", 2, "oled on|off", run_oled},
    {"screen", 1, "screen [--png FILE]", run_screen}, /* the PNG is made by super4c-twinctl, from the points */
    {"points", 1, "points", run_points},
    {"service", 3, "service N up|down", run_service},
    {"backplane", 3, "backplane N up|down", run_backplane},
    {"guest", 3, "guest N FAULT", run_guest},
    {"power-loss", 1, "power-loss", run_power_loss},
};
#define COMMAND_COUNT (sizeof commands / sizeof commands[0])

/* ---- */

static unsigned split(char *line, char *word[WORD_COUNT_MAX + 1]) {
    unsigned count = 0;
    char *rest = NULL;
    for (char *next = strtok_r(line, " \t\r", &rest); next && count <= WORD_COUNT_MAX; next = strtok_r(NULL, " \t\r", &rest)) {
        word[count++] = next;
    }
    return count;
}

static const struct command *find(const char *name) {
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        if (strcmp(commands[i].name, name) == 0) return &commands[i];
    }
    return NULL;
}

void twin_command(struct twin_process *twin, char *line, FILE *out) {
    char *word[WORD_COUNT_MAX + 1];
    unsigned word_count = split(line, word);
    const struct command *command = word_count ? find(word[0]) : NULL;
    if (!command) {
        (void)fprintf(out, "usage: no such command: %.40s\n", word_count ? word[0] : "(nothing)");
        return;
    }
    if (word_count != command->word_count) {
        (void)fprintf(out, "usage: %s\n", command->usage);
        return;
    }
    const char *refusal = command->run(twin, word, out);
    if (refusal)
        (void)fprintf(out, "error: %s\n", refusal);
    else if (ftell(out) <= 0)
        (void)fputs("ok\n", out);
}
