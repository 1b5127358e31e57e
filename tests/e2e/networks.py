# SPDX-License-Identifier: Apache-2.0
"""Two real networks: the controller and each node in a network namespace of its own, with a bridge for each switch and a veth pair for each
cable. A namespace lives as long as the process that keeps it, which ends when this one does, and takes what is in it along; nothing has a
name outside. As root, or without privilege where the kernel permits user namespaces."""
import asyncio
import contextlib
import pathlib
import re
import socket
import subprocess
import sys

import pytest

from board import ROOT, Board, running
from client import node_path, wait_for

NETWORKS = ("service", "backplane")
SUBNET = {"service": "10.44.0", "backplane": "10.45.0"}
INTERFACE = {"service": "eth0", "backplane": "eth1"}  # in a node
HTTPS_PORT = 8443  # inside; each controller has all ports to itself
START_TIMEOUT_S = 30
PREPARE = """mount -t sysfs sysfs /sys &&  # shows the interfaces of the namespace that it is mounted in
mount -t tmpfs tmpfs /run &&  # nothing of what runs here is this machine's
echo '0.10 0.10 0.10 1/100 1' >/run/load && mount --bind /run/load /proc/loadavg &&  # nor is its load
echo 'some avg10=0.00 avg60=0.00 avg300=0.00 total=0' >/run/pressure &&
for kind in cpu memory; do [ ! -e /proc/pressure/$kind ] || mount --bind /run/pressure /proc/pressure/$kind || exit; done &&
ip link set lo up && echo ready && exec cat"""


class Namespace:
    """A network namespace, with mounts of its own, and what runs in it. Without privilege those inside another share its users."""

    def __init__(self, stack, user=(), inside=None):
        self.user = bool(user) or bool(inside and inside.user)
        outer = inside.enter() if inside and inside.user else []
        words = [*outer, "unshare", *user, "--net", "--mount", "sh", "-c", PREPARE]
        self.keeper = stack.enter_context(subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True))
        stack.callback(self.keeper.kill)
        if self.keeper.stdout.readline() != "ready\n":
            raise OSError(self.keeper.stderr.read().strip())

    def enter(self, *kinds):
        users = ["--user", "--preserve-credentials"] if self.user else []
        return ["nsenter", f"--target={self.keeper.pid}", *users, *(f"--{kind}" for kind in kinds), "--"]

    def run(self, *words, text=None):
        result = subprocess.run([*self.enter("net", "mount"), *map(str, words)], input=text, capture_output=True, text=True, timeout=30, check=False)
        assert result.returncode == 0, f"{words}: {result.returncode} {result.stderr}"
        return result.stdout

    def ip(self, line):
        return self.run("ip", *line.split())

    def start(self, stack, *words, **options):
        """A program that ends with the stack, or with this process."""
        process = subprocess.Popen([*self.enter("net", "mount"), "setpriv", "--pdeathsig", "KILL", "--", *map(str, words)], **options)
        stack.callback(process.wait, 15)
        stack.callback(process.kill)
        return process


def first_namespace(stack):
    """Skips the test where the kernel permits none."""
    reasons = []
    for user in ((), ("--user", "--map-root-user")):
        with contextlib.ExitStack() as attempt:
            try:
                namespace = Namespace(attempt, user)
            except OSError as error:
                reasons.append(str(error))
                continue
            stack.push(attempt.pop_all())
            return namespace
    return pytest.skip(f"no network namespaces here: {'; '.join(reasons)}")


def cable(namespace, switch, port, other, name):
    """From a port of the controller's switch to an interface of another namespace."""
    namespace.ip(f"link add {port} type veth peer name {name} netns {other.keeper.pid}")
    namespace.ip(f"link set {port} master {switch} up")


class NetworkBoard(Board):
    """A board whose firmware listens on both networks. Its page and API are reached through a door on the loopback outside."""

    def __init__(self, stack, directory):
        super().__init__(directory)
        self.stack, self.programs = stack, {}
        self.namespace = first_namespace(stack)
        self.listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        self.base_url = f"https://127.0.0.1:{self.listener.getsockname()[1]}"
        for network in NETWORKS:
            self.namespace.ip(f"link add {network} type bridge")
            self.namespace.ip(f"address add {SUBNET[network]}.1/24 dev {network}")
            self.namespace.ip(f"link set {network} up")

    def start(self):
        self.state.mkdir()
        self.programs["twin"] = self.run_program("super4c-twin", "--nodes", "model")
        wait_for((self.state / "twin.sock").exists, START_TIMEOUT_S, "the twin")
        password = self.options[self.options.index("--admin-password-file") + 1]
        bmc = self.run_program("super4c-bmc", "--listen", "0.0.0.0", "--https-port", HTTPS_PORT, "--admin-password-file", password, stdout=subprocess.PIPE)
        self.programs["bmc"] = bmc
        line = bmc.stdout.readline()
        assert line.startswith(b"ready: "), line
        door = [sys.executable, __file__, self.listener.fileno(), HTTPS_PORT]
        self.namespace.start(self.stack, *door, pass_fds=(self.listener.fileno(),))
        return self

    def run_program(self, name, *options, **how):
        return self.namespace.start(self.stack, ROOT / "build/bin" / name, "--state", self.state, *options, **how)

    def pid(self, program):
        return self.programs[program].pid

    def neighbour(self, name, host, networks=("service",)):
        """Another namespace with a cable to each of those switches, and the address of that host number."""
        other = Namespace(self.stack, inside=self.namespace)
        for network in networks:
            cable(self.namespace, network, f"{network}-{name}", other, INTERFACE[network])
            other.ip(f"address add {SUBNET[network]}.{host}/24 dev {INTERFACE[network]}")
            other.ip(f"link set {INTERFACE[network]} up")
        return other


class RealNode:
    """A node's system: real interfaces, the real agent. Its power is that of one of the twin's models."""

    def __init__(self, board, number, directory):
        self.board, self.number = board, number
        self.client = board.admin()
        self.address = f"{SUBNET['service']}.{10 + number}"
        self.namespace = board.neighbour(f"n{number}", 10 + number, NETWORKS)
        self.config = pathlib.Path(directory) / f"agent-{number}.conf"
        self.ordered = pathlib.Path(directory) / f"ordered-{number}"
        self.agent = None

    def cut(self, network, down=True):
        """The cable, or the port at the switch: the node's interface loses its carrier."""
        self.board.namespace.ip(f"link set {network}-n{self.number} {'down' if down else 'up'}")

    def set(self, **values):
        response = self.client.patch(node_path(self.number), {"Oem": {"Super4C": values}})
        assert response.status_code in (200, 204), response.text

    # --- the agent

    def enrol(self):
        """As its owner does, with the word that the controller shows. What it is told to do to its node is noted and not done."""
        response = self.client.post(f"{node_path(self.number)}/Actions/Oem/Super4C.EnrolAgent", {})
        assert response.status_code == 200, response.text
        command = self.config.with_suffix(".sh")
        command.write_text(f'#!/bin/sh\necho "$1" >>{self.ordered}\n', encoding="ascii")
        command.chmod(0o755)
        self.config.write_text(f"shutdown_command = {command}\n", encoding="ascii")
        self.config.chmod(0o600)
        controllers = [f"--{network}={SUBNET[network]}.1" for network in NETWORKS]
        interfaces = [f"--{network}-interface={INTERFACE[network]}" for network in NETWORKS]
        self.namespace.run(*self.agent_words(), *controllers, *interfaces, "enrol", "-", text=response.json()["Word"] + "\n")

    def agent_words(self):
        return [ROOT / "build/bin/super4c-agent", "--config", self.config]

    def start_agent(self):
        self.agent = self.namespace.start(self.board.stack, *self.agent_words(), "run")

    def kill_agent(self):
        self.agent.kill()
        wait_for(lambda: not running(self.agent.pid), 10, "the agent's death")

    # --- what is told of it

    def oem(self):
        return self.client.oem(self.number)

    def is_told(self, state, reason):
        told = self.oem()
        return told["State"] == state and re.fullmatch(reason, told["StateReason"])

    def wait(self, state, reason, timeout_s):
        try:
            wait_for(lambda: self.is_told(state, reason), timeout_s, f"{state}: {reason}", 0.2)
        except AssertionError as error:
            raise AssertionError(f"{error}; it is {self.oem()}") from None

    def reports_on_both(self):
        told = self.oem()
        return told["State"] == "Up" and all(told["Agent"].get(f"{network}Seen", 99) <= 2 for network in ("Service", "Backplane"))


# --- the door: a program that listens outside and connects inside


async def pour(reader, writer):
    with contextlib.suppress(OSError):
        while data := await reader.read(1 << 16):
            writer.write(data)
            await writer.drain()
    writer.close()


async def keep_door(descriptor, port):
    async def visit(reader, writer):
        there = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(pour(reader, there[1]), pour(there[0], writer))

    server = await asyncio.start_server(visit, sock=socket.socket(fileno=descriptor))
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(keep_door(*map(int, sys.argv[1:])))
