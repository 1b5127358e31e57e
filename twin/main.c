/* SPDX-License-Identifier: Apache-2.0
 * super4c-twin - the board as a process, in real time. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "twin/log.h"
#include "twin/process.h"

#define BOOT_MS_MAX 600000

struct options {
    const char *state_dir;
    bool qemu;
    uint32_t boot_ms; /* of model nodes; 0: the model's own */
    struct twin_qemu_options qemu_options;
};

static void print_usage(FILE *out) {
    (void)fputs("usage: super4c-twin [OPTIONS]\n"
                "  --state DIR          where the sockets and the nodes' logs live (default ./state)\n"
                "  --nodes model|qemu   behavioural models, or real Linux kernels in QEMU (default model)\n"
                "  --boot-ms N          how long a model node boots (default 8000)\n"
                "  --kernel FILE        qemu: the kernel (default: the newest /boot/vmlinuz-*-cloud-amd64)\n"
                "  --initramfs FILE     qemu: the initramfs (default: super4c-node-initramfs.gz beside this program)\n",
                out);
}

/* ---- options ---- */

static bool parse_boot_ms(const char *text, uint32_t *boot_ms) {
    char *end;
    errno = 0;
    long value = strtol(text, &end, 10);
    *boot_ms = (uint32_t)value;
    return errno == 0 && end != text && *end == '\0' && value >= 1 && value <= BOOT_MS_MAX;
}

static bool copy_path(char out[TWIN_PATH_SIZE], const char *path) {
    return (size_t)snprintf(out, TWIN_PATH_SIZE, "%s", path) < TWIN_PATH_SIZE;
}

/* 0 to go on, else the exit code + 1. */
static int parse_options(int argc, char **argv, struct options *options) {
    static const struct option names[] = {
        {"state", required_argument, NULL, 's'},
        {"nodes", required_argument, NULL, 'n'},
        {"boot-ms", required_argument, NULL, 'b'},
        {"kernel", required_argument, NULL, 'k'},
        {"initramfs", required_argument, NULL, 'i'},
        {"help", no_argument, NULL, 'h'},
        {0},
    };
    int option;
    bool good = true;
    while (good && (option = getopt_long(argc, argv, "", names, NULL)) != -1) {
        switch (option) {
        case 's':
            options->state_dir = optarg;
            break;
        case 'n':
            options->qemu = strcmp(optarg, "qemu") == 0;
            good = options->qemu || strcmp(optarg, "model") == 0;
            break;
        case 'b':
            good = parse_boot_ms(optarg, &options->boot_ms);
            break;
        case 'k':
            good = copy_path(options->qemu_options.kernel, optarg);
            break;
        case 'i':
            good = copy_path(options->qemu_options.initramfs, optarg);
            break;
        case 'h':
            print_usage(stdout);
            return 1;
        default:
            good = false;
            break;
        }
    }
    if (good && optind == argc) return 0;
    print_usage(stderr);
    return 3;
}

/* ---- the process ---- */

static uint64_t monotonic_us(void) {
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

void twin_process_advance(struct twin_process *twin) {
    twin_board_advance(&twin->board, monotonic_us());
    twin_firmware_link_follow_power(twin);
}

const char *twin_process_node(struct twin_process *twin, unsigned node, enum twin_node_action action) {
    int result = twin_board_node(&twin->board, node, action);
    if (result != TWIN_NODE_OK) return twin_node_refusal_text(result);
    bool for_kernel = action == TWIN_NODE_HANG || action == TWIN_NODE_PANIC || action == TWIN_NODE_HALT;
    bool external = twin->board.config.node[node].kind == TWIN_NODE_EXTERNAL;
    return external && for_kernel ? twin_qemu_act(twin, node, action) : NULL;
}

static void on_model_words(void *ctx, unsigned node, const char *data, size_t size) {
    const struct twin_process *twin = ctx;
    twin_kernel_words_send(&twin->words, node, data, size);
}

static void on_node_power(void *ctx, unsigned node, bool on) { twin_qemu_power(ctx, node, on); }

static void on_signal(void *ctx) {
    struct twin_process *twin = ctx;
    struct signalfd_siginfo info;
    if (read(twin->signals.fd, &info, sizeof info) != (ssize_t)sizeof info) return;
    twin_process_advance(twin);
    if (info.ssi_signo == SIGCHLD)
        twin_qemu_reap(twin);
    else
        twin->ending = true;
}

static int open_signals(struct twin_process *twin) {
    sigset_t set;
    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGINT);
    (void)sigaddset(&set, SIGTERM);
    (void)sigaddset(&set, SIGHUP);
    (void)sigaddset(&set, SIGCHLD);
    (void)sigprocmask(SIG_BLOCK, &set, NULL);
    twin->signals = (struct twin_watch){.fd = -1, .ctx = twin, .ready = on_signal};
    int fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    return fd < 0 ? -1 : twin_loop_add(twin->loop_fd, &twin->signals, fd);
}

/* Two boards in one state directory would take each other's socket away. */
static bool lock_state(const char *state_dir) {
    char path[TWIN_PATH_SIZE];
    if (mkdir(state_dir, 0700) != 0 && errno != EEXIST) return false;
    if ((size_t)snprintf(path, sizeof path, "%s/twin.lock", state_dir) >= sizeof path) return false;
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600); /* stays open, and locked, until the process ends */
    return fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0;
}

static bool open_all(struct twin_process *twin) {
    twin->loop_fd = twin_loop_open();
    return twin->loop_fd >= 0 && open_signals(twin) == 0 && twin_kernel_words_open(&twin->words) == 0 &&
           twin_control_open(twin) == 0 && twin_firmware_link_open(twin) == 0;
}

static void start_board(struct twin_process *twin, const struct options *options) {
    struct twin_config config = twin_config_default();
    config.seed = monotonic_us(); /* boot ids of one run must not be taken for those of another */
    config.node_events = (struct twin_node_events){.ctx = twin, .netconsole = on_model_words, .power = on_node_power};
    for (unsigned n = 0; n < TWIN_NODE_COUNT; n++) {
        if (options->qemu) config.node[n].kind = TWIN_NODE_EXTERNAL;
        if (options->boot_ms) config.node[n].boot_ms = options->boot_ms;
    }
    twin_board_init(&twin->board, &config, monotonic_us());
}

static void run(struct twin_process *twin) {
    while (!twin->ending) {
        twin_process_advance(twin);
        twin_loop_wait(twin->loop_fd, monotonic_us(), twin_board_next_us(&twin->board));
        twin_firmware_link_follow_power(twin); /* a command may have cut the power */
    }
}

static int fail(const char *what, const char *why) {
    twin_log("%s: %s", what, why);
    return 1;
}

int main(int argc, char **argv) {
    static struct twin_process twin;
    static struct options options = {.state_dir = "state"};
    int result = parse_options(argc, argv, &options);
    if (result) return result - 1;
    if (!lock_state(options.state_dir)) {
        return fail(options.state_dir, errno == EWOULDBLOCK ? "another twin runs in this state directory" : strerror(errno));
    }
    const char *missing = options.qemu ? twin_qemu_find(&options.qemu_options) : NULL;
    if (missing) return fail("qemu nodes", missing);
    twin.state_dir = options.state_dir;
    twin.qemu_options = options.qemu_options;
    twin_qemu_init(&twin);
    if (!open_all(&twin)) return fail("cannot start", strerror(errno));
    start_board(&twin, &options);
    (void)printf("twin ready\n");
    (void)fflush(stdout);
    run(&twin);
    twin_firmware_link_close(&twin);
    twin_control_close(&twin);
    twin_kernel_words_close(&twin.words);
    twin_qemu_kill_all(&twin);
    return 0;
}
