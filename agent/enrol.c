/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/enrol.h"

#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/word.h"

#define SERVICE "super4c-agent.service"

static int fail(const char *what, const char *why) {
    (void)fprintf(stderr, "super4c-agent: %s%s%s\n", what, why[0] ? ": " : "", why);
    return 1;
}

static bool read_word(const char *argument, char out[256]) {
    if (strcmp(argument, "-") != 0) return (size_t)snprintf(out, 256, "%s", argument) < 256;
    if (!fgets(out, 256, stdin)) return false;
    out[strcspn(out, " \t\r\n")] = '\0';
    return true;
}

static void take_word(struct config *config, const struct word *word) {
    config->node = word->node;
    config->generation = word->generation;
    memcpy(config->key, word->key, sizeof config->key);
    config->has_generation = config->has_key = true;
    for (unsigned n = 0; n < NETWORK_COUNT; n++) {
        uint32_t address = (uint32_t)wire_get(word->controller[n], 4);
        if (address) config->controller[n] = address;
    }
}

static void take_options(struct config *config, const struct enrol_options *options) {
    for (unsigned n = 0; n < NETWORK_COUNT; n++) {
        if (options->controller[n]) config->controller[n] = options->controller[n];
        if (options->interface[n][0]) memcpy(config->interface[n], options->interface[n], CONFIG_NAME_SIZE);
    }
    if (options->port) config->port = options->port;
}

/* True when the service runs with the new key, or there is no systemd to run it. */
static bool restart_service(const struct tree *tree) {
    char *const arguments[] = {"systemctl", "restart", SERVICE, NULL};
    pid_t pid;
    int status;
    if (!tree_is_own(tree) || access("/run/systemd/system", F_OK) != 0) return true;
    if (posix_spawnp(&pid, arguments[0], NULL, NULL, arguments, environ) != 0) return false;
    while (waitpid(pid, &status, 0) < 0) {
        if (errno != EINTR) return false;
    }
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void tell(const char *config_path, const struct config *config) {
    static const char *const names[NETWORK_COUNT] = {"service network", "backplane"};
    (void)printf("This is node %u now, key generation %u; written to %s.\n", config->node, config->generation, config_path);
    for (unsigned n = 0; n < NETWORK_COUNT; n++) {
        uint32_t a = config->controller[n];
        if (a)
            (void)printf("It reports to %u.%u.%u.%u over the %s.\n", a >> 24, a >> 16 & 0xFF, a >> 8 & 0xFF, a & 0xFF, names[n]);
        else
            (void)printf("It does not report over the %s: no address of the controller there is known.\n", names[n]);
    }
}

int enrol(const struct tree *tree, const char *config_path, const char *word_or_dash, const struct enrol_options *options) {
    char text[256], word_problem[WORD_PROBLEM_SIZE], problem[CONFIG_PROBLEM_SIZE];
    struct word word;
    struct config config;
    bool missing;
    if (!read_word(word_or_dash, text)) return fail("the word cannot be read", "give it as one line");
    if (word_read(text, &word, word_problem) != 0) return fail("this is no valid enrolment word", word_problem);
    if (config_load(config_path, &config, &missing, problem) != 0 && !missing) return fail(problem, "");
    take_word(&config, &word);
    take_options(&config, options);
    if (!config.controller[NETWORK_SERVICE] && !config.controller[NETWORK_BACKPLANE])
        return fail("the word names no address of the controller", "add --service ADDRESS, --backplane ADDRESS or both");
    if (config_save(config_path, &config, problem) != 0) return fail(problem, "");
    tell(config_path, &config);
    if (!restart_service(tree)) return fail("the service could not be started", "see systemctl status " SERVICE);
    return 0;
}
