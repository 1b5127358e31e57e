/* SPDX-License-Identifier: Apache-2.0
 * super4c-agent - tells the board's controller how this node is, and obeys it (docs/agent.md). */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "agent/config.h"
#include "agent/enrol.h"
#include "agent/run.h"
#include "agent/say.h"
#include "agent/status.h"

enum exit_code { EXIT_GOOD = 0, EXIT_USAGE = 2, EXIT_NOT_ENROLLED = 3 };

struct options {
    struct tree tree;
    char config_path[TREE_PATH_SIZE];
    struct enrol_options enrol;
};

static void print_usage(FILE *out) {
    (void)fputs("usage: super4c-agent [OPTIONS] COMMAND\n"
                "  enrol WORD|-           takes the word that the controller has shown; - reads it from standard input\n"
                "  run                    reports to the controller and obeys it\n"
                "  status                 what the agent sees, in words\n"
                "  fan-release            gives back the fan that an agent which was killed has left\n"
                "options\n"
                "  --config FILE          default " CONFIG_PATH "\n"
                "  --root DIR             another tree in the place of /sys, /proc, /etc and /run, for tests\n"
                "  --version\n"
                "options of enrol, kept in the configuration\n"
                "  --service ADDRESS      the controller on the service network\n"
                "  --backplane ADDRESS    the controller on the backplane\n"
                "  --port N               default 6668\n"
                "  --service-interface NAME, --backplane-interface NAME\n"
                "                         default: the CM5's Ethernet, and the 2.5G one at its USB port\n",
                out);
}

static bool take_option(struct options *options, int option, const char *value) {
    switch (option) {
    case 'c':
        return (size_t)snprintf(options->config_path, TREE_PATH_SIZE, "%s", value) < TREE_PATH_SIZE;
    case 'r':
        options->tree.root = value;
        return true;
    case 's':
        return config_address(value, &options->enrol.controller[NETWORK_SERVICE]);
    case 'b':
        return config_address(value, &options->enrol.controller[NETWORK_BACKPLANE]);
    case 'p':
        return config_port(value, &options->enrol.port);
    case 'S':
        return config_interface(value, options->enrol.interface[NETWORK_SERVICE]);
    case 'B':
        return config_interface(value, options->enrol.interface[NETWORK_BACKPLANE]);
    default:
        return false;
    }
}

/* 0 to go on, else the exit code + 1. */
static int parse_options(int argc, char **argv, struct options *options) {
    static const struct option names[] = {
        {"config", required_argument, NULL, 'c'},
        {"root", required_argument, NULL, 'r'},
        {"service", required_argument, NULL, 's'},
        {"backplane", required_argument, NULL, 'b'},
        {"port", required_argument, NULL, 'p'},
        {"service-interface", required_argument, NULL, 'S'},
        {"backplane-interface", required_argument, NULL, 'B'},
        {"version", no_argument, NULL, 'v'},
        {"help", no_argument, NULL, 'h'},
        {0},
    };
    int option, index = 0;
    while ((option = getopt_long(argc, argv, "h", names, &index)) != -1) {
        if (option == 'h') {
            print_usage(stdout);
            return EXIT_GOOD + 1;
        }
        if (option == 'v') {
            (void)puts("super4c-agent " AGENT_VERSION);
            return EXIT_GOOD + 1;
        }
        if (take_option(options, option, optarg)) continue;
        if (option != '?') (void)fprintf(stderr, "super4c-agent: --%s: '%s' will not do\n", names[index].name, optarg);
        return EXIT_USAGE + 1;
    }
    return 0;
}

static int run(const struct options *options) {
    static struct config config;
    char problem[CONFIG_PROBLEM_SIZE];
    bool missing;
    if (config_load(options->config_path, &config, &missing, problem) != 0) {
        say("%s%s", problem, missing ? "; run `super4c-agent enrol WORD` with a word from the controller" : "");
        return missing ? EXIT_NOT_ENROLLED : 1;
    }
    if (!config_is_enrolled(&config, problem)) {
        say("%s: %s", options->config_path, problem);
        return EXIT_NOT_ENROLLED;
    }
    return run_agent(&options->tree, &config);
}

int main(int argc, char **argv) {
    static struct options options = {.tree = {""}};
    int result = parse_options(argc, argv, &options);
    if (result) return result - 1;
    if (!options.config_path[0] && !tree_path(&options.tree, options.config_path, CONFIG_PATH)) return EXIT_USAGE;
    const char *command = optind < argc ? argv[optind] : "";
    int words = argc - optind;
    if (strcmp(command, "enrol") == 0 && words == 2)
        return enrol(&options.tree, options.config_path, argv[optind + 1], &options.enrol);
    if (strcmp(command, "run") == 0 && words == 1) return run(&options);
    if (strcmp(command, "status") == 0 && words == 1) return status_print(&options.tree, options.config_path);
    if (strcmp(command, "fan-release") == 0 && words == 1) return run_fan_release(&options.tree);
    print_usage(stderr);
    return EXIT_USAGE;
}
