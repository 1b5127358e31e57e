/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/config.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void config_init(struct config *config) { *config = (struct config){.port = WIRE_PORT}; }

/* ---- values ---- */

bool config_address(const char *text, uint32_t *address) {
    struct in_addr in;
    if (inet_pton(AF_INET, text, &in) != 1 || in.s_addr == 0) return false;
    *address = ntohl(in.s_addr);
    return true;
}

bool config_port(const char *text, uint16_t *port) {
    struct reading number = number_of(text);
    if (!number.known || number.value < 1 || number.value > UINT16_MAX) return false;
    *port = (uint16_t)number.value;
    return true;
}

bool config_interface(const char *text, char out[CONFIG_NAME_SIZE]) {
    size_t size = strlen(text);
    if (size == 0 || size >= CONFIG_NAME_SIZE || strpbrk(text, "/ \t") || text[0] == '.') return false;
    memcpy(out, text, size + 1);
    return true;
}

static bool read_node(struct config *config, const char *text) {
    struct reading number = number_of(text);
    if (!number.known || number.value < 1 || number.value > WIRE_NODE_MAX) return false;
    config->node = (uint8_t)number.value;
    return true;
}

static bool read_generation(struct config *config, const char *text) {
    struct reading number = number_of(text);
    if (!number.known || number.value < 0 || number.value > UINT32_MAX) return false;
    config->generation = (uint32_t)number.value;
    config->has_generation = true;
    return true;
}

static bool read_key(struct config *config, const char *text) {
    if (strlen(text) != (size_t)2 * WIRE_KEY_SIZE || strspn(text, "0123456789abcdef") != (size_t)2 * WIRE_KEY_SIZE) return false;
    for (unsigned i = 0; i < WIRE_KEY_SIZE; i++) {
        char digits[3] = {text[(size_t)2 * i], text[(size_t)2 * i + 1], '\0'};
        config->key[i] = (uint8_t)hex_number_of(digits).value;
    }
    config->has_key = true;
    return true;
}

static bool read_path(char out[CONFIG_PATH_SIZE], const char *text) {
    return text[0] == '/' && (size_t)snprintf(out, CONFIG_PATH_SIZE, "%s", text) < CONFIG_PATH_SIZE;
}

static bool read_service(struct config *config, const char *text) {
    return config_address(text, &config->controller[NETWORK_SERVICE]);
}
static bool read_backplane(struct config *config, const char *text) {
    return config_address(text, &config->controller[NETWORK_BACKPLANE]);
}
static bool read_port(struct config *config, const char *text) { return config_port(text, &config->port); }
static bool read_service_interface(struct config *config, const char *text) {
    return config_interface(text, config->interface[NETWORK_SERVICE]);
}
static bool read_backplane_interface(struct config *config, const char *text) {
    return config_interface(text, config->interface[NETWORK_BACKPLANE]);
}
static bool read_shutdown_command(struct config *config, const char *text) { return read_path(config->shutdown_command, text); }
static bool read_watchdog(struct config *config, const char *text) { return read_path(config->watchdog, text); }

static const struct setting {
    const char *name;
    bool (*read)(struct config *config, const char *text);
    const char *wanted;
} settings[] = {
    {"node", read_node, "a number from 1 to 4"},
    {"generation", read_generation, "a number, from the enrolment word"},
    {"key", read_key, "64 hexadecimal digits in small letters, from the enrolment word"},
    {"service_controller", read_service, "the controller's IPv4 address on the service network"},
    {"backplane_controller", read_backplane, "the controller's IPv4 address on the backplane"},
    {"port", read_port, "a number from 1 to 65535"},
    {"service_interface", read_service_interface, "the name of a network interface"},
    {"backplane_interface", read_backplane_interface, "the name of a network interface"},
    {"shutdown_command", read_shutdown_command, "the absolute path of a program"},
    {"watchdog", read_watchdog, "the absolute path of a watchdog device"},
};
#define SETTING_COUNT (sizeof settings / sizeof settings[0])

/* ---- reading ---- */

static char *trim(char *text) {
    text += strspn(text, " \t");
    size_t size = strlen(text);
    while (size > 0 && strchr(" \t\r", text[size - 1])) text[--size] = '\0';
    return text;
}

/* NULL, or what is wrong. */
static const char *read_line(struct config *config, char *line, char *words, size_t words_size) {
    line = trim(line);
    if (line[0] == '\0' || line[0] == '#') return NULL;
    char *equals = strchr(line, '=');
    if (!equals) return "no 'name = value'";
    *equals = '\0';
    const char *name = trim(line), *value = trim(equals + 1);
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        if (strcmp(settings[i].name, name) != 0) continue;
        if (settings[i].read(config, value)) return NULL;
        (void)snprintf(words, words_size, "%s needs %s", name, settings[i].wanted);
        return words;
    }
    (void)snprintf(words, words_size, "there is no setting '%.40s'", name);
    return words;
}

static int read_lines(const char *path, char *text, struct config *config, char *problem) {
    char words[160];
    unsigned number = 0;
    for (char *line = text; line;) {
        char *end = strchr(line, '\n');
        if (end) *end++ = '\0';
        const char *wrong = read_line(config, line, words, sizeof words);
        number++;
        if (wrong) {
            (void)snprintf(problem, CONFIG_PROBLEM_SIZE, "%.200s:%u: %s", path, number, wrong);
            return -1;
        }
        line = end;
    }
    return 0;
}

int config_load(const char *path, struct config *config, bool *missing, char problem[CONFIG_PROBLEM_SIZE]) {
    const struct tree own = {""};
    char text[CONFIG_FILE_SIZE];
    config_init(config);
    *missing = false;
    ssize_t size = tree_read(&own, text, sizeof text, "%s", path);
    if (size < 0) {
        *missing = errno == ENOENT;
        (void)snprintf(problem, CONFIG_PROBLEM_SIZE, "%.200s: %s", path, strerror(errno));
        return -1;
    }
    if ((size_t)size == sizeof text - 1) {
        (void)snprintf(problem, CONFIG_PROBLEM_SIZE, "%.200s: longer than %zu bytes", path, sizeof text - 2);
        return -1;
    }
    return read_lines(path, text, config, problem);
}

bool config_is_enrolled(const struct config *config, char problem[CONFIG_PROBLEM_SIZE]) {
    const char *lack = NULL;
    if (config->node == 0 || !config->has_key || !config->has_generation)
        lack = "no node, key or generation";
    else if (!config->controller[NETWORK_SERVICE] && !config->controller[NETWORK_BACKPLANE])
        lack = "no address of the controller";
    if (lack)
        (void)snprintf(problem, CONFIG_PROBLEM_SIZE, "%s; run `super4c-agent enrol WORD` with a word from the controller", lack);
    return !lack;
}

/* ---- writing ---- */

struct out {
    char text[CONFIG_FILE_SIZE];
    size_t size;
};

__attribute__((format(printf, 2, 3))) static void add(struct out *out, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(out->text + out->size, sizeof out->text - out->size, format, arguments);
    va_end(arguments);
    if (size > 0 && (size_t)size < sizeof out->text - out->size) out->size += (size_t)size; /* fits: all values are bounded */
}

static void add_text(struct out *out, const char *name, const char *value) {
    if (value[0]) add(out, "%s = %s\n", name, value);
}

static void add_address(struct out *out, const char *name, uint32_t address) {
    if (!address) return;
    add(out, "%s = %u.%u.%u.%u\n", name, address >> 24, address >> 16 & 0xFF, address >> 8 & 0xFF, address & 0xFF);
}

static void write_settings(struct out *out, const struct config *config) {
    add(out,
        "# Written by super4c-agent enrol, which keeps the settings but not remarks. The key is a secret: do not show it.\n");
    add(out, "node = %u\ngeneration = %u\nkey = ", config->node, config->generation);
    for (unsigned i = 0; i < WIRE_KEY_SIZE; i++) add(out, "%02x", config->key[i]);
    add(out, "\n");
    add_address(out, "service_controller", config->controller[NETWORK_SERVICE]);
    add_address(out, "backplane_controller", config->controller[NETWORK_BACKPLANE]);
    if (config->port != WIRE_PORT) add(out, "port = %u\n", config->port);
    add_text(out, "service_interface", config->interface[NETWORK_SERVICE]);
    add_text(out, "backplane_interface", config->interface[NETWORK_BACKPLANE]);
    add_text(out, "shutdown_command", config->shutdown_command);
    add_text(out, "watchdog", config->watchdog);
}

/* True when all of it is on the medium under that name. */
static bool write_file(const char *path, const struct out *out) {
    (void)unlink(path); /* of an attempt that broke off */
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) return false;
    bool good = write(fd, out->text, out->size) == (ssize_t)out->size && fsync(fd) == 0;
    return close(fd) == 0 && good;
}

int config_save(const char *path, const struct config *config, char problem[CONFIG_PROBLEM_SIZE]) {
    struct out out = {.size = 0};
    char new_path[TREE_PATH_SIZE];
    write_settings(&out, config);
    bool fits = (size_t)snprintf(new_path, sizeof new_path, "%s.new", path) < sizeof new_path;
    if (fits && write_file(new_path, &out) && rename(new_path, path) == 0) return 0;
    (void)snprintf(problem, CONFIG_PROBLEM_SIZE, "cannot write %.200s: %s", path,
                   fits ? strerror(errno) : "the name is too long");
    return -1;
}
