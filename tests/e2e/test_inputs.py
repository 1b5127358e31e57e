# SPDX-License-Identifier: Apache-2.0
"""The two DC inputs: one goes away under load, the other carries on, nobody but the log notices."""
import re

import pytest

from board import NODES, now_us
from client import wait_for


@pytest.fixture(autouse=True)
def both_inputs(board, admin):
    """DC1 carries, DC2 stands by."""
    board.twinctl("input", "DC1", 19000)
    board.twinctl("input", "DC2", 18000)
    wait_for(lambda: inputs(admin)["CarryingInput"] == "DC1" and inputs(admin)["Redundant"], 5, "DC1 to carry")


def inputs(admin):
    return admin.get("/redfish/v1/Chassis/Board")["Oem"]["Super4C"]


def test_dc1_pulled_under_load_and_back(board, admin):
    wait_for(lambda: all(node["state"] == "up" for node in board.status()["nodes"]), 30, "all nodes up")
    entry, start, before = admin.last_entry_id(), now_us(), board.status()["nodes"]

    board.twinctl("input", "DC1", 0)
    failover = admin.wait_for_event(entry, "InputFailover")
    dc1_mv, dc2_mv = map(int, re.search(r"DC1 at (\d+) mV, DC2 at (\d+) mV", failover["Message"]).groups())
    assert "to DC2" in failover["Message"]
    assert dc1_mv < 11000 and 17000 <= dc2_mv <= 18000
    assert admin.wait_for_event(entry, "RedundancyLost")["Severity"] == "Critical"
    admin.wait_for_event(entry, "InputLost")
    view = wait_for(lambda: inputs(admin)["CarryingInput"] == "DC2" and inputs(admin), 5, "DC2 to carry")
    assert not view["Redundant"]
    assert [one["Present"] for one in view["Inputs"]] == [False, True]
    assert len(admin.entries_after(entry, "InputFailover")) == 1

    board.twinctl("input", "DC1", 19000)
    admin.wait_for_event(entry, "InputRestored")
    admin.wait_for_event(entry, "RedundancyRestored")
    wait_for(lambda: inputs(admin)["CarryingInput"] == "DC1" and inputs(admin)["Redundant"], 5, "DC1 to carry again")
    assert len(admin.entries_after(entry, "InputFailover")) == 2, "one away, one back"
    assert len(admin.entries_after(entry, "RedundancyLost")) == 1

    assert board.edges(start) == []
    after = board.status()["nodes"]
    assert [node["boot_id"] for node in after] == [node["boot_id"] for node in before]
    assert all(node["state"] == "up" for node in after)
    assert all(admin.power_state(node) == "On" for node in NODES)


def test_readings_are_those_of_the_board(board, admin):
    sensors = "/redfish/v1/Chassis/Board/Sensors"
    true_mv = board.status()["inputs"][0]["mv"]
    volts = admin.get(f"{sensors}/DC1Voltage")
    assert (volts["ReadingType"], volts["ReadingUnits"]) == ("Voltage", "V")
    assert abs(volts["Reading"] * 1000 - true_mv) < 300
    amperes = admin.get(f"{sensors}/DC1Current")["Reading"]
    watts = admin.get(f"{sensors}/DC1Power")["Reading"]
    assert abs(watts - volts["Reading"] * amperes) < 0.5
    assert inputs(admin)["Inputs"][0]["Nominal"] == "19 V"


def test_input_out_of_range_is_an_event(board, admin):
    entry = admin.last_entry_id()
    board.twinctl("input", "DC2", 24000)
    admin.wait_for_event(entry, "InputOutOfRange")
    assert inputs(admin)["Inputs"][1]["InRange"] is False


def test_floating_input_is_not_present(board, admin):
    board.twinctl("input", "DC2", 0)
    view = wait_for(lambda: not inputs(admin)["Redundant"] and inputs(admin), 5, "redundancy lost")
    assert view["Inputs"][1]["Present"] is False
    assert view["CarryingInput"] == "DC1"
