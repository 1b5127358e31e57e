/* SPDX-License-Identifier: Apache-2.0 */
#include "twin/qemu_exec.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "twin/qemu_node.h"

#define NET_FD       3 /* where the child finds its ends */
#define SERIAL_FD    4
#define CONSOLE_FD   5 /* by number, because a path may hold a comma */
#define BACKPLANE_FD 6

#define WORD_SIZE_MAX 128 /* an enrolment word has 85 characters */

/* panic=0: the kernel stays where it fell, which is what an out-of-band controller is for. ignore_loglevel: the console level
 * decides what netconsole sends. The last line leaves out what only costs time: four of these boot on two cores, each in 3 to 4 s
 * of processor time. */
static const char kernel_arguments[] = "super4c.node=%u console=ttyS0 ignore_loglevel panic=0 oops=panic nokaslr "
                                       "random.trust_cpu=on tsc=reliable mitigations=off cryptomgr.notests apparmor=0 audit=0 "
                                       "no_timer_check i8042.noaux i8042.nokbd";

/* An option and its value on one line.
 * TCG, because KVM inside a virtual machine hangs on some hosts; no HPET, which would keep an idle guest ticking. */
/* clang-format off */
static const char *const qemu_fixed[] = {
    "qemu-system-x86_64", "-nodefaults", "-no-user-config", "-nographic",
    "-vga", "none",
    "-monitor", "none",
    "-M", "q35,accel=tcg,hpet=off,usb=off,vmport=off",
    "-cpu", "qemu64",
    "-smp", "1",
    "-m", "192",
    /* Descriptors from the twin: no port, no path, nobody else can join the wire. */
    "-netdev", "dgram,id=eth0,local.type=fd,local.str=3",
    "-netdev", "dgram,id=eth1,local.type=fd,local.str=6",
    "-chardev", "file,id=console,path=/proc/self/fd/5",
    "-chardev", "socket,id=orders,fd=4",
    "-serial", "chardev:console",
    "-serial", "chardev:orders",
};
/* clang-format on */
#define QEMU_FIXED_COUNT  (sizeof qemu_fixed / sizeof qemu_fixed[0])
#define QEMU_ARGUMENT_MAX (QEMU_FIXED_COUNT + 16)

/* ---- in the child, alone ---- */

/* Leaves the descriptor under that number, to be inherited. */
static void place(int fd, int number) {
    if (fd < 0 || dup2(fd, number) < 0 || fcntl(number, F_SETFD, 0) != 0) _exit(1); /* dup2 to itself keeps close-on-exec */
}

static int open_log(const char *state_dir, unsigned node, const char *what) {
    char path[TWIN_PATH_SIZE + 32];
    (void)snprintf(path, sizeof path, "%s/node-%u-%s.log", state_dir, node + 1, what);
    return open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
}

static void wire_up(const char *state_dir, unsigned node, const int net_fd[TWIN_NETWORK_COUNT], int serial_fd, pid_t twin_pid) {
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != twin_pid) _exit(1);   /* the twin died before that took effect */
    (void)setpriority(PRIO_PROCESS, 0, 2); /* the firmware's answers go before a guest's boot */
    sigset_t none;
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    /* Out of the way of the numbers below first. */
    int service_copy = fcntl(net_fd[TWIN_SERVICE], F_DUPFD_CLOEXEC, 100);
    int backplane_copy = fcntl(net_fd[TWIN_BACKPLANE], F_DUPFD_CLOEXEC, 100);
    int serial_copy = fcntl(serial_fd, F_DUPFD_CLOEXEC, 100);
    int log_fd = open_log(state_dir, node, "qemu");
    place(log_fd, STDOUT_FILENO);
    place(log_fd, STDERR_FILENO);
    place(open("/dev/null", O_RDONLY | O_CLOEXEC), STDIN_FILENO);
    place(service_copy, NET_FD);
    place(backplane_copy, BACKPLANE_FD);
    place(serial_copy, SERIAL_FD);
    place(open_log(state_dir, node, "console"), CONSOLE_FD);
}

/* The word that whoever runs the board has put into agent-word-N, for the guest to enrol its agent with; "" without. */
static void read_word(const char *state_dir, unsigned node, char word[WORD_SIZE_MAX]) {
    char path[TWIN_PATH_SIZE + 32];
    word[0] = '\0';
    (void)snprintf(path, sizeof path, "%s/agent-word-%u", state_dir, node + 1);
    FILE *file = fopen(path, "re");
    if (!file) return;
    if (!fgets(word, WORD_SIZE_MAX, file)) word[0] = '\0';
    word[strcspn(word, " \t\r\n")] = '\0';
    (void)fclose(file);
}

static void exec_qemu(const struct twin_qemu_options *options, const char *state_dir, unsigned node) {
    char append[sizeof kernel_arguments + 16 + WORD_SIZE_MAX + 16], word[WORD_SIZE_MAX], device[2][64];
    read_word(state_dir, node, word);
    int size = snprintf(append, sizeof append, kernel_arguments, node + 1);
    if (word[0]) (void)snprintf(append + size, sizeof append - (size_t)size, " super4c.word=%s", word);
    for (unsigned n = 0; n < TWIN_NETWORK_COUNT; n++) {
        (void)snprintf(device[n], sizeof device[n], "virtio-net-pci,netdev=eth%u,mac=52:54:00:34:%02x:%02x,romfile=", n, 0x43 + n,
                       node + 1);
    }
    const char *const varying[] = {"-device", device[TWIN_SERVICE],
                                   "-device", device[TWIN_BACKPLANE],
                                   "-kernel", options->kernel,
                                   "-initrd", options->initramfs,
                                   "-append", append};
    const char *argument[QEMU_ARGUMENT_MAX] = {0};
    memcpy(argument, qemu_fixed, sizeof qemu_fixed);
    memcpy(argument + QEMU_FIXED_COUNT, varying, sizeof varying);
    (void)execvp(argument[0], (char *const *)argument);
    (void)fprintf(stderr, "cannot run %s: %s\n", argument[0], strerror(errno));
    _exit(1);
}

/* ---- in the twin ---- */

struct wires { /* [0] is ours, [1] the child's */
    int service[2], backplane[2], serial[2];
};

static void close_wires(const struct wires *wires) {
    const int *const pairs[] = {wires->service, wires->backplane, wires->serial};
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        if (pairs[i][0] >= 0) (void)close(pairs[i][0]);
        if (pairs[i][1] >= 0) (void)close(pairs[i][1]);
    }
}

static int open_wires(struct wires *wires) {
    const int flags = SOCK_CLOEXEC | SOCK_NONBLOCK;
    *wires = (struct wires){{-1, -1}, {-1, -1}, {-1, -1}};
    if (socketpair(AF_UNIX, SOCK_DGRAM | flags, 0, wires->service) == 0 &&
        socketpair(AF_UNIX, SOCK_DGRAM | flags, 0, wires->backplane) == 0 &&
        socketpair(AF_UNIX, SOCK_STREAM | flags, 0, wires->serial) == 0)
        return 0;
    close_wires(wires);
    return -1;
}

int twin_qemu_exec(const struct twin_qemu_options *options, const char *state_dir, unsigned node, struct twin_qemu_child *child) {
    struct wires wires;
    if (open_wires(&wires) != 0) return -1;
    pid_t twin_pid = getpid(), pid = fork();
    if (pid == 0) {
        wire_up(state_dir, node, (int[]){wires.service[1], wires.backplane[1]}, wires.serial[1], twin_pid);
        exec_qemu(options, state_dir, node);
    }
    if (pid < 0) {
        close_wires(&wires);
        return -1;
    }
    (void)close(wires.service[1]);
    (void)close(wires.backplane[1]);
    (void)close(wires.serial[1]);
    *child = (struct twin_qemu_child){.pid = pid, .net_fd = {wires.service[0], wires.backplane[0]}, .serial_fd = wires.serial[0]};
    return 0;
}
