# SPDX-License-Identifier: Apache-2.0
"""One board in a state directory of its own: script/run and what it starts, the twin's command line, the recorded pin edges."""
import contextlib
import json
import os
import pathlib
import queue
import random
import signal
import socket
import subprocess
import threading
import time

import requests

from client import Client, wait_for

ROOT = pathlib.Path(__file__).resolve().parents[2]
PASSWORD = "correct horse 9"
START_TIMEOUT_S = 120  # builds, when something changed
STOP_TIMEOUT_S = 15
NODES = (1, 2, 3, 4)


def free_port():
    """Free for TCP and for UDP, and not one that the kernel gives to whoever asks for any."""
    while True:
        port = random.randrange(10000, 32000)
        with socket.socket() as stream, socket.socket(type=socket.SOCK_DGRAM) as datagram, contextlib.suppress(OSError):
            stream.bind(("127.0.0.1", port))
            datagram.bind(("127.0.0.1", port))
            return port


def now_us():
    """The clock of the twin's edges."""
    return time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000


class Board:
    def __init__(self, directory, nodes="model", password=PASSWORD):
        self.state = pathlib.Path(directory) / "state"
        self.port = free_port()
        self.base_url = f"https://127.0.0.1:{self.port}"
        self.options = ["--state", str(self.state), "--https-port", str(self.port), "--nodes", nodes]
        if password:
            file = pathlib.Path(directory) / "password"
            file.write_text(password + "\n", encoding="utf-8")
            file.chmod(0o600)
            self.options += ["--admin-password-file", str(file)]
        self.process = None
        self.lines = []  # of standard output, all so far

    # --- script/run

    def start(self):
        self.process = subprocess.Popen([ROOT / "script/run", *self.options], stdout=subprocess.PIPE, text=True)
        self.new_lines = queue.Queue()
        threading.Thread(target=self.read_lines, args=(self.process.stdout, self.new_lines), daemon=True).start()
        self.wait_for_line("ready: ", START_TIMEOUT_S)
        return self

    def read_lines(self, pipe, new_lines):
        for line in pipe:
            self.lines.append(line.rstrip("\n"))
            new_lines.put(self.lines[-1])
        new_lines.put(None)

    def wait_for_line(self, prefix, timeout_s):
        """The next line of standard output that begins so."""
        deadline = time.monotonic() + timeout_s
        while True:
            line = self.new_lines.get(timeout=max(0.01, deadline - time.monotonic()))
            assert line is not None, f"script/run ended without '{prefix}', exit code {self.process.wait(STOP_TIMEOUT_S)}"
            if line.startswith(prefix):
                return line

    def stop(self, signal_number=signal.SIGTERM):
        """Ends script/run and returns its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal_number)
        return self.process.wait(STOP_TIMEOUT_S)

    def pid(self, program):
        """Of `bmc` or `twin`, None between two lives."""
        try:
            return int((self.state / f"{program}.pid").read_text(encoding="ascii"))
        except (FileNotFoundError, ValueError):
            return None

    def kill_firmware(self):
        """Returns when it is dead: the time, on the clock of the edges."""
        pid = self.pid("bmc")
        os.kill(pid, signal.SIGKILL)
        wait_for(lambda: not running(pid), 5, "the firmware's death", interval_s=0.001)
        return now_us()

    def wait_until_served(self, timeout_s=10):
        client = self.client()
        wait_for(lambda: answers(client), timeout_s, "the firmware to answer", interval_s=0.02)

    # --- clients

    def client(self):
        return Client(self.base_url, self.state / "tls/cert.pem")

    def admin(self, password=PASSWORD):
        client = self.client()
        client.login("admin", password)
        return client

    # --- the twin

    def twinctl(self, *words):
        result = subprocess.run(
            [ROOT / "build/bin/super4c-twinctl", "--state", self.state, *map(str, words)], capture_output=True, text=True, timeout=10, check=False
        )
        assert result.returncode == 0, f"twinctl {words}: {result.returncode} {result.stderr}"
        return result.stdout

    def status(self):
        return json.loads(self.twinctl("status"))

    def twin_node(self, node):
        return self.status()["nodes"][node - 1]

    def guest_pid(self, node):
        """Of the QEMU that is this node now."""
        children = pathlib.Path(f"/proc/{self.pid('twin')}/task/{self.pid('twin')}/children").read_text(encoding="ascii").split()
        return next((int(pid) for pid in children if f"super4c.node={node} ".encode() in pathlib.Path(f"/proc/{pid}/cmdline").read_bytes()), None)

    def rail_mv(self, node):
        return self.status()["rails"][node - 1]["mv"]

    def connected_resets(self):
        """How often the controller has been reset, or None while no firmware is connected."""
        controller = self.status()["controller"]
        return controller["resets"] if controller["connected"] else None

    def edges(self, since_us=0, until_us=None, node=None):
        found = map(json.loads, self.twinctl("edges").splitlines())
        return [
            edge
            for edge in found
            if edge["us"] > since_us and (until_us is None or edge["us"] < until_us) and (node is None or node_of(edge) == node)
        ]


def node_of(edge):
    """CM5_2_PMIC_ENABLE and BMC_PSU2 are node 2's."""
    return int(edge["net"].removeprefix("CM5_").removesuffix("_PMIC_ENABLE").removeprefix("BMC_PSU"))


def rail_rises(edges):
    """When each rail was switched on, in order of time: the PSU net falls."""
    return sorted(edge["us"] for edge in edges if edge["net"].startswith("BMC_PSU") and edge["level"] == 0)


def running(pid):
    """False for a zombie too."""
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def answers(client):
    try:
        return client.request("GET", "/redfish/v1", timeout=5).status_code == 200
    except (requests.RequestException, OSError):
        return False
