# SPDX-License-Identifier: Apache-2.0
"""The agent's last word, over both networks, in less than a second: the system shuts down, restarts, or only the agent stops."""
import platform
import signal
import struct
import time

import pytest

from controller import BACKPLANE, REBOOT, SERVICE, order

SHUTS_DOWN, RESTARTS, AGENT_STOPS = 1, 2, 3
BOOT_TIME, RUN_LEVEL, USER = 2, 1, 7
UTMP_SIZE = 384 if platform.machine() == "x86_64" else 400  # utmp(5)
SAYS_GOODBYE = 4


def utmp(*records):
    return b"".join(struct.pack("hxxi", kind, pid).ljust(UTMP_SIZE, b"\0") for kind, pid in records)


def systemctl(tree, monkeypatch, words):
    """A systemctl that prints that, and a tree in which systemd runs."""
    program = tree.root / "bin" / "systemctl"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\n{words}\n", encoding="ascii")
    program.chmod(0o755)
    tree.path("run/systemd/system").mkdir(parents=True)
    monkeypatch.setenv("PATH", str(program.parent), prepend=":")


def last_words(agent, controller):
    """What the reports said that came after the signal, by network."""
    controller.next_report(SERVICE)
    controller.next_report(BACKPLANE)
    start, before = time.monotonic(), len(controller.accepted)
    assert agent.end() == 0
    said = {network: [r.values.get("leaving") for _, r in controller.accepted[before:] if r.network == network] for network in (SERVICE, BACKPLANE)}
    print(f"ended within {time.monotonic() - start:.2f} s: {said}")
    return {network: [word for word in words if word] for network, words in said.items()}


def assert_said(agent, controller, why):
    said = last_words(agent, controller)
    for network in (SERVICE, BACKPLANE):
        assert set(said[network]) == {why} and len(said[network]) >= 3


@pytest.mark.parametrize(
    "jobs, why",
    [
        ("  412 reboot.target    start waiting\n", RESTARTS),
        ("  413 kexec.target  start waiting\n", RESTARTS),
        ("  414 soft-reboot.target start waiting\n", RESTARTS),
        ("3 poweroff.target start waiting\n", SHUTS_DOWN),
        ("  412 halt.target      start running\n", SHUTS_DOWN),
        ("  412 reboot.target    stop  waiting\n", AGENT_STOPS),
        ("No jobs listed.\n", AGENT_STOPS),
        ("", AGENT_STOPS),
    ],
)
def test_systemds_jobs_tell_why(agent, controller, tree, monkeypatch, jobs, why):
    systemctl(tree, monkeypatch, f"printf '{jobs}'")
    agent.start()
    assert_said(agent, controller, why)


@pytest.mark.parametrize("words", ["exec sleep 30", "yes x", "exit 1", "kill -9 $$"])
def test_a_systemd_that_does_not_answer_is_not_waited_for(agent, controller, tree, monkeypatch, words):
    systemctl(tree, monkeypatch, words)
    agent.start()
    assert_said(agent, controller, AGENT_STOPS)


@pytest.mark.parametrize(
    "records, why",
    [
        (utmp((BOOT_TIME, 0), (RUN_LEVEL, ord("0") + 256 * ord("2"))), SHUTS_DOWN),
        (utmp((BOOT_TIME, 0), (RUN_LEVEL, ord("6")), (USER, ord("0"))), RESTARTS),
        (utmp((BOOT_TIME, 0), (RUN_LEVEL, ord("5")), (USER, ord("6"))), AGENT_STOPS),
        (utmp((RUN_LEVEL, ord("6")))[:-1], AGENT_STOPS),
        (b"\1", AGENT_STOPS),
    ],
)
def test_without_systemd_the_runlevel_tells_why(agent, controller, tree, records, why):
    tree.write({"run/utmp": records})
    agent.start()
    assert_said(agent, controller, why)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_when_unsure_only_the_agent_stops_and_it_says_beforehand_that_it_will_tell(agent, controller, number):
    agent.start()
    report = controller.next_report(SERVICE)
    assert report.values["abilities"] & SAYS_GOODBYE and "leaving" not in report.values
    assert agent.end(number) == 0
    assert controller.accepted[-1][1].values["leaving"] == AGENT_STOPS


def test_a_controller_that_was_just_started_hears_it_too(agent, controller):
    agent.start()
    controller.next_report(SERVICE)
    controller.next_report(BACKPLANE)
    controller.restart()
    controller.silent = {SERVICE, BACKPLANE}  # whatever comes before the signal
    agent.process.send_signal(signal.SIGTERM)
    controller.silent = set()
    assert agent.end() == 0
    assert controller.accepted[-1][1].values["leaving"] == AGENT_STOPS


def test_an_order_that_comes_with_the_goodbye_is_refused(agent, controller, tree):
    agent.obeying().start()
    controller.next_report(SERVICE)
    controller.tamper = lambda kind, report, data: [data] if "leaving" not in report.values else [controller.seal(kind, report, order(9, REBOOT))]
    assert agent.end() == 0
    assert agent.obeyed() == []
    assert tree.read("run/super4c-agent/order").split()[2] == "3", "refused, and not left for the next agent"


def test_nobody_there_to_hear_it(agent, controller):
    agent.start()
    controller.next_report(SERVICE)
    controller.silent = {SERVICE, BACKPLANE}
    assert agent.end() == 0
