/* SPDX-License-Identifier: Apache-2.0
 * super4c-bmc on Linux. The order of the start matters: first what the controller needs to adopt the board and go on with an
 * interrupted order, then the control thread, and only then what serves people. Nothing here moves a pin; an end by signal moves
 * none either. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/version.h"
#include "port/common/crypto_mbedtls.h"
#include "port/common/mac_mbedtls.h"
#include "port/linux/agents.h"
#include "port/linux/board_link.h"
#include "port/linux/check.h"
#include "port/linux/clock.h"
#include "port/linux/deliver.h"
#include "port/linux/firmware.h"
#include "port/linux/https.h"
#include "port/linux/loop.h"
#include "port/linux/memory.h"
#include "port/linux/netconsole.h"
#include "port/linux/network.h"
#include "port/linux/options.h"
#include "port/linux/random.h"
#include "port/linux/say.h"
#include "port/linux/self_check.h"
#include "port/linux/ssdp.h"
#include "port/linux/state_dir.h"
#include "port/linux/store_sqlite.h"
#include "port/linux/tls_identity_change.h"
#include "port/linux/tls_identity_live.h"

enum exit_code {
    EXIT_STOPPED = 0,
    EXIT_NO_START = 1,
    EXIT_USAGE = 2,
    EXIT_BOARD_GONE = 3,
    EXIT_START_AGAIN = 75 /* EX_TEMPFAIL */
};

#define PROBLEM_SIZE       640 /* a path and a sentence */
#define DEADLINE_PERIOD_MS 500
#define PASSWORD_FILE_SIZE 1024 /* its first line counts; the rest may be remarks */

struct program {
    struct options options;
    struct state_dir state;
    struct store_sqlite store;
    struct netconsole netconsole;
    struct agents agents;
    struct board_link board;
    struct hal_clock clock;
    struct hal_random random;
    struct hal_mac mac;
    struct hal_store hal_store;
    struct firmware firmware;
    struct hal_firmware hal_firmware;
    struct loop loop;
    struct derive derive;
    struct tls_identity identity;
    struct tls_live tls;
    struct ssdp_socket ssdp;
    uint64_t network_ms; /* when to look at the interface again */
    struct https *https;
    struct deliver *deliver;
    int signal_fd;
    char problem[PROBLEM_SIZE];
};

static int fail(struct program *program, const char *words) {
    if (words != NULL) snprintf(program->problem, sizeof program->problem, "%s", words);
    return -1;
}

/* ---- signals ---- */

/* Before any thread, so that all inherit the mask. */
static int take_signals(struct program *program) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    if (pthread_sigmask(SIG_BLOCK, &set, NULL) != 0) return fail(program, "signals cannot be blocked");
    signal(SIGPIPE, SIG_IGN);
    program->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    return program->signal_fd >= 0 ? 0 : fail(program, strerror(errno));
}

/* ---- the password of admin ---- */

static int read_password(struct program *program, char *password, size_t size) {
    const char *file = program->options.admin_password_file;
    ssize_t length = state_file_read(AT_FDCWD, file, password, size);
    if (length < 0) {
        snprintf(program->problem, sizeof program->problem, "admin password file %s: %s", file, strerror(errno));
        return -1;
    }
    bool nul = strlen(password) != (size_t)length;
    password[strcspn(password, "\r\n")] = '\0';
    const char *fault = nul ? "it holds a zero byte" : password_problem(password, "admin");
    if (fault == NULL) return 0;
    snprintf(program->problem, sizeof program->problem, "admin password file %s: %s", file, fault);
    return -1;
}

/* A fresh board's admin gets the password from the file, or the setup code, which is good only to set another one. */
static int seed_admin(struct program *program) {
    struct bmc *bmc = &program->loop.bmc;
    bool given = program->options.admin_password_file != NULL;
    char password[PASSWORD_FILE_SIZE];
    struct password_hash hash = {.iterations = program->options.password_iterations};
    int result = 0;
    if (!bmc_is_fresh(bmc)) return 0;
    if (given)
        result = read_password(program, password, sizeof password);
    else
        snprintf(password, sizeof password, "%s", bmc->core.setup_code);
    if (result == 0 && (random_fill(hash.salt, sizeof hash.salt) != 0 || !crypto_derive(password, &hash))) {
        result = fail(program, "the first password of admin could not be hashed");
    }
    if (result == 0 && bmc_seed_admin(bmc, &hash, !given) != 0)
        result = fail(program, "the first password of admin could not be stored");
    explicit_bzero(password, sizeof password);
    return result;
}

/* ---- start ---- */

static int start_controller(struct program *program) {
    program->clock = clock_hal();
    program->random = random_hal();
    program->mac = mac_hal();
    program->hal_store = store_sqlite_hal(&program->store);
    const char *slot = program->options.slot;
    if (slot != NULL && firmware_open(&program->firmware, program->state.fd, slot[0] == 'B') != 0)
        return fail(program, "the slots of the firmware cannot be used");
    program->hal_firmware = firmware_hal(&program->firmware);
    const struct bmc_hal hal = {
        .gpio = &program->board.gpio,
        .i2c = &program->board.i2c,
        .clock = &program->clock,
        .random = &program->random,
        .store = &program->hal_store,
        .mac = &program->mac,
        .ping = &program->board.ping,
        .firmware = slot != NULL ? &program->hal_firmware : NULL,
        .reset_cause = program->board.reset_cause,
        .password_iterations = program->options.password_iterations,
    };
    if (bmc_start(&program->loop.bmc, &hal) != 0) return fail(program, "the board's pins could not be read; nothing was driven");
    if (program->store.notice[0] == '\0') return 0;
    say("%s", program->store.notice);
    struct event damaged = event_make(EVENT_RECORD_DISCARDED, 0, "the whole store was damaged and set aside");
    eventlog_append(&program->loop.bmc.core.log, &damaged, clock_now_ms(), clock_wall_ms());
    return 0;
}

/* The last part of a reset to defaults that an earlier life was ordered to do; the controller has done its own. */
static void finish_defaults(struct program *program) {
    struct bmc *bmc = &program->loop.bmc;
    bool forgotten = bmc->defaults != DEFAULTS_ALL || tls_change_forget(program->state.fd) == 0;
    if (!forgotten || bmc_defaults_done(bmc) != 0) say("the reset to defaults is not complete; the next start goes on with it");
}

/* ---- the network ---- */

/* Whoever knows the address needs none of it, so the rest goes on without; it is tried again, as the network may come later. */
static void open_ssdp(struct program *program) {
    const struct options *options = &program->options;
    char problem[PROBLEM_SIZE];
    if (options->no_ssdp || program->ssdp.started) return;
    if (ssdp_open(&program->ssdp, options->listen, options->ssdp_port, problem, sizeof problem) != 0) {
        if (program->network_ms == 0) say("%s", problem);
    } else if (ssdp_start(&program->ssdp, &program->loop) != 0) {
        ssdp_close(&program->ssdp);
    }
}

static void note_network(struct program *program) {
    struct network network;
    if (clock_now_ms() < program->network_ms) return;
    open_ssdp(program);
    program->network_ms = clock_now_ms() + NETWORK_PERIOD_MS;
    network_read(program->options.listen, &network);
    network.https_port = https_port(program->https);
    network.agent_port = agents_port(&program->agents);
    network.ssdp_port = program->ssdp.started ? program->ssdp.port : 0;
    network.ssdp_ipv6 = strchr(program->options.listen, ':') != NULL;
    loop_lock(&program->loop);
    program->loop.bmc.core.network = network;
    loop_unlock(&program->loop);
}

/* The setup code leaves by standard output alone: on a board it would be the serial console. */
static int start_serving(struct program *program) {
    struct options *options = &program->options;
    const char *host_name = program->loop.bmc.core.settings.host_name;
    bool extra = strcmp(options->listen, "127.0.0.1") != 0 && strcmp(options->listen, "::1") != 0 &&
                 strcmp(options->listen, "0.0.0.0") != 0 && strcmp(options->listen, "::") != 0;
    if (tls_identity_load(&program->identity, program->state.fd, host_name[0] != '\0' ? host_name : "super4c",
                          extra ? options->listen : NULL, time(NULL), program->problem, sizeof program->problem) != 0) {
        return -1;
    }
    if (program->identity.notice[0] != '\0') say("%s", program->identity.notice);
    if (derive_start(&program->derive) != 0) return fail(program, "no threads for hashing");
    if (tls_live_start(&program->tls, &program->identity, program->state.fd, program->problem, sizeof program->problem) != 0)
        return -1;
    tls_identity_forget(&program->identity);
    program->https = https_start(&program->loop, &program->derive, options->listen, options->https_port, &program->tls,
                                 program->problem, sizeof program->problem);
    if (program->https == NULL) return -1;
    program->ssdp = (struct ssdp_socket){.fd = -1, .stop_fd = -1};
    note_network(program);
    program->deliver = deliver_start(&program->loop, program->state.path);
    return program->deliver != NULL ? 0 : fail(program, "no thread for event deliveries");
}

static int start(struct program *program) {
    char *problem = program->problem;
    size_t size = sizeof program->problem;
    umask(077); /* the store holds password hashes, and the directory may have been made by someone less careful */
    if (take_signals(program) != 0) return -1;
    if (state_dir_open(&program->state, program->options.state, problem, size) != 0) return -1;
    check_record_in(program->state.fd);
    if (store_sqlite_open(&program->store, program->state.path, problem, size) != 0) return -1;
    if (netconsole_open(&program->netconsole, program->options.netconsole_port, problem, size) != 0) return -1;
    if (agents_open(&program->agents, program->options.listen, program->options.agent_port, problem, size) != 0) return -1;
    if (board_link_open(&program->board, program->state.path, netconsole_port(&program->netconsole),
                        agents_port(&program->agents), problem, size) != 0)
        return -1;
    if (loop_init(&program->loop, &program->board) != 0) return fail(program, strerror(errno));
    if (start_controller(program) != 0) return -1;
    finish_defaults(program);
    if (seed_admin(program) != 0) return -1;
    if (loop_start(&program->loop) != 0) return fail(program, "no thread for the controller");
    if (netconsole_start(&program->netconsole, &program->loop) != 0) return fail(program, "no thread for the netconsole");
    if (agents_start(&program->agents, &program->loop) != 0) return fail(program, "no thread for the nodes' agents");
    return start_serving(program);
}

static void announce(struct program *program) {
    char code[SETUP_CODE_SIZE];
    loop_lock(&program->loop);
    memcpy(code, program->loop.bmc.core.setup_code, sizeof code);
    loop_unlock(&program->loop);
    if (code[0] != '\0') printf("setup code: %s\n", code);
    bool v6 = strchr(program->options.listen, ':') != NULL;
    printf("ready: https://%s%s%s:%u/\n", v6 ? "[" : "", program->options.listen, v6 ? "]" : "", https_port(program->https));
    fflush(stdout);
}

/* ---- trial ---- */

/* It waits for its own server, SELF_CHECK_MS at the most, and only while a new firmware is on trial. */
static void check_sign_in(struct program *program) {
    struct loop *loop = &program->loop;
    loop_lock(loop);
    bool wanted = bmc_wants_sign_in(&loop->bmc);
    loop_unlock(loop);
    if (!wanted || !self_check_sign_in(program->options.listen, https_port(program->https))) return;
    loop_lock(loop);
    bmc_sign_in_answered(&loop->bmc);
    loop_unlock(loop);
}

/* ---- run and end ---- */

static void note_memory(struct loop *loop) {
    size_t resident_bytes = memory_resident_bytes();
    loop_lock(loop);
    loop->bmc.core.memory.resident_bytes = resident_bytes;
    loop_unlock(loop);
}

static enum exit_code run(struct program *program) {
    struct pollfd ready[] = {{.fd = program->signal_fd, .events = POLLIN}, {.fd = program->loop.end_fd, .events = POLLIN}};
    while (poll(ready, 2, DEADLINE_PERIOD_MS) <= 0) {
        https_enforce_deadlines(program->https);
        note_memory(&program->loop);
        note_network(program);
        check_sign_in(program);
        if (tls_live_due(&program->tls, time(NULL))) return EXIT_START_AGAIN;
    }
    if (ready[0].revents != 0) return EXIT_STOPPED;
    loop_lock(&program->loop);
    enum loop_end end = program->loop.end;
    loop_unlock(&program->loop);
    if (end == LOOP_RESTART) return EXIT_START_AGAIN;
    say("the board is gone; without it there is nothing to control");
    return EXIT_BOARD_GONE;
}

/* The controller goes on until the last answer is sent; the board is left last, with its pins held. */
static void stop(struct program *program) {
    ssdp_close(&program->ssdp);
    https_stop(program->https);
    tls_live_stop(&program->tls);
    deliver_stop(program->deliver);
    loop_stop(&program->loop);
    netconsole_close(&program->netconsole);
    agents_close(&program->agents);
    board_link_goodbye(&program->board);
    loop_free(&program->loop);
    store_sqlite_close(&program->store);
    state_dir_close(&program->state);
    close(program->signal_fd);
}

int main(int count, char *argument[]) {
    static struct program program;
    enum options_verdict verdict = options_parse(&program.options, count, argument, program.problem, sizeof program.problem);
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (verdict == OPTIONS_HELP) return fputs(options_help(), stdout) < 0;
    if (verdict == OPTIONS_VERSION) return printf("super4c-bmc %s\n", SUPER4C_VERSION) < 0;
    if (verdict == OPTIONS_WRONG) {
        fprintf(stderr, "super4c-bmc: %s\n%s", program.problem, options_help());
        return EXIT_USAGE;
    }
    if (start(&program) != 0) {
        say("%s", program.problem);
        return EXIT_NO_START; /* the kernel closes what is open; for the board this is a crash, and a crash moves no pin */
    }
    announce(&program);
    enum exit_code code = run(&program);
    stop(&program);
    return code;
}
