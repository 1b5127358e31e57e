# SPDX-License-Identifier: Apache-2.0
"""After a loss of input power each node comes back as its owner chose; a restart of the controller alone restores nothing."""
import time

from board import NODES, PASSWORD, now_us
from client import node_path, wait_for

POLICIES = {1: "LastState", 2: "AlwaysOff", 3: "AlwaysOn", 4: "LastState"}
DELAY_S = 4


def lose_power(board):
    resets = board.status()["controller"]["resets"]
    board.twinctl("power-loss")
    wait_for(lambda: board.connected_resets() not in (None, resets), 10, "the controller to start again")
    board.wait_until_served()
    client = board.client()
    client.use_basic("admin", PASSWORD)
    return client


def test_each_node_follows_its_policy(board):
    client = board.admin()
    wait_for(lambda: all(client.power_state(node) == "On" for node in NODES), 20, "all nodes on")
    for node, policy in POLICIES.items():
        assert client.patch(node_path(node), {"PowerRestorePolicy": policy, "PowerOnDelaySeconds": 0}).status_code in (200, 204)
    client.must(client.reset(1, "ForceOff"))
    client.must(client.reset(3, "ForceOff"))

    client = lose_power(board)
    expected = {1: "Off", 2: "Off", 3: "On", 4: "On"}
    wait_for(lambda: {node: client.power_state(node) for node in NODES} == expected, 25, f"{expected}")
    wait_for(lambda: all("Order" not in client.oem(node) for node in NODES), 10, "all orders to end")
    assert {node: board.rail_mv(node) > 4750 for node in NODES} == {1: False, 2: False, 3: True, 4: True}
    assert {node: client.node(node)["PowerRestorePolicy"] for node in NODES} == POLICIES


def test_start_delay_counts_from_the_return_of_power(board):
    client = board.admin()
    client.must(client.reset(3, "On"))
    assert client.patch(node_path(3), {"PowerRestorePolicy": "AlwaysOn", "PowerOnDelaySeconds": DELAY_S}).status_code in (200, 204)
    begin = time.monotonic()
    client = lose_power(board)
    # The board's own sequencer brings the rail up first; then it is held off until its time has come.
    wait_for(lambda: board.status()["pins"]["BMC_PSU3"] == 1, 10, "rail 3 to be held off", interval_s=0.02)
    wait_for(lambda: board.rail_mv(3) > 4750 and client.power_state(3) == "On", 25, "node 3 on")
    assert time.monotonic() - begin >= DELAY_S
    assert client.patch(node_path(3), {"PowerOnDelaySeconds": 0}).status_code in (200, 204)


def test_controller_restart_restores_nothing(board):
    client = board.admin()
    assert client.patch(node_path(3), {"PowerRestorePolicy": "AlwaysOn"}).status_code in (200, 204)
    client.must(client.reset(3, "ForceOff"))
    start = now_us()
    board.kill_firmware()
    board.wait_until_served()
    client.login("admin", PASSWORD)
    time.sleep(4)
    assert client.power_state(3) == "Off"
    assert board.edges(start) == []


def test_order_under_way_when_power_went_is_reported(board):
    client = board.admin()
    client.must(client.reset(3, "On"))
    entry = client.last_entry_id()
    assert client.reset(3, "PowerCycle").status_code == 202
    client = lose_power(board)
    failed = client.wait_for_event(entry, "PowerOrderFailed", 3, timeout_s=15)
    assert "power" in failed["Message"]
    wait_for(lambda: client.power_state(3) == "On", 25, "node 3 back by its policy")
