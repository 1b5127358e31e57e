# SPDX-License-Identifier: Apache-2.0
"""What is reported of trees with and without fan, NVMe and RTL8156, whole and damaged. Absent is never zero."""
import os

import pytest

from conftest import call, wait_for
from controller import BACKPLANE, SERVICE

GARBAGE = [b"", b"\n", b"garbage\n", b"\xff\xfe\x00\x01", b"-\n", b"99999999999999999999999\n", b"5" * 100_000]


def report_of(agent):
    """Not the first that counts: a drive may be slower than that."""
    return agent.start().controller.next_report(SERVICE, count=2)


def values(agent):
    return report_of(agent).values


def test_node(agent):
    got = values(agent)
    assert got["boot_id"] == "0a1b2c3d4e5f4a6b8c7d9e8f7a6b5c4d"
    assert (got["uptime"], got["load"], got["memory_pressure"], got["cpu_pressure"]) == (86461, 42, 125, 1250)
    assert (got["memory"], got["cpus"], got["cpu_temperature"], got["throttled"]) == (8056, 4, 523, 0x50005)
    assert (got["host_name"], got["kernel"], got["system"]) == ("node-two", "6.12.25+rpt-rpi-2712", "Debian GNU/Linux 12 (bookworm)")
    for absent in ("fan_rpm", "fan_duty", "nvme_model", "nvme_serial", "nvme_capacity", "nvme_temperature", "nvme_wear", "nvme_link"):
        assert absent not in got


def test_everything(agent, tree):
    tree.fan()
    tree.nvme()
    tree.rtl8156()
    report = report_of(agent)
    got = report.values
    assert (got["fan_rpm"], got["fan_duty"], got["abilities"]) == (2450, (75, 0), 6)
    assert (got["nvme_model"], got["nvme_serial"], got["nvme_capacity"]) == ("Samsung SSD 980 500GB", "S64DNL0T123456", 500107862016)
    assert (got["nvme_temperature"], got["nvme_link"], got["findings"]) == (388, (2, 1), 0)
    assert "nvme_wear" not in got  # a device of this machine is no part of the tree
    assert report.interfaces == {
        SERVICE: {"up": 1, "speed": 1000, "duplex": 1, "prefix": 0, "address": "0.0.0.0", "mac": "2c:cf:67:00:00:02", "changes": 3, "rx_errors": 7, "tx_errors": 0},
        BACKPLANE: {"up": 1, "speed": 2500, "duplex": 1, "prefix": 0, "address": "0.0.0.0", "mac": "00:e0:4c:68:00:01", "changes": 3, "rx_errors": 7, "tx_errors": 0},
    }


def test_an_empty_tree_still_reports(agent, tree):
    for name in ("sys", "proc", "etc/os-release"):
        tree.remove(name)
    assert set(values(agent)) == {"abilities", "version"}


@pytest.mark.parametrize("garbage", GARBAGE)
def test_garbage_is_absent(agent, tree, garbage):
    tree.fan()
    tree.nvme()
    tree.rtl8156()
    kept = {"operstate", "name", "type", "driver"}
    for directory, _, names in os.walk(tree.root):
        for name in names:
            path = os.path.join(directory, name)
            if name not in kept and not os.path.islink(path) and f"{tree.root}/etc/super4c" not in path:
                with open(path, "wb") as file:
                    file.write(garbage)
    report = report_of(agent)
    texts = {"host_name", "kernel", "nvme_model", "nvme_serial"} if garbage.isalnum() or garbage in (b"garbage\n", b"-\n") or garbage[:1] == b"9" else set()
    assert set(report.values) <= {"abilities", "version"} | texts
    assert report.interfaces == {}


@pytest.mark.parametrize("milli_c", ["-300000", "200000", "52.3", "0x50", "52350 C"])
def test_an_impossible_temperature_is_absent(agent, tree, milli_c):
    tree.write({"sys/class/thermal/thermal_zone0/temp": milli_c + "\n"})
    tree.remove("sys/class/hwmon/hwmon0")  # which would tell it, too
    assert "cpu_temperature" not in values(agent)


def test_zero_and_below_are_values(agent, tree):
    base = tree.fan()
    tree.write({f"{base}/fan1_input": "0\n", f"{base}/pwm1": "0\n", "sys/class/thermal/thermal_zone0/temp": "-4250\n"})
    got = values(agent)
    assert (got["fan_rpm"], got["fan_duty"], got["cpu_temperature"]) == (0, (0, 0), -42)


def test_a_fan_without_tachometer_has_no_rpm(agent, tree):
    tree.remove(tree.fan() + "/fan1_input")
    got = values(agent)
    assert "fan_rpm" not in got and got["fan_duty"] == (75, 0)


def test_files_vanish_and_come_back_under_another_number(agent, tree, controller):
    tree.fan(3)
    agent.start()
    assert controller.next_report(SERVICE).values["fan_rpm"] == 2450
    tree.remove("sys/class/hwmon/hwmon3")
    tree.remove("sys/class/thermal/thermal_zone0")
    tree.remove("sys/class/hwmon/hwmon0")
    tree.remove("sys/class/net/eth0")
    gone = controller.wait(lambda: next((r for _, r in controller.accepted if "fan_rpm" not in r.values and not r.interfaces), None), 5, "they are gone")
    assert "fan_duty" not in gone.values and "cpu_temperature" not in gone.values
    tree.fan(7)
    tree.write({"sys/class/thermal/thermal_zone1/type": "cpu-thermal\n", "sys/class/thermal/thermal_zone1/temp": "61000\n"})
    tree.interface("end0", "macb", "2c:cf:67:00:00:02", 100)
    back = controller.wait(lambda: next((r for _, r in controller.accepted if r.interfaces.get(SERVICE, {}).get("speed") == 100), None), 5, "they are back")
    assert (back.values["fan_rpm"], back.values["cpu_temperature"]) == (2450, 610)


def test_unreadable_files_are_absent(agent, tree):
    tree.nvme()
    for name in ("proc/uptime", "proc/loadavg", "sys/class/nvme/nvme0/model", "sys/class/thermal/thermal_zone0/temp"):
        tree.remove(name)
        tree.path(name).mkdir()  # opens, but cannot be read, for root as well
    os.mkfifo(tree.path("sys/class/nvme/nvme0/pipe"))
    tree.remove("sys/class/nvme/nvme0/serial")
    os.mkfifo(tree.path("sys/class/nvme/nvme0/serial"))  # nobody will ever write to it
    tree.remove("proc/meminfo")
    os.symlink("meminfo", tree.path("proc/meminfo"))  # a loop
    got = values(agent)
    assert not {"uptime", "load", "nvme_model", "nvme_serial", "memory"} & set(got)
    assert got["cpu_temperature"] == 523, "of the sensor that is left"


def test_a_link_that_is_down(agent, tree):
    tree.interface("eth0", "macb", "2c:cf:67:00:00:02", speed=-1, state="down")
    report = report_of(agent)
    assert (report.interfaces[SERVICE]["up"], report.interfaces[SERVICE]["speed"]) == (0, 0)


def test_a_driver_that_never_says_up(agent, tree):
    tree.write({"sys/class/net/eth0/operstate": "unknown\n", "sys/class/net/eth0/duplex": "unknown\n"})
    interface = report_of(agent).interfaces[SERVICE]
    assert (interface["up"], interface["duplex"]) == (1, 255)


def test_findings(agent, tree):
    tree.rtl8156()
    route = tree.path("proc/net/route")
    route.write_text(route.read_text() + "enx00e04c680001\t00000000\t0100000B\t0003\t0\t0\t50\t00000000\t0\t0\t0\n", encoding="ascii")
    tree.write({"proc/sys/net/ipv4/conf/eth0/forwarding": "1\n", "proc/sys/net/ipv4/conf/enx00e04c680001/forwarding": "1\n"})
    assert values(agent)["findings"] == 3


def test_configured_interfaces_come_before_drivers(agent, tree):
    tree.rtl8156()
    tree.interface("eth9", "virtio_net", "52:54:00:00:00:09", 0)
    agent.configure("backplane_interface = eth9")
    assert report_of(agent).interfaces[BACKPLANE]["mac"] == "52:54:00:00:00:09"


def test_a_load_beyond_the_item_is_still_high(agent, tree):
    tree.write({"proc/loadavg": "1234.56 1.00 1.00 1/2 3\n", "proc/sys/kernel/hostname": "x" * 63 + "\n"})
    got = values(agent)
    assert (got["load"], got["host_name"]) == (65535, "x" * 32)


def test_status_says_the_same_in_words(agent, tree):
    tree.fan()
    tree.nvme()
    done = call("--root", tree.root, "status")
    assert done.returncode == 0
    for words in ("node 2, key generation 1", "the agent does not run", "node-two", "52.3 C", "2450 rpm", "undervoltage now", "no interface found", "Samsung SSD 980"):
        assert words in done.stdout
    agent.start().controller.next_report(SERVICE)
    wait_for(lambda: "service answered" in call("--root", tree.root, "status").stdout, 3, "the contact to be told")
