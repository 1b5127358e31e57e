# SPDX-License-Identifier: Apache-2.0
"""An agent under a tree of its own, and the controller it reports to. Nothing leaves the loopback."""
import os
import signal
import subprocess
import time

import pytest

from cm5 import Tree
from controller import Controller

AGENT = os.environ.get("SUPER4C_AGENT", "build/bin/super4c-agent")


def call(*words, **options):
    return subprocess.run([AGENT, *map(str, words)], capture_output=True, text=True, timeout=10, check=False, **options)


class Agent:
    def __init__(self, tree, controller, log):
        self.tree, self.controller, self.process, self.log_path = tree, controller, None, log
        self.config = tree.path("etc/super4c-agent.conf")

    def enrol(self, *options, **word):
        done = call("--root", self.tree.root, "--port", self.controller.port, *options, "enrol", self.controller.word(**word))
        assert done.returncode == 0, done.stderr
        return self

    def configure(self, line):
        with self.config.open("a", encoding="ascii") as file:
            file.write(line + "\n")

    def obeying(self, words="exit 0"):
        """Orders are carried out by a program that writes them down."""
        program = self.tree.root / "obey"
        program.write_text(f'#!/bin/sh\necho "$1" >>{self.tree.root}/obeyed\n{words}\n', encoding="ascii")
        program.chmod(0o755)
        self.configure(f"shutdown_command = {program}")
        return self

    def obeyed(self):
        path = self.tree.root / "obeyed"
        return path.read_text(encoding="ascii").split() if path.exists() else []

    def start(self):
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen([AGENT, "--root", str(self.tree.root), "run"], stderr=log)
        return self

    def log(self):
        return self.log_path.read_text(encoding="utf-8")

    def end(self, number=signal.SIGTERM):
        if self.process and self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(10) if self.process else None


@pytest.fixture
def controller():
    controller = Controller(node=2)
    yield controller
    controller.stop()
    assert not controller.faults, "the agent sent what the document does not allow"


@pytest.fixture
def tree(tmp_path):
    (tmp_path / "root").mkdir()
    return Tree(tmp_path / "root")


@pytest.fixture
def agent(tree, controller, tmp_path):
    agent = Agent(tree, controller, tmp_path / "log")
    agent.enrol()
    yield agent
    agent.end(signal.SIGKILL)
    assert not agent.log_path.exists() or "Sanitizer" not in agent.log(), agent.log()


def wait_for(condition, timeout_s, what):
    deadline = time.monotonic() + timeout_s
    while not (found := condition()):
        assert time.monotonic() < deadline, f"not within {timeout_s} s: {what}"
        time.sleep(0.02)
    return found
