# SPDX-License-Identifier: Apache-2.0
"""Orders are carried out once. The fan follows the controller, and goes back to the kernel in every end."""
import os
import signal
import time

import pytest

from conftest import call, wait_for
from controller import DONE, FAILED, REBOOT, REFUSED, SERVICE, SHUT_DOWN, TAKEN, curve, full, order

FAN = "sys/class/hwmon/hwmon3"
CURVE = curve((40, 60), (50, 128), (70, 255))


def fan(tree):
    return tree.read(f"{FAN}/pwm1_enable"), tree.read(f"{FAN}/pwm1")


def wait_fan(tree, enable, duty, timeout_s=4):
    wait_for(lambda: fan(tree) == (enable, str(duty)), timeout_s, f"fan at {enable}, {duty}")


def heat(tree, milli_c):
    tree.write({"sys/class/thermal/thermal_zone0/temp": f"{milli_c}\n"})


@pytest.fixture
def cooled(agent, controller, tree):
    """An agent that has the fan."""
    tree.fan()
    controller.wish = CURVE
    agent.start()
    wait_fan(tree, "1", 128)
    return agent


def test_the_curve_is_followed_and_told(cooled, controller, tree):
    assert controller.next_report(count=3).values["fan_duty"] == (128, 1)
    heat(tree, 71000)
    wait_fan(tree, "1", 255)
    heat(tree, 66000)
    controller.next_report(SERVICE, count=2)
    assert fan(tree) == ("1", "255"), "five degrees of hysteresis"
    heat(tree, 30000)
    wait_fan(tree, "1", 0)
    controller.wish = CURVE + full()
    wait_fan(tree, "1", 255)


def test_someone_elses_duty_is_set_right(cooled, tree):
    tree.write({f"{FAN}/pwm1": "3\n"})
    wait_fan(tree, "1", 128)


@pytest.mark.parametrize("wish", [b"", curve(), curve((50, 1), (40, 2))])
def test_without_a_curve_the_kernel_has_it(cooled, controller, tree, wish):
    controller.wish = wish
    wait_fan(tree, "2", 75)  # what the kernel's default has at 52 C
    assert controller.next_report(count=3).values["fan_duty"] == (75, 0)


def test_without_a_temperature_the_kernel_has_it(cooled, tree):
    tree.remove("sys/class/thermal/thermal_zone0")
    tree.remove("sys/class/hwmon/hwmon0")
    wait_fan(tree, "2", 255)


def test_a_lost_controller_gives_it_back_within_ten_seconds(cooled, controller, tree):
    controller.silent = {1, 2}
    start = time.monotonic()
    wait_fan(tree, "2", 75, 13)
    assert time.monotonic() - start > 8
    controller.silent = set()
    wait_fan(tree, "1", 128)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_stopped_agent_gives_it_back(cooled, tree, number):
    assert cooled.end(number) == 0
    assert fan(tree) == ("2", "75")


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS])
def test_a_crashed_agent_gives_it_back(cooled, tree, number):
    assert cooled.end(number) == -number
    assert fan(tree) == ("2", "255")


def test_of_a_killed_agent_fan_release_gives_it_back(cooled, tree):
    cooled.end(signal.SIGKILL)
    assert fan(tree) == ("1", "128")
    assert call("--root", tree.root, "fan-release").returncode == 0
    assert fan(tree) == ("2", "75")
    tree.write({f"{FAN}/pwm1_enable": "1\n"})  # someone else's from now on
    assert call("--root", tree.root, "fan-release").returncode == 0
    assert fan(tree)[0] == "1"


def test_fan_release_says_when_the_fan_does_not_go_back(cooled, tree):
    cooled.end(signal.SIGKILL)
    tree.remove(f"{FAN}/pwm1_enable")
    tree.path(f"{FAN}/pwm1_enable").mkdir()  # takes no write
    done = call("--root", tree.root, "fan-release")
    assert done.returncode == 1 and "cannot be given back" in done.stderr
    tree.remove(f"{FAN}/pwm1_enable")
    tree.write({f"{FAN}/pwm1_enable": "1\n"})
    assert call("--root", tree.root, "fan-release").returncode == 0
    assert fan(tree)[0] == "2"


def test_a_new_agent_gives_back_what_a_killed_one_had(cooled, controller, tree):
    cooled.end(signal.SIGKILL)
    controller.wish = b""
    cooled.start()
    wait_for(lambda: fan(tree)[0] == "2", 3, "the kernel's")


def test_a_fan_that_cannot_be_given_back_is_not_taken(agent, controller, tree):
    tree.fan()
    tree.remove(f"{FAN}/pwm1_enable")
    controller.wish = full()
    agent.start()
    assert controller.next_report(count=4).values["abilities"] & 2 == 0
    assert tree.read(f"{FAN}/pwm1") == "75"


# --- orders


@pytest.mark.parametrize("what, word", [(SHUT_DOWN, "poweroff"), (REBOOT, "reboot")])
def test_an_order_is_carried_out_once(agent, controller, what, word):
    agent.obeying().start()
    controller.next_report(SERVICE)
    controller.wish = order(17, what)
    start = time.monotonic()
    controller.wait_order(17, [TAKEN])
    controller.wait_order(17, [DONE])
    print(f"order done {time.monotonic() - start:.2f} s after it was given")
    controller.next_report(count=4)  # it is sent again and again
    assert agent.obeyed() == [word]


def test_not_again_by_a_new_agent_and_the_next_id_again(agent, controller):
    agent.obeying().start()
    controller.wish = order(17, REBOOT)
    controller.wait_order(17, [DONE])
    agent.end(signal.SIGKILL)
    agent.start()
    controller.next_report(count=5)
    assert agent.obeyed() == ["reboot"]
    controller.wish = order(18, SHUT_DOWN)
    controller.wait_order(18, [DONE])
    assert agent.obeyed() == ["reboot", "poweroff"]


def test_taken_by_one_agent_and_carried_out_by_the_next(agent, controller):
    agent.obeying().start()
    controller.next_report(SERVICE)
    controller.tamper = lambda kind, report, data: [data] if kind == 2 or report.values.get("order") is None else []
    controller.wish = order(17, REBOOT)
    controller.wait_order(17, [TAKEN])
    agent.end(signal.SIGKILL)
    obeyed = agent.obeyed()
    controller.tamper = None
    agent.start()
    controller.wait_order(17, [DONE, FAILED])
    assert obeyed == [] and agent.obeyed() == ["reboot"]


def test_what_failed_is_told(agent, controller):
    agent.obeying("exit 1").start()
    controller.wish = order(5, REBOOT)
    controller.wait_order(5, [FAILED])


def test_what_is_unknown_or_impossible_is_refused(agent, controller):
    agent.obeying().start()
    controller.wish = order(5, 9)
    controller.wait_order(5, [REFUSED])
    assert agent.obeyed() == []


def test_another_tree_never_touches_this_machine(agent, controller):
    agent.start()
    assert controller.next_report(SERVICE).values["abilities"] & 1 == 0
    controller.wish = order(5, SHUT_DOWN)
    controller.wait_order(5, [REFUSED])


def test_an_order_without_effect_does_not_stop_the_heartbeat(agent, controller):
    agent.obeying("exec sleep 6").start()
    controller.wish = order(5, SHUT_DOWN)
    controller.wait(lambda: agent.obeyed(), 4, "begun")
    controller.next_report(SERVICE, count=2)
    controller.wish = order(6, REBOOT)
    controller.wait_order(6, [REFUSED])


def test_what_it_costs(agent, controller, tree):
    """Printed, not asserted: a machine under load measures the others."""
    tree.fan()
    tree.nvme()
    tree.rtl8156()
    agent.start()
    controller.next_report(SERVICE)

    def cpu_ticks():
        with open(f"/proc/{agent.process.pid}/stat", encoding="ascii") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return int(fields[11]) + int(fields[12])

    def schedstat_ns():
        total = 0
        for task in os.listdir(f"/proc/{agent.process.pid}/task"):
            with open(f"/proc/{agent.process.pid}/task/{task}/schedstat", encoding="ascii") as file:
                total += int(file.read().split()[0])
        return total

    before, ticks, seconds = schedstat_ns(), cpu_ticks(), 3
    time.sleep(seconds)
    used = (schedstat_ns() - before) / seconds / 1e7
    with open(f"/proc/{agent.process.pid}/status", encoding="ascii") as file:
        memory = [line.split()[1] for line in file if line.startswith("VmRSS")][0]
    print(f"agent: {memory} KiB resident, {used:.3f} % of a CPU ({cpu_ticks() - ticks} ticks in {seconds} s)")
    assert agent.process.poll() is None
