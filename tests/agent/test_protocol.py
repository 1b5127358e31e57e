# SPDX-License-Identifier: Apache-2.0
"""Sessions, answers and enrolment: what counts, and what must change nothing."""
import os
import random
import time

import pytest

from conftest import call, wait_for
from controller import ANSWER, BACKPLANE, CHALLENGE, NO_SESSION, SERVICE, full, order, seal


def fan_is_full(tree):
    return tree.read("sys/class/hwmon/hwmon3/pwm1") == "255"


def test_first_report_is_challenged_and_the_second_counts(agent, controller):
    agent.start()
    controller.next_report(SERVICE)
    controller.next_report(BACKPLANE)
    first = [report for _, report in controller.received[:2]]
    assert {report.session for report in first} == {NO_SESSION} and {report.network for report in first} == {SERVICE, BACKPLANE}
    assert all(report.session == controller.session for _, report in controller.accepted)


def test_once_a_second_over_each_network_with_rising_counters(agent, controller):
    agent.start()
    controller.next_report(SERVICE)
    start = time.monotonic()
    time.sleep(4)
    for network in (SERVICE, BACKPLANE):
        counters = [report.counter for when, report in controller.accepted if report.network == network and when > start]
        assert 3 <= len(counters) <= 5
        assert counters == sorted(set(counters))


def test_a_restarted_controller_is_followed(agent, controller):
    agent.start()
    before = controller.next_report(SERVICE)
    controller.restart()
    assert controller.next_report(SERVICE, timeout_s=3).counter > before.counter


def test_a_restarted_agent_counts_above_what_was(agent, controller):
    agent.start()
    before = controller.next_report(SERVICE)
    agent.end()
    agent.start()
    assert controller.next_report(SERVICE).counter > before.counter


# What reaches the agent in the place of an answer that wishes a full fan. None of it may have an effect.
def forged(controller, report, data):
    return [controller.seal(ANSWER, report, full(), key=os.urandom(32))]


def truncated(controller, report, data):
    return [data[:n] for n in range(0, len(data), 7)] + [data[:-1], data + b"\0", b"", b"\0" * 2000]


def bits_flipped(controller, report, data):
    flips = [bytearray(data) for _ in range(60)]
    for flip in flips:
        flip[random.randrange(len(flip))] ^= 1 << random.randrange(8)
    return map(bytes, flips)


def of_another_session(controller, report, data):
    return [controller.seal(ANSWER, report, full(), session=os.urandom(16))]


def of_another_node(controller, report, data):
    return [controller.seal(ANSWER, report, full(), node=3)]


def of_another_generation(controller, report, data):
    return [controller.seal(ANSWER, report, full(), generation=9)]


def of_the_other_network(controller, report, data):
    return [controller.seal(ANSWER, report, full(), network=3 - report.network)]


def of_a_report_never_sent(controller, report, data):
    return [controller.seal(ANSWER, report, full(), counter=report.counter + 1000), controller.seal(ANSWER, report, full(), counter=0)]


def reflected(controller, report, data):
    return [seal(controller.key, 1, 2, report.network, 1, report.session, report.counter, full())]


def challenge_with_a_wish(controller, report, data):
    return [controller.seal(CHALLENGE, report, full())]


@pytest.mark.parametrize(
    "tamper",
    [forged, truncated, bits_flipped, of_another_session, of_another_node, of_another_generation, of_the_other_network, of_a_report_never_sent,
     reflected, challenge_with_a_wish],
)  # fmt: skip
def test_changes_nothing(agent, controller, tree, tamper):
    tree.fan()
    controller.wish = full()
    controller.tamper = lambda kind, report, data: tamper(controller, report, data) if kind == ANSWER else [data]
    agent.start()
    controller.next_report(count=4)
    assert tree.read("sys/class/hwmon/hwmon3/pwm1") == "75" and tree.read("sys/class/hwmon/hwmon3/pwm1_enable") == "2"
    controller.tamper = None
    wait_for(lambda: fan_is_full(tree), 3, "the good answer to count")


def test_replayed_answers_change_nothing(agent, controller, tree):
    tree.fan()
    controller.wish = full()
    recorded = []

    def record(kind, report, data):
        recorded.append(data)
        return [data]

    controller.tamper = record
    agent.start()
    wait_for(lambda: fan_is_full(tree), 4, "full")
    controller.wish = b""
    controller.next_report(count=3)
    wait_for(lambda: tree.read("sys/class/hwmon/hwmon3/pwm1_enable") == "2", 3, "the kernel's again")
    controller.tamper = lambda kind, report, data: [*recorded, data, *recorded]
    controller.next_report(count=4)
    assert not fan_is_full(tree)


def test_answers_out_of_order_are_good_for_five_seconds(agent, controller, tree):
    tree.fan()
    held = []

    def hold(kind, report, data):
        if kind == CHALLENGE:
            return [data]
        held.append(data)
        return [held.pop(0), held.pop(0)][::-1] if len(held) > 4 else []  # some two seconds late, and the newer first

    controller.wish = full()
    controller.tamper = hold
    agent.start()
    wait_for(lambda: fan_is_full(tree), 6, "the late answers to count")


def test_a_flood_silences_nobody(agent, controller):
    agent.start()
    controller.next_report(SERVICE)
    junk = [os.urandom(size) for size in (1, 72, 500, 1024)] + [controller.seal(ANSWER, controller.accepted[-1][1], b"", key=os.urandom(32))]
    end = time.monotonic() + 2
    count = 0
    while time.monotonic() < end:
        for data in junk:
            controller.socket.sendto(data, controller.peers[SERVICE])
            count += 1
        time.sleep(0.002)
    recent = [report for when, report in controller.accepted if when > end - 2]
    assert count > 1000 and len(recent) >= 3


def test_one_silent_network_leaves_the_other_alone(agent, controller):
    agent.start()
    controller.next_report(BACKPLANE)
    controller.silent = {SERVICE}
    controller.next_report(BACKPLANE, count=3, timeout_s=5)
    assert agent.process.poll() is None


def test_a_link_that_comes_up_is_told_at_once(agent, controller, tree):
    tree.interface("eth0", "macb", "2c:cf:67:00:00:02", speed=-1, state="down")
    agent.start()
    controller.next_report(SERVICE)
    tree.interface("eth0", "macb", "2c:cf:67:00:00:02", speed=1000)
    start = time.monotonic()
    controller.wait(lambda: any(r.interfaces[SERVICE]["up"] for _, r in controller.accepted if SERVICE in r.interfaces), 4, "up")
    assert time.monotonic() - start < 3


def test_an_order_for_another_node_is_not_ours(agent, controller):
    agent.obeying()
    controller.tamper = lambda kind, report, data: [data, controller.seal(ANSWER, report, order(1, 1), node=1)]
    agent.start()
    controller.next_report(count=4)
    assert agent.obeyed() == []


# --- enrolment


def test_enrolment_is_for_root_alone_and_keeps_settings(agent, controller, tree):
    assert agent.config.stat().st_mode & 0o777 == 0o600
    agent.configure("watchdog = /dev/none\nbackplane_interface = eth7")
    controller.key = os.urandom(32)  # rotated
    controller.generation = 2
    agent.enrol(service="0.0.0.0")
    text = agent.config.read_text(encoding="ascii")
    for line in ("generation = 2", f"key = {controller.key.hex()}", "watchdog = /dev/none", "backplane_interface = eth7", "service_controller = 127.0.0.1"):
        assert line in text.splitlines()
    agent.config.write_text(text.replace("watchdog = /dev/none\n", ""), encoding="ascii")
    agent.start()
    controller.next_report(SERVICE)


def test_the_word_may_come_from_standard_input(tree, controller):
    done = call("--root", tree.root, "enrol", "-", input=controller.word() + "\n")
    assert done.returncode == 0 and "node 2" in done.stdout
    assert controller.key.hex() not in done.stdout


def test_a_mistyped_word_changes_nothing(agent, controller, tree):
    before = agent.config.read_bytes()
    word = controller.word()
    for wrong, words in ((word[:-1], "missing"), (word[:40] + ("A" if word[40] != "A" else "B") + word[41:], "checksum"), ("", "begins with"), ("x" * 900, "")):
        done = call("--root", tree.root, "enrol", wrong)
        assert done.returncode == 1 and words in done.stderr
    assert agent.config.read_bytes() == before


def test_a_word_without_addresses_needs_one(tree, controller):
    bare = controller.word(service="0.0.0.0", backplane="0.0.0.0")
    done = call("--root", tree.root, "enrol", bare)
    assert done.returncode == 1 and "--service" in done.stderr
    assert call("--root", tree.root, "--service", "127.0.0.1", "enrol", bare).returncode == 0


def test_without_enrolment_it_does_not_run(tree):
    done = call("--root", tree.root, "run")
    assert done.returncode == 3 and "enrol" in done.stderr
    assert "no:" in call("--root", tree.root, "status").stdout


@pytest.mark.parametrize("words", [[], ["dance"], ["enrol"], ["run", "fast"], ["--port", "x", "run"], ["--colour", "run"]])
def test_wrong_usage(words):
    assert call(*words).returncode == 2
