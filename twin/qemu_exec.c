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

#define NET_FD     3 /* where the child finds its ends */
#define SERIAL_FD  4
#define CONSOLE_FD 5 /* by number, because a path may hold a comma */

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

static void wire_up(const char *state_dir, unsigned node, int net_fd, int serial_fd, pid_t twin_pid) {
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != twin_pid) _exit(1);   /* the twin died before that took effect */
    (void)setpriority(PRIO_PROCESS, 0, 2); /* the firmware's answers go before a guest's boot */
    sigset_t none;
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    /* Out of the way of the numbers below first. */
    int net_copy = fcntl(net_fd, F_DUPFD_CLOEXEC, 100), serial_copy = fcntl(serial_fd, F_DUPFD_CLOEXEC, 100);
    int log_fd = open_log(state_dir, node, "qemu");
    place(log_fd, STDOUT_FILENO);
    place(log_fd, STDERR_FILENO);
    place(open("/dev/null", O_RDONLY | O_CLOEXEC), STDIN_FILENO);
    place(net_copy, NET_FD);
    place(serial_copy, SERIAL_FD);
    place(open_log(state_dir, node, "console"), CONSOLE_FD);
}

static void exec_qemu(const struct twin_qemu_options *options, unsigned node) {
    char append[sizeof kernel_arguments + 16], device[64];
    (void)snprintf(append, sizeof append, kernel_arguments, node + 1);
    (void)snprintf(device, sizeof device, "virtio-net-pci,netdev=eth0,mac=52:54:00:34:43:%02x,romfile=", node + 1);
    const char *const varying[] = {"-device",          device,    "-kernel", options->kernel, "-initrd",
                                   options->initramfs, "-append", append};
    const char *argument[QEMU_ARGUMENT_MAX] = {0};
    memcpy(argument, qemu_fixed, sizeof qemu_fixed);
    memcpy(argument + QEMU_FIXED_COUNT, varying, sizeof varying);
    (void)execvp(argument[0], (char *const *)argument);
    (void)fprintf(stderr, "cannot run %s: %s\n", argument[0], strerror(errno));
    _exit(1);
}

/* ---- in the twin ---- */

static void close_pair(const int pair[2]) {
    (void)close(pair[0]);
    (void)close(pair[1]);
}

int twin_qemu_exec(const struct twin_qemu_options *options, const char *state_dir, unsigned node, struct twin_qemu_child *child) {
    int net[2], serial[2];
    if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, net) != 0) return -1;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, serial) != 0) {
        close_pair(net);
        return -1;
    }
    pid_t twin_pid = getpid(), pid = fork();
    if (pid == 0) {
        wire_up(state_dir, node, net[1], serial[1], twin_pid);
        exec_qemu(options, node);
    }
    if (pid < 0) {
        close_pair(net);
        close_pair(serial);
        return -1;
    }
    (void)close(net[1]);
    (void)close(serial[1]);
    *child = (struct twin_qemu_child){.pid = pid, .net_fd = net[0], .serial_fd = serial[0]};
    return 0;
}
