/* SPDX-License-Identifier: Apache-2.0 */
#include "port/linux/options.h"

#include <arpa/inet.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "port/common/crypto_mbedtls.h"

enum kind { TEXT, ADDRESS, SLOT, PORT, ITERATIONS, SWITCH, HELP, VERSION }; /* from SWITCH on without a value */

struct option {
    const char *name;
    enum kind kind;
    size_t offset; /* of its value in struct options */
};

static const struct option table[] = {
    {"--state", TEXT, offsetof(struct options, state)},
    {"--listen", ADDRESS, offsetof(struct options, listen)},
    {"--https-port", PORT, offsetof(struct options, https_port)},
    {"--netconsole-port", PORT, offsetof(struct options, netconsole_port)},
    {"--agent-port", PORT, offsetof(struct options, agent_port)},
    {"--ssdp-port", PORT, offsetof(struct options, ssdp_port)},
    {"--no-ssdp", SWITCH, offsetof(struct options, no_ssdp)},
    {"--admin-password-file", TEXT, offsetof(struct options, admin_password_file)},
    {"--slot", SLOT, offsetof(struct options, slot)},
    {"--password-iterations", ITERATIONS, offsetof(struct options, password_iterations)},
    {"--help", HELP, 0},
    {"--version", VERSION, 0},
};

const char *options_help(void) {
    return "super4c-bmc: out-of-band management of the DeskPi Super4C board.\n"
           "\n"
           "usage: super4c-bmc [--state DIR] [--https-port N] [--listen ADDRESS] [--netconsole-port N]\n"
           "                   [--agent-port N] [--ssdp-port N] [--no-ssdp] [--admin-password-file FILE]\n"
           "                   [--password-iterations N] [--slot A|B]\n"
           "       super4c-bmc --version | --help\n"
           "\n"
           "  --state DIR                 settings, log, accounts, certificate; and the twin's socket (default ./state)\n"
           "  --https-port N              0 takes any free one (default 8443)\n"
           "  --listen ADDRESS            IPv4 or IPv6 address to serve on (default 127.0.0.1)\n"
           "  --netconsole-port N         UDP port for the nodes' kernel messages, on 127.0.0.1; 0 takes any (default 6666)\n"
           "  --agent-port N              UDP port at which the nodes' agents report; 0 takes any (default 6668)\n"
           "  --ssdp-port N               UDP port at which clients search for Redfish services; 0 takes any (default 1900)\n"
           "  --no-ssdp                   is not to be found that way, whatever the settings say\n"
           "  --admin-password-file FILE  the first line becomes the password of admin on a board that has none\n"
           "  --password-iterations N     rounds of PBKDF2 for new passwords (default 100000; less is for tests)\n"
           "  --slot A|B                  said by super4c-boot: the slot that it runs from; without it there are no updates\n"
           "\n"
           "Prints 'setup code: CODE' while the board has no password, and 'ready: URL' once it serves.\n"
           "Exit codes: 0 stopped, 1 could not start, 2 wrong usage, 3 the board is gone, 75 start me again.\n";
}

static bool parse_number(const char *text, uint32_t min, uint32_t max, uint32_t *value) {
    uint64_t number = 0;
    if (*text == '\0') return false;
    for (; *text != '\0'; text++) {
        if (*text < '0' || *text > '9') return false;
        number = number * 10 + (uint64_t)(*text - '0');
        if (number > max) return false;
    }
    *value = (uint32_t)number;
    return number >= min;
}

/* NULL, or what the value should have been. */
static const char *take(struct options *options, const struct option *option, const char *value) {
    void *place = (char *)options + option->offset;
    unsigned char address[16];
    uint32_t number;
    switch (option->kind) {
    case TEXT:
        if (*value == '\0') return "a path";
        *(const char **)place = value;
        return NULL;
    case ADDRESS:
        if (inet_pton(AF_INET, value, address) != 1 && inet_pton(AF_INET6, value, address) != 1)
            return "a numeric IPv4 or IPv6 address";
        *(const char **)place = value;
        return NULL;
    case SLOT:
        if (strcmp(value, "A") != 0 && strcmp(value, "B") != 0) return "A or B";
        *(const char **)place = value;
        return NULL;
    case PORT:
        if (!parse_number(value, 0, UINT16_MAX, &number)) return "a port number, 0 to 65535";
        *(uint16_t *)place = (uint16_t)number;
        return NULL;
    default:
        if (!parse_number(value, OPTIONS_ITERATIONS_MIN, OPTIONS_ITERATIONS_MAX, &number)) return "a number, 1000 to 10000000";
        *(uint32_t *)place = number;
        return NULL;
    }
}

static const struct option *find(const char *argument, size_t name_size) {
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        if (strlen(table[i].name) == name_size && strncmp(table[i].name, argument, name_size) == 0) return &table[i];
    }
    return NULL;
}

enum options_verdict options_parse(struct options *options, int count, char *const argument[], char *problem,
                                   size_t problem_size) {
    *options = (struct options){.state = "state",
                                .listen = "127.0.0.1",
                                .https_port = 8443,
                                .netconsole_port = 6666,
                                .agent_port = 6668,
                                .ssdp_port = 1900,
                                .password_iterations = CRYPTO_PASSWORD_ITERATIONS};
    for (int i = 1; i < count; i++) {
        size_t name_size = strcspn(argument[i], "=");
        bool attached = argument[i][name_size] == '=';
        const struct option *option = find(argument[i], name_size);
        if (option == NULL || (attached && option->kind >= SWITCH)) {
            snprintf(problem, problem_size, "unknown option: %s", argument[i]);
            return OPTIONS_WRONG;
        }
        if (option->kind == HELP) return OPTIONS_HELP;
        if (option->kind == VERSION) return OPTIONS_VERSION;
        if (option->kind == SWITCH) {
            *(bool *)(void *)((char *)options + option->offset) = true;
            continue;
        }
        const char *value = attached ? argument[i] + name_size + 1 : i + 1 < count ? argument[++i] : "";
        const char *wanted = take(options, option, value);
        if (wanted != NULL) {
            snprintf(problem, problem_size, "%s needs %s, not '%s'", option->name, wanted, value);
            return OPTIONS_WRONG;
        }
    }
    return OPTIONS_RUN;
}
