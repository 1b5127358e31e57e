# SPDX-License-Identifier: Apache-2.0
"""The agent's Debian package as its user meets it: installed, enrolled with one command, seen by the board, removed. In a Debian of its
own that shares this machine's files and keeps what it writes to itself; its /sys and /proc are a CM5's."""
import os
import pathlib
import signal
import subprocess
import sys

import pytest

from board import ROOT
from client import node_path, wait_for

sys.path.append(str(ROOT / "tests/agent"))
from cm5 import Tree  # pylint: disable=wrong-import-position

NODE = 3
FAN = "sys/class/hwmon/hwmon3"
LOOPBACK = ("--service-interface", "lo", "--backplane-interface", "lo", "--service", "127.0.0.1", "--backplane", "127.0.0.1")
PACKAGE_TIMEOUT_S = 300
DEBIAN = """
mount -t tmpfs none "$0" && cd "$0" && mkdir changed work root && mount -t overlay -o lowerdir=/,upperdir=changed,workdir=work none root &&
mount --bind /dev root/dev && for own in proc run sys; do mount -t tmpfs none "root/$own" || exit; done && rm root/etc/os-release &&
echo ready && read -r _
"""


class Debian:
    """A changeable copy of this machine's root file system, seen by nobody else."""

    def __init__(self, directory):
        self.holder = subprocess.Popen(["unshare", "--mount", "sh", "-c", DEBIAN, directory], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.ready = self.holder.stdout.readline() == "ready\n"
        self.root = f"/proc/{self.holder.pid}/root{directory}/root"
        self.enter = ["nsenter", "--target", str(self.holder.pid), "--mount", "chroot", f"{directory}/root"]

    def run(self, *words):
        done = subprocess.run([*self.enter, *words], capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, f"{words}: {done.stdout} {done.stderr}"
        return done.stdout + done.stderr

    def start(self, *words):
        return subprocess.Popen([*self.enter, *words])

    def close(self):
        self.holder.stdin.close()
        self.holder.wait(10)


@pytest.fixture
def debian(tmp_path):
    if os.geteuid() != 0:
        pytest.skip("a file system of one's own needs root")
    one = Debian(str(tmp_path))
    try:
        if not one.ready:
            pytest.skip("no overlay file system here")
        yield one
    finally:
        one.close()


@pytest.fixture(scope="module")
def package():
    built = subprocess.run([ROOT / "script/package-agent"], stdout=subprocess.PIPE, text=True, timeout=PACKAGE_TIMEOUT_S, check=True)
    return pathlib.Path(built.stdout.strip())


def test_installed_enrolled_seen_and_removed(admin, debian, package):
    tree = Tree(debian.root)
    tree.fan()
    tree.path("tmp/agent.deb").write_bytes(package.read_bytes())
    assert "super4c-agent enrol WORD" in debian.run("dpkg", "--install", "/tmp/agent.deb")

    made = admin.post(f"{node_path(NODE)}/Actions/Oem/Super4C.EnrolAgent", {}).json()
    assert admin.patch(node_path(NODE), {"Oem": {"Super4C": {"FanCurve": [{"Celsius": 40, "Duty": 200}]}}}).status_code < 300
    debian.run("super4c-agent", "--port", str(made["Port"]), *LOOPBACK, "enrol", made["Word"])
    unit = debian.run("cat", "/lib/systemd/system/super4c-agent.service")
    command = next(line for line in unit.splitlines() if line.startswith("ExecStart="))
    agent = debian.start(*command.removeprefix("ExecStart=").split())
    try:
        wait_for(lambda: admin.node(NODE).get("HostName") == "node-two", 20, "the node to show up")
        wait_for(lambda: tree.read(f"{FAN}/pwm1_enable") == "1" and tree.read(f"{FAN}/pwm1") == "200", 20, "the fan to follow the curve")
        # Killed outright: it cannot give the fan back, and what comes after it must.
        os.kill(agent.pid, signal.SIGKILL)
        agent.wait(10)
        assert tree.read(f"{FAN}/pwm1_enable") == "1"
        debian.run("dpkg", "--remove", "super4c-agent")
        assert tree.read(f"{FAN}/pwm1_enable") == "2", "the fan is the kernel's again"
        assert tree.path("etc/super4c-agent.conf").exists()
        debian.run("dpkg", "--purge", "super4c-agent")
        assert not tree.path("etc/super4c-agent.conf").exists(), "the key is gone"
    finally:
        agent.kill()
        agent.wait(10)
        admin.patch(node_path(NODE), {"Oem": {"Super4C": {"FanCurve": []}}})
        admin.post(f"{node_path(NODE)}/Actions/Oem/Super4C.RevokeAgent", {})
