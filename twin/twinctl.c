/* SPDX-License-Identifier: Apache-2.0
 * super4c-twinctl - sends one command to a running twin and prints the answer. Exit 0: done. 1: refused, or no twin. 2: wrong
 * usage. */
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "twin/control.h"
#include "twin/picture_png.h"
#include "twin/protocol.h"
#include "twin/unix_socket.h"

static void print_usage(FILE *out) {
    (void)fputs("usage: super4c-twinctl [--state DIR] COMMAND\n"
                "  status                               everything about the board, as JSON\n"
                "  edges                                every recorded edge of the power nets, JSON lines, oldest first\n"
                "  input DC1|DC2 MILLIVOLTS             a supply's voltage; 0 unplugs it\n"
                "  node N hang|panic|halt|empty|insert  what happens to node N (1 to 4)\n"
                "  link up|down                         the controller's Ethernet link\n"
                "  i2c fault|transient|ok               a sensor bus held low; transient: until nine clocks free it\n"
                "  sensor 1|2 missing|ok                one of the two power monitors\n"
                "  rail N stuck-on|stuck-off|ok         a rail that does not follow its PSU pin\n"
                "  pmic N stuck|ok                      a module that does not follow PMIC_ENABLE\n"
                "  button N MILLISECONDS                the channel's button, held down\n"
                "  screen [--png FILE]                  what the display shows, in half blocks or as a picture\n"
                "  points                               the same, '#' for each point that is lit and '.' for the others\n"
                "  oled on|off                          plugs the display in, or pulls it out\n"
                "  button press MILLISECONDS            the controller's BOOT button, held down\n"
                "  service|backplane N up|down          the wire between a QEMU node and the controller\n"
                "  guest N FAULT                        something goes wrong inside a QEMU node: see twin/qemu/fault\n"
                "  power-loss                           both inputs gone for 0.4 s\n",
                out);
}

static int join(int count, char **words, char line[TWIN_CONTROL_LINE_SIZE]) {
    size_t size = 0;
    for (int i = 0; i < count; i++) {
        int added = snprintf(line + size, TWIN_CONTROL_LINE_SIZE - size, "%s%s", words[i], i + 1 < count ? " " : "\n");
        if (added < 0 || (size_t)added >= TWIN_CONTROL_LINE_SIZE - size) return -1;
        size += (size_t)added;
    }
    return (int)size;
}

/* Passes the answer on: its first line to standard error when it is an error, else all that follows it to out. Returns the exit
 * code. */
static int print_answer(int fd, FILE *out) {
    char buffer[65536];
    char first[256];
    size_t first_size = 0;
    bool in_first = true, ok = false;
    for (;;) {
        ssize_t size = recv(fd, buffer, sizeof buffer, 0);
        if (size < 0 && errno == EINTR) continue;
        if (size <= 0) break;
        size_t at = 0;
        while (in_first && at < (size_t)size && first_size < sizeof first - 1) {
            char c = buffer[at++];
            in_first = c != '\n';
            if (in_first) first[first_size++] = c;
        }
        first[first_size] = '\0';
        ok = !in_first && strcmp(first, "ok") == 0;
        if (ok && fwrite(buffer + at, 1, (size_t)size - at, out) != (size_t)size - at) return 1;
    }
    if (ok) return fflush(out) == 0 ? 0 : 1;
    (void)fprintf(stderr, "super4c-twinctl: %s\n", in_first ? "the twin went away without an answer" : first);
    return strncmp(first, "usage:", 6) == 0 ? 2 : 1;
}

static int run(const char *state_dir, const char *line, size_t size, FILE *out) {
    int fd = twin_unix_connect(state_dir, TWIN_CONTROL_SOCKET, SOCK_STREAM);
    if (fd < 0) {
        (void)fprintf(stderr, "super4c-twinctl: no twin in %s: %s\n", state_dir, strerror(errno));
        return 1;
    }
    int result = 1;
    if (send(fd, line, size, MSG_NOSIGNAL) == (ssize_t)size)
        result = print_answer(fd, out);
    else
        (void)fprintf(stderr, "super4c-twinctl: %s\n", strerror(errno));
    (void)close(fd);
    return result;
}

static int write_png(const char *file, const char *points) {
    FILE *out = fopen(file, "wb");
    int result = out ? twin_picture_png(points, out) : -1;
    if (out && fclose(out) != 0) result = -1;
    if (result == 0) return 0;
    (void)fprintf(stderr, "super4c-twinctl: %s: %s\n", file, strerror(errno));
    return 1;
}

static int run_png(const char *state_dir, const char *file) {
    static const char line[] = "points\n";
    char *points = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&points, &size);
    if (!out) return 1;
    int result = run(state_dir, line, sizeof line - 1, out);
    if (fclose(out) != 0) result = 1;
    if (result == 0) result = size == TWIN_PNG_POINTS_SIZE ? write_png(file, points) : 1;
    free(points);
    return result;
}

int main(int argc, char **argv) {
    static const struct option options[] = {{"state", required_argument, NULL, 's'}, {"help", no_argument, NULL, 'h'}, {0}};
    const char *state_dir = "state";
    int option;
    while ((option = getopt_long(argc, argv, "+", options, NULL)) != -1) {
        switch (option) {
        case 's':
            state_dir = optarg;
            break;
        case 'h':
            print_usage(stdout);
            return 0;
        default:
            print_usage(stderr);
            return 2;
        }
    }
    if (argc - optind == 3 && strcmp(argv[optind], "screen") == 0 && strcmp(argv[optind + 1], "--png") == 0)
        return run_png(state_dir, argv[optind + 2]);
    char line[TWIN_CONTROL_LINE_SIZE];
    int size = join(argc - optind, argv + optind, line);
    if (size <= 0) {
        print_usage(stderr);
        return 2;
    }
    return run(state_dir, line, (size_t)size, stdout);
}
