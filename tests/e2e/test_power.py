# SPDX-License-Identifier: Apache-2.0
"""Power orders at both depths, seen from the API, from the rails and from the pins."""
import threading

import pytest

from board import NODES, now_us, rail_rises
from client import messages, wait_for

OFF_MV, ON_MV = 500, 4750
STAGGER_US = 500_000


@pytest.fixture(autouse=True)
def all_on(board, admin):
    yield
    for node in NODES:
        if admin.power_state(node) != "On":
            admin.must(admin.reset(node, "On"))


def nets(edges, node):
    """The levels that a node's two nets took, in order: what happened to its pins."""
    names = {f"CM5_{node}_PMIC_ENABLE": "pmic", f"BMC_PSU{node}": "psu"}
    return [(names[edge["net"]], edge["level"]) for edge in edges]


def boot_ids(board):
    return {node["node"]: node["boot_id"] for node in board.status()["nodes"]}


def test_force_off_cuts_module_then_channel_and_says_off_when_dead(board, admin):
    start = now_us()
    others = boot_ids(board)
    response = admin.reset(2, "ForceOff")
    assert response.status_code == 204, response.text
    assert board.rail_mv(2) < OFF_MV
    node = admin.node(2)
    assert node["PowerState"] == "Off"
    assert node["Oem"]["Super4C"]["RailMilliVolts"] < OFF_MV
    assert nets(board.edges(start), 2) == [("pmic", 0), ("psu", 1)]
    after = boot_ids(board)
    assert all(after[node] == others[node] for node in (1, 3, 4))


def test_on_restores_the_channel_then_the_module(board, admin):
    admin.must(admin.reset(2, "ForceOff"))
    start = now_us()
    admin.must(admin.reset(2, "On"))
    edges = board.edges(start)
    assert nets(edges, 2) == [("psu", 0), ("pmic", 1)]
    assert edges[1]["us"] - edges[0]["us"] >= 1_000_000, "the rail must be stable for a second"
    assert board.rail_mv(2) >= ON_MV
    assert admin.power_state(2) == "On"


def test_force_restart_pulses_the_module_and_keeps_the_rail(board, admin):
    start = now_us()
    before = boot_ids(board)
    admin.must(admin.reset(3, "ForceRestart"))
    edges = board.edges(start)
    assert nets(edges, 3) == [("pmic", 0), ("pmic", 1)]
    assert edges[1]["us"] - edges[0]["us"] >= 1_000_000
    after = wait_for(lambda: boot_ids(board)[3] != before[3] and boot_ids(board), 5, "a new boot")
    assert all(after[node] == before[node] for node in (1, 2, 4))


def test_power_cycle_is_off_a_rest_and_on(board, admin):
    start = now_us()
    admin.must(admin.reset(4, "PowerCycle"))
    edges = board.edges(start)
    assert nets(edges, 4) == [("pmic", 0), ("psu", 1), ("psu", 0), ("pmic", 1)]
    assert edges[2]["us"] - edges[1]["us"] >= 2_000_000, "least off time"
    assert admin.power_state(4) == "On"


def test_module_off_keeps_the_channel(board, admin):
    start = now_us()
    admin.must(admin.module_off(1))
    assert nets(board.edges(start), 1) == [("pmic", 0)]
    node = admin.node(1)
    assert node["PowerState"] == "Off"
    oem = node["Oem"]["Super4C"]
    assert oem["State"] == "ModuleOff" and oem["ChannelEnabled"] and not oem["ModuleEnabled"]
    assert board.rail_mv(1) >= ON_MV
    admin.must(admin.reset(1, "On"))
    assert nets(board.edges(start), 1) == [("pmic", 0), ("pmic", 1)]


def test_what_is_so_already_is_done_at_once_without_an_edge(board, admin):
    start = now_us()
    assert admin.reset(1, "On").status_code == 204
    admin.must(admin.reset(1, "ForceOff"))
    off = now_us()
    assert admin.reset(1, "ForceOff").status_code == 204
    assert board.edges(off) == []
    refused = admin.module_off(1)
    assert refused.status_code == 409 and messages(refused) == ["ResourceInStandby"]
    assert board.edges(off) == []
    assert nets(board.edges(start), 1) == [("pmic", 0), ("psu", 1)]


@pytest.mark.parametrize("reset_type", ["ForceRestart", "PowerCycle"])
def test_restart_of_a_node_that_is_off_switches_it_on(board, admin, reset_type):
    admin.must(admin.reset(1, "ForceOff"))
    admin.must(admin.reset(1, reset_type))
    assert admin.power_state(1) == "On" and board.rail_mv(1) >= ON_MV


def test_second_order_is_refused_while_one_runs_but_force_off_wins(board, admin):
    running = admin.reset(2, "PowerCycle")
    assert running.status_code == 202, "a power cycle takes longer than an answer waits"
    refused = admin.reset(2, "ForceRestart")
    assert refused.status_code == 409 and messages(refused) == ["ResourceInUse"]
    admin.must(admin.reset(2, "ForceOff"))
    assert not admin.finish(running), "the cycle gave way"
    assert admin.power_state(2) == "Off"


def test_group_command_staggers_the_rails(board, admin):
    entry = admin.last_entry_id()
    path = "/redfish/v1/Chassis/Board/Actions/Chassis.Reset"
    admin.must(admin.post(path, {"ResetType": "ForceOff"}))
    assert all(board.rail_mv(node) < OFF_MV for node in NODES)
    start = now_us()
    admin.must(admin.post(path, {"ResetType": "On"}))
    rises = rail_rises(board.edges(start))
    assert len(rises) == 4
    assert all(later - earlier >= STAGGER_US for earlier, later in zip(rises, rises[1:])), rises
    assert all(admin.power_state(node) == "On" for node in NODES)
    ordered = admin.entries_after(entry, "PowerOrdered")
    assert {event["Oem"]["Super4C"]["Node"] for event in ordered} == set(NODES)


def test_single_orders_at_the_same_time_are_staggered_too(board, admin):
    for node in NODES:
        admin.must(admin.reset(node, "ForceOff"))
    start = now_us()
    clients = [board.admin() for _ in NODES]
    threads = [threading.Thread(target=client.reset, args=(node, "On")) for client, node in zip(clients, NODES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wait_for(lambda: all(admin.power_state(node) == "On" for node in NODES), 15, "all nodes on")
    rises = rail_rises(board.edges(start))
    assert len(rises) == 4
    assert all(later - earlier >= STAGGER_US for earlier, later in zip(rises, rises[1:])), rises


def test_the_log_tells_who_ordered_and_what_was_measured(board, admin):
    entry = admin.last_entry_id()
    admin.must(admin.reset(1, "ForceOff"))
    ordered = admin.wait_for_event(entry, "PowerOrdered", 1)
    oem = ordered["Oem"]["Super4C"]
    assert (oem["Actor"], oem["Via"], oem["Address"], oem["Node"]) == ("admin", "Redfish", "127.0.0.1", 1)
    assert "ForceOff" in ordered["Message"]
    done = admin.wait_for_event(entry, "PowerOrderCompleted", 1)
    assert " mV" in done["Message"] and int(done["Id"]) > int(ordered["Id"])
