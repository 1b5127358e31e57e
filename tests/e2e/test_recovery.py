# SPDX-License-Identifier: Apache-2.0
"""The board notices and recovers by itself: real kernels with the real agent, in whatever trouble, end in the right state with the right
reason; who cannot help himself is brought back with nobody's help, and nobody else is cut.

A confirmed hang takes minutes, so each node suffers its own cases in turn while the others suffer theirs. A test waits for its case."""
import concurrent.futures
import contextlib
import os
import re
import signal
import threading
import time

import pytest

from board import NODES, Board, node_of, now_us
from client import node_path, wait_for

pytestmark = pytest.mark.alone

START_TIMEOUT_S = 60
NOTICE_TIMEOUT_S = 70  # board/super4c.h: two voices are silent for 12 s, or one for 45 s
RECOVERY_TIMEOUT_S = 240  # ... and the silence confirmed for as long as a boot takes and 15 s, after one boot a minute; one node after another
CASE_TIMEOUT_S = 400
HOLD_S = 55  # longer than any node but a busy one may be silent
SLOW_RUN_S, SLOW_REST_S = 0.01, 0.5  # how a slow machine runs

UP = r"its agent reported \d+ s ago"
STARTING = r"switched on \d+ s ago; draws \d+ mA"
PANICKED = r"its kernel reported a panic \d+ s ago"
HUNG = r"no sign on any network for \d+ s, draws \d+ mA"
SERVICE_LOST = r"service network silent for \d+ s, backplane reports"
OVERLOADED = r"(answers pings; )?its last report is \d+ s old and told of a load of \d+\.\d\d"
AGENT_LOST = r"answers pings, but its agent has been silent for \d+ s"
LEAVING = r"its system stops or restarts by its own word of \d+ s ago; draws \d+ mA"
HALTED = r"draws \d+ mA; running it draws more than \d+ mA"


def enrol(board, client):
    """Real agents on all four: the word is handed to a kernel when it starts."""
    for node in NODES:
        response = client.post(f"{node_path(node)}/Actions/Oem/Super4C.EnrolAgent", {})
        assert response.status_code == 200, response.text
        (board.state / f"agent-word-{node}").write_text(response.json()["Word"] + "\n", encoding="ascii")
    orders = [client.reset(node, "PowerCycle") for node in NODES]
    assert all([client.finish(order) for order in orders])


@pytest.fixture(scope="module")
def board(tmp_path_factory):
    board = Board(tmp_path_factory.mktemp("recovery"), nodes="qemu")
    try:
        board.start()
        enrol(board, board.admin())
        yield board
    finally:
        if board.process:
            board.stop()


class Node:
    """One node, as who watches it sees it."""

    def __init__(self, board, number):
        self.board, self.number, self.client = board, number, board.admin()
        self.begin_entry = self.begin_us = 0

    def begin(self):
        wait_for(self.reports_on_both, START_TIMEOUT_S, f"node {self.number} to report over both networks")
        self.begin_entry, self.begin_us = self.client.last_entry_id(), now_us()

    def fault(self, word):
        self.board.twinctl("guest", self.number, word)
        return time.monotonic()

    # --- what is told of it

    def oem(self):
        return self.client.oem(self.number)

    def reports_on_both(self):
        seen = self.oem()["Agent"]
        return self.oem()["State"] == "Up" and seen.get("ServiceSeen", 99) <= 2 and seen.get("BackplaneSeen", 99) <= 2

    def host(self):
        return self.oem()["Host"]

    def is_told(self, state, reason):
        told = self.oem()
        return told["State"] == state and re.fullmatch(reason, told["StateReason"])

    def wait(self, state, reason, timeout_s, since=None):
        """Until it is in that state for that reason. Returns the seconds since then, or since the call."""
        since = since or time.monotonic()
        try:
            wait_for(lambda: self.is_told(state, reason), timeout_s, state)
        except AssertionError as error:
            told = self.oem()
            raise AssertionError(f"node {self.number}: {error}; it is {told['State']}: {told['StateReason']}") from None
        return time.monotonic() - since

    def stays(self, seconds, *told):
        """It is in one of those states, each with its reason, at every look."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            assert any(self.is_told(state, reason) for state, reason in told), self.oem()
            time.sleep(0.2)

    def boot_id(self):
        return self.board.twin_node(self.number)["boot_id"]

    # --- what was done to it

    def edges(self):
        return [(edge["net"], edge["level"]) for edge in self.board.edges(self.begin_us, node=self.number)]

    def untouched(self):
        assert self.edges() == []
        assert not self.events("NodeNeedsRecovery")

    def events(self, name):
        return self.client.entries_after(self.begin_entry, name, self.number)

    def recovered_alone(self, boot_id):
        """Its module, restarted once, by nobody's order."""
        pin = f"CM5_{self.number}_PMIC_ENABLE"
        assert self.edges() == [(pin, 0), (pin, 1)]
        ladder = ["NodeNeedsRecovery", "RecoveryRestartsModule", "PowerOrdered", "PowerOrderCompleted", "NodeRecovered"]
        entries = [self.client.wait_for_event(self.begin_entry, event, self.number) for event in ladder]
        ids = [int(entry["Id"]) for entry in entries]
        assert ids == sorted(ids)
        assert entries[2]["Oem"]["Super4C"]["Actor"] == "recovery"
        assert self.boot_id() != boot_id


# --- cases: each finds its node well, the slow boot a halted one, and returns in words what came of it


def sysrq_panic(node):
    boot_id = node.boot_id()
    node.board.twinctl("node", node.number, "panic")
    since = time.monotonic()
    noticed_s = node.wait("Panicked", PANICKED, 20)
    back_s = node.wait("Up", UP, RECOVERY_TIMEOUT_S, since)
    node.recovered_alone(boot_id)
    assert "sysrq triggered crash" in node.events("NodePanicked")[0]["Message"]
    return f"Panicked after {noticed_s:.1f} s, up again after {back_s:.1f} s"


def falls_silent(node, since):
    boot_id = node.boot_id()
    hung_s = node.wait("Hung", HUNG, NOTICE_TIMEOUT_S, since)
    back_s = node.wait("Up", UP, RECOVERY_TIMEOUT_S, since)
    node.recovered_alone(boot_id)
    return f"Hung after {hung_s:.1f} s, up again after {back_s:.1f} s"


def hard_lockup(node):
    """Not one CPU executes an instruction more."""
    node.board.twinctl("node", node.number, "hang")
    return falls_silent(node, time.monotonic())


def both_interfaces_down(node):
    return falls_silent(node, node.fault("both-down"))


def service_interface_down(node):
    since = node.fault("service-down")
    noticed_s = node.wait("Degraded", SERVICE_LOST, 30, since)
    node.stays(10, ("Degraded", SERVICE_LOST))
    since = node.fault("service-up")
    back_s = node.wait("Up", UP, 30, since)
    node.untouched()
    return f"Degraded after {noticed_s:.1f} s; Up {back_s:.1f} s after the interface was"


def service_interface_misconfigured(node):
    noticed_s = node.wait("Degraded", SERVICE_LOST, 30, node.fault("service-misconfigured"))
    node.stays(10, ("Degraded", SERVICE_LOST))
    node.untouched()
    return f"Degraded after {noticed_s:.1f} s"


def fork_bomb(node):
    """The agent is heard over all that, as its unit gives it precedence. Then it does not come to its turn any more: Busy, for longer than
    another node may be silent."""
    since = node.fault("fork-bomb")
    wait_for(lambda: node.host()["Load"] > 2 and node.host()["CPUPressurePercent"] > 40, 60, "the overload to be told", 0.5)
    told_s = time.monotonic() - since
    node.stays(5, ("Up", UP), ("Busy", OVERLOADED))
    busy_s = node.wait("Busy", OVERLOADED, 30, node.fault("agent-stop"))
    node.stays(HOLD_S, ("Busy", OVERLOADED))
    node.fault("bomb-end")
    back_s = node.wait("Up", UP, 60, node.fault("agent-continue"))
    node.untouched()
    return f"overload told after {told_s:.1f} s; Busy {busy_s:.1f} s after the agent starved, for {HOLD_S} s; Up {back_s:.1f} s after it did not"


def memory_exhaustion(node):
    log = node.board.state / f"node-{node.number}-console.log"
    node.fault("memory")
    wait_for(lambda: b"Out of memory: Killed process" in log.read_bytes(), 60, "the kernel to run out of memory", 0.5)
    node.stays(20, ("Up", UP), ("Busy", OVERLOADED))
    node.fault("bomb-end")
    node.wait("Up", UP, 60)
    node.untouched()
    return f"Up or Busy while the kernel killed {log.read_bytes().count(b'Out of memory: Killed process')} times"


def agent_killed(node):
    version = node.oem()["Agent"]["Version"]
    log = node.board.state / f"node-{node.number}-console.log"
    starts = log.read_bytes().count(b", version ")
    since = node.fault("agent-kill")
    wait_for(lambda: log.read_bytes().count(b", version ") > starts, 30, "the agent to be started again")
    node.stays(10, ("Up", UP))
    assert node.reports_on_both() and node.oem()["Agent"]["Version"] == version
    node.untouched()
    return f"Up all the while; {time.monotonic() - since:.1f} s watched"


def agent_gone(node):
    """For good: nothing starts it again, and the kernel still answers."""
    noticed_s = node.wait("Degraded", AGENT_LOST, 30, node.fault("agent-stop"))
    node.stays(20, ("Degraded", AGENT_LOST))
    back_s = node.wait("Up", UP, 30, node.fault("agent-continue"))
    node.untouched()
    return f"Degraded after {noticed_s:.1f} s; Up {back_s:.1f} s after it was back"


def starts_anew(node, boot_id):
    """By itself, with no pin moved, and it is told once."""
    wait_for(lambda: node.boot_id() != boot_id, START_TIMEOUT_S, f"node {node.number} to boot again", 0.5)
    node.client.wait_for_event(node.begin_entry, "NodeBooted", node.number, START_TIMEOUT_S)
    node.wait("Up", UP, START_TIMEOUT_S)
    assert len(node.events("NodeBooted")) == 1
    assert node.edges() == []


def announced_restart(node):
    """Its agent says goodbye: nobody takes the silence for a hang."""
    boot_id = node.boot_id()
    since = node.fault("restart")
    leaving_s = node.wait("Starting", LEAVING, 30, since)
    starts_anew(node, boot_id)
    node.untouched()
    return f"Starting by its own word after {leaving_s:.1f} s; Up after {time.monotonic() - since:.1f} s"


def untold_restart(node):
    """Nobody says goodbye, and it may look hung; it is back before that is sure."""
    boot_id = node.boot_id()
    since = node.fault("restart-untold")
    starts_anew(node, boot_id)
    return f"Up after {time.monotonic() - since:.1f} s, untouched"


def clean_poweroff(node):
    node.board.twinctl("node", node.number, "halt")
    noticed_s = node.wait("Halted", HALTED, 20)
    node.stays(10, ("Halted", HALTED))
    node.untouched()
    return f"Halted after {noticed_s:.1f} s, and left so"


@contextlib.contextmanager
def slowed(pid):
    """A process that runs for a moment now and then."""
    ends = threading.Event()

    def run():
        with contextlib.suppress(ProcessLookupError):
            while not ends.wait(SLOW_RUN_S):
                os.kill(pid, signal.SIGSTOP)
                time.sleep(SLOW_REST_S)
                os.kill(pid, signal.SIGCONT)

    thread = threading.Thread(target=run)
    thread.start()
    yield
    ends.set()
    thread.join()


def slow_boot(node):
    earlier = node.board.guest_pid(node.number)
    node.client.must(node.client.reset(node.number, "PowerCycle"))
    pid = node.board.guest_pid(node.number)
    assert pid and pid != earlier
    node.begin_entry, node.begin_us = node.client.last_entry_id(), now_us()
    with slowed(pid):
        node.wait("Starting", STARTING, 5)
        node.stays(HOLD_S, ("Starting", STARTING))
    node.wait("Up", UP, 120)
    node.untouched()
    return f"Starting all the while; Up {(now_us() - node.begin_us) / 1e6:.1f} s after it was switched on"


CASES = {
    1: [hard_lockup, announced_restart],
    2: [both_interfaces_down, untold_restart],
    3: [agent_killed, agent_gone, memory_exhaustion, clean_poweroff, slow_boot],
    4: [service_interface_down, fork_bomb, sysrq_panic, service_interface_misconfigured],
}
RECOVERED = (1, 2, 4)


def play(case, node):
    if case is not slow_boot:
        node.begin()
    return case(node)


@pytest.fixture(scope="module")
def played(board):
    """What comes of each case; all begin at once."""
    begin_us = now_us()
    with contextlib.ExitStack() as stack:
        results = {}
        for number, cases in CASES.items():
            lane, node = stack.enter_context(concurrent.futures.ThreadPoolExecutor(1)), Node(board, number)
            results |= {case: lane.submit(play, case, node) for case in cases}
        yield begin_us, results


@pytest.mark.parametrize("case", [case for cases in CASES.values() for case in cases], ids=lambda case: case.__name__)
def test_each_trouble_ends_as_it_should(played, case, capsys):
    words = played[1][case].result(CASE_TIMEOUT_S)
    with capsys.disabled():
        print(f"\n  {case.__name__}: {words}")


def test_nobody_was_cut_but_those_who_had_to(board, played, capsys):
    """The whole story at once: three modules restarted by recovery, one after the other. Node 3 was cut by the order of its case alone."""
    begin_us, results = played
    concurrent.futures.wait(results.values(), CASE_TIMEOUT_S)
    edges = board.edges(begin_us)
    moved = {node: [edge for edge in edges if node_of(edge) == node] for node in NODES}
    for node in RECOVERED:
        assert [(edge["net"], edge["level"]) for edge in moved[node]] == [(f"CM5_{node}_PMIC_ENABLE", level) for level in (0, 1)]
    assert len(moved[3]) == 4, "module and channel, off and on"
    cut = sorted((moved[node][0]["us"], moved[node][-1]["us"]) for node in NODES)
    assert all(back_us < next_us for (_, back_us), (next_us, _) in zip(cut, cut[1:])), "never more than one"
    with capsys.disabled():
        print(f"\n  in all {(now_us() - begin_us) / 1e6:.0f} s; {len(edges)} edges")
