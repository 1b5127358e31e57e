/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/run.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "agent/clock.h"
#include "agent/devices.h"
#include "agent/fan_device.h"
#include "agent/heart.h"
#include "agent/leaving.h"
#include "agent/link.h"
#include "agent/power.h"
#include "agent/say.h"
#include "agent/state.h"
#include "agent/watchdog.h"

#define TICK_MS           1000
#define RECEIVE_ROUND     32 /* datagrams of a network before anything else gets its turn */
#define COUNTER_TAIL_BITS 20
#define GOODBYE_COUNT     4 /* over each network: where every fifth is lost, all of them on both once in 400,000 times */
#define GOODBYE_GAP_MS    100

static struct agent {
    const struct tree *tree;
    const struct config *config;
    struct heart heart;
    struct link link[NETWORK_COUNT];
    struct source_thermal thermal;
    struct fan_device fan;
    struct watchdog watchdog;
    pid_t power_pid; /* the program that carries out an order; 0: none */
    int signal_fd;
    uint64_t tick_ms; /* the next */
    bool ending;
} agent;

/* ---- what is known ---- */

static bool fan_is_ours(void) { return agent.fan.dir[0] != '\0'; }

/* A link that has just come up is told of at once. */
static void follow_links(uint64_t now_ms) {
    for (unsigned n = 0; n < NETWORK_COUNT; n++) {
        bool up = agent.heart.report.device.interface[n].known && agent.heart.report.device.interface[n].up;
        if (up && !agent.link[n].up) pace_hurry(&agent.link[n].pace, now_ms);
        agent.link[n].up = up;
    }
}

static void read_values(uint64_t now_ms) {
    struct report *report = &agent.heart.report;
    source_node(agent.tree, &report->node);
    source_thermal(agent.tree, &agent.thermal, &report->node);
    devices_latest(&report->device, now_ms);
    agent.heart.can_shut_down = power_can(agent.tree, agent.config);
    report->abilities = agent.heart.can_shut_down ? WIRE_CAN_SHUT_DOWN | WIRE_SAYS_GOODBYE : WIRE_SAYS_GOODBYE;
    if (fan_is_ours() || fan_device_usable(agent.tree, agent.thermal.fan_dir)) report->abilities |= WIRE_CAN_SET_FAN;
    follow_links(now_ms);
}

/* ---- what is wished ---- */

static void release_fan(void) { fan_device_release(&agent.fan, fan_kernel_duty(agent.heart.report.node.cpu_deci_c)); }

static void set_fan(void) {
    const struct node_values *node = &agent.heart.report.node;
    struct reading duty = fan_duty(&agent.heart.fan, node->cpu_deci_c);
    if (!duty.known || !agent.thermal.fan_dir[0]) {
        release_fan();
    } else if (!fan_device_set(&agent.fan, agent.thermal.fan_dir, (uint8_t)duty.value, node->fan_duty)) {
        agent.heart.report.abilities &= (uint8_t)~WIRE_CAN_SET_FAN;
    }
    agent.heart.report.fan_by_agent = fan_is_ours();
}

static void hurry_all(uint64_t now_ms) {
    for (unsigned n = 0; n < NETWORK_COUNT; n++) pace_hurry(&agent.link[n].pace, now_ms);
}

static void end_order(bool good, uint64_t now_ms) {
    orders_end(&agent.heart.orders, good);
    hurry_all(now_ms);
}

static void begin_order(uint64_t now_ms) {
    if (!orders_begin(&agent.heart.orders, now_ms)) return;
    pid_t pid = power_begin(agent.tree, agent.config, (enum wire_order)agent.heart.orders.what);
    if (pid > 0)
        agent.power_pid = pid;
    else
        end_order(pid == 0, now_ms);
}

static void reap(uint64_t now_ms) {
    int status;
    pid_t pid;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        if (pid != agent.power_pid) continue;
        agent.power_pid = 0;
        end_order(WIFEXITED(status) && WEXITSTATUS(status) == 0, now_ms);
    }
}

/* ---- the networks ---- */

/* For `super4c-agent status`: rewritten when something changes. */
static void write_contact(void) {
    char text[256];
    int size = 0;
    for (unsigned n = 0; n < NETWORK_COUNT && size >= 0 && (size_t)size < sizeof text; n++) {
        int part = snprintf(text + size, sizeof text - (size_t)size, "%s %s\n", link_name((enum network)n),
                            !agent.config->controller[n] ? "unused"
                            : agent.link[n].answered     ? "answered"
                                                         : "silent");
        size = part < 0 ? part : size + part;
    }
    (void)state_write(agent.tree, "contact", text);
}

static void set_answered(struct link *link, bool answered) {
    if (link->answered == answered) return;
    link->answered = answered;
    link->told_trouble = false;
    say("%s network: %s", link_name(link->network), answered ? "the controller answers" : "no answer for ten seconds");
    write_contact();
}

static void receive(struct link *link, uint64_t now_ms) {
    uint8_t data[WIRE_DATAGRAM_MAX + 1];
    for (unsigned i = 0; i < RECEIVE_ROUND; i++) {
        ssize_t size = link_receive(link, data);
        if (size < 0) return;
        enum heart_news news = heart_receive(&agent.heart, link->network, data, (size_t)size, now_ms);
        if (news == HEART_NOTHING) continue;
        pace_heard(&link->pace, now_ms);
        if (news == HEART_SESSION) {
            pace_hurry(&link->pace, now_ms);
            continue;
        }
        link->answer_ms = now_ms;
        set_answered(link, true);
        if (news == HEART_ORDER) hurry_all(now_ms);
    }
}

static void send_report(struct link *link, uint64_t now_ms) {
    uint8_t data[WIRE_DATAGRAM_MAX];
    devices_latest(&agent.heart.report.device, now_ms);
    size_t size = heart_report(&agent.heart, link->network, now_ms, data);
    (void)link_send(link, agent.tree, agent.config, data, size); /* the next report says it all again */
    pace_sent(&link->pace, now_ms);
}

static bool in_use(const struct link *link) { return agent.config->controller[link->network] != 0; }

/* ---- the loop ---- */

static void tick(uint64_t now_ms) {
    read_values(now_ms);
    if (heart_step(&agent.heart, now_ms)) say("the controller is lost: the kernel sets the fan");
    set_fan();
    watchdog_pet(&agent.watchdog);
    for (unsigned n = 0; n < NETWORK_COUNT; n++)
        if (now_ms - agent.link[n].answer_ms > WIRE_LOST_MS) set_answered(&agent.link[n], false);
    agent.tick_ms += TICK_MS;
    if (agent.tick_ms <= now_ms) agent.tick_ms = now_ms + TICK_MS; /* the machine stood still */
}

static int wait_ms(uint64_t now_ms) {
    uint64_t next_ms = agent.tick_ms;
    for (unsigned n = 0; n < NETWORK_COUNT; n++)
        if (in_use(&agent.link[n]) && agent.link[n].pace.next_ms < next_ms) next_ms = agent.link[n].pace.next_ms;
    if (agent.heart.orders.waiting && agent.heart.orders.begin_by_ms < next_ms) next_ms = agent.heart.orders.begin_by_ms;
    return next_ms > now_ms ? (int)(next_ms - now_ms) : 0;
}

static void on_signal(uint64_t now_ms) {
    struct signalfd_siginfo info;
    while (read(agent.signal_fd, &info, sizeof info) == (ssize_t)sizeof info) {
        if (info.ssi_signo == SIGCHLD)
            reap(now_ms);
        else
            agent.ending = true;
    }
}

/* Until something comes, or the time is over. */
static void listen_for(int ms) {
    struct pollfd polled[1 + NETWORK_COUNT] = {{.fd = agent.signal_fd, .events = POLLIN}};
    for (unsigned n = 0; n < NETWORK_COUNT; n++) polled[1 + n] = (struct pollfd){.fd = agent.link[n].fd, .events = POLLIN};
    (void)poll(polled, 1 + NETWORK_COUNT, ms); /* on an error each step looks for itself */
    uint64_t now_ms = clock_ms();
    on_signal(now_ms);
    for (unsigned n = 0; n < NETWORK_COUNT; n++) receive(&agent.link[n], now_ms);
}

static void loop(void) {
    while (!agent.ending) {
        listen_for(wait_ms(clock_ms()));
        uint64_t now_ms = clock_ms();
        begin_order(now_ms);
        if (now_ms >= agent.tick_ms) tick(now_ms);
        for (unsigned n = 0; n < NETWORK_COUNT; n++)
            if (in_use(&agent.link[n]) && pace_due(&agent.link[n].pace, now_ms)) send_report(&agent.link[n], now_ms);
    }
}

/* ---- begin and end ---- */

static int open_signals(void) {
    sigset_t set;
    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGTERM);
    (void)sigaddset(&set, SIGINT);
    (void)sigaddset(&set, SIGHUP);
    (void)sigaddset(&set, SIGCHLD);
    (void)sigprocmask(SIG_BLOCK, &set, NULL);
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* No clock is needed; but where there is one, a counter from it rises over restarts too, and its random tail keeps what was
 * recorded before them from ever fitting again. */
static uint64_t first_counter(void) {
    struct timespec now;
    uint64_t tail = 0;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    if (getrandom(&tail, sizeof tail, GRND_NONBLOCK) != (ssize_t)sizeof tail) tail = 0; /* so early in the boot: the time alone */
    uint64_t wall_ms = now.tv_sec > 0 ? (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000 : 1;
    return wall_ms << COUNTER_TAIL_BITS | (tail & ((UINT64_C(1) << COUNTER_TAIL_BITS) - 1));
}

static bool begin(const struct tree *tree, const struct config *config) {
    uint64_t now_ms = clock_ms();
    agent.tree = agent.fan.tree = tree;
    agent.config = config;
    if (!state_open(tree)) say("cannot make " STATE_DIR ": %s; orders are refused", strerror(errno));
    if (!heart_init(&agent.heart, config, tree, first_counter(), now_ms)) return false;
    agent.signal_fd = open_signals();
    if (agent.signal_fd < 0) return false;
    for (unsigned n = 0; n < NETWORK_COUNT; n++) link_init(&agent.link[n], (enum network)n, now_ms);
    agent.tick_ms = now_ms;
    (void)fan_device_release_left(tree, FAN_FULL);
    fan_device_guard();
    watchdog_open(&agent.watchdog, config->watchdog);
    write_contact();
    if (!devices_start(tree, config)) return false;
    (void)mlockall(MCL_CURRENT |
                   MCL_FUTURE); /* to be heard from a node that is out of memory, too; without it as well as may be */
    return true;
}

/* The last reports say why there are no more. It listens in between, because a controller that was just started challenges them.
 */
static void say_goodbye(void) {
    read_values(clock_ms());
    agent.heart.report.fan_by_agent = fan_is_ours();
    agent.heart.report.leaving = (uint8_t)leaving_why(agent.tree);
    agent.heart.can_shut_down = false; /* an order that comes now is refused: nobody is left to carry it out */
    for (unsigned i = 0; i < GOODBYE_COUNT; i++) {
        for (unsigned n = 0; n < NETWORK_COUNT; n++)
            if (in_use(&agent.link[n])) send_report(&agent.link[n], clock_ms());
        uint64_t next_ms = clock_ms() + GOODBYE_GAP_MS;
        for (uint64_t now_ms; (now_ms = clock_ms()) < next_ms;) listen_for((int)(next_ms - now_ms));
    }
}

int run_agent(const struct tree *tree, const struct config *config) {
    if (!begin(tree, config)) {
        say("cannot start: %s", strerror(errno));
        return 1;
    }
    say("node %u, version " AGENT_VERSION, config->node);
    loop();
    release_fan();
    say_goodbye();
    watchdog_close(&agent.watchdog);
    state_remove(tree, "contact");
    return 0;
}

int run_fan_release(const struct tree *tree) {
    struct source_thermal thermal = {.cpu_path = ""};
    struct node_values values;
    source_thermal(tree, &thermal, &values);
    enum fan_left left = fan_device_release_left(tree, fan_kernel_duty(values.cpu_deci_c));
    if (left == FAN_LEFT_GIVEN_BACK) say("the kernel sets the fan again");
    if (left == FAN_LEFT_STUCK) say("the fan cannot be given back to the kernel: restart the node");
    return left == FAN_LEFT_STUCK ? 1 : 0;
}
