# SPDX-License-Identifier: Apache-2.0
"""The firmware dies at random moments, orders in flight included, and nothing but the firmware notices."""
import collections
import os
import random
import threading
import time

import pytest
import requests

from board import PASSWORD, now_us, running
from client import node_path, wait_for

KILL_COUNT = 50
ORDERED_NODES = (1, 2, 3)  # node 4 must never notice anything
ACTS = ("ForceOff", "On", "ForceRestart", "PowerCycle", "ModuleOff")
# The last request of the dying firmware may still be in the twin's socket; the twin reads it at once.
LAST_WORD_US = 20_000
RESTART_MAX_S = 1.0
ENDS = ("PowerOrderCompleted", "PowerOrderFailed", "PowerOrderSuperseded")


class Orders:
    """Gives orders in the background, so that the firmware can die while one is under way, and keeps track of what it knows."""

    def __init__(self, board):
        self.board = board
        self.idle_since = {}  # node: when it was seen without an order; absent while one may run
        self.threads = []

    def client(self):
        client = self.board.client()
        client.use_basic("admin", PASSWORD)
        return client

    def give(self, node, act):
        self.assert_idle(node)
        del self.idle_since[node]
        self.threads.append(threading.Thread(target=self._send, args=(node, act)))
        self.threads[-1].start()

    def _send(self, node, act):
        try:
            client = self.client()
            client.module_off(node) if act == "ModuleOff" else client.reset(node, act)
        except requests.RequestException:
            pass  # the firmware died before it answered: that is the point

    def assert_idle(self, node):
        """No pin of a node moved since it was seen without an order."""
        if node in self.idle_since:
            edges = self.board.edges(self.idle_since[node], node=node)
            assert edges == [], f"node {node}: edges that nobody ordered: {edges}"

    def look(self, client):
        """Learns which orders have ended. True when all have."""
        self.join()
        for node in ORDERED_NODES:
            if node not in self.idle_since:
                seen_us = now_us()
                if "Order" not in client.oem(node):
                    self.idle_since[node] = seen_us
        return len(self.idle_since) == len(ORDERED_NODES)

    def join(self):
        """Waits until no order is on its way to the firmware any more."""
        for thread in self.threads:
            thread.join()
        self.threads.clear()


class Log:
    """All that was ever read of the event log, over all lives of the firmware."""

    def __init__(self):
        self.entries = {}

    def read(self, client):
        """Reads on. What was read before must still be there as it was, and nothing may be missing in between."""
        newest = {int(entry["Id"]): entry for entry in client.entries()}
        assert sorted(newest) == list(range(min(newest), max(newest) + 1)), "entries are numbered without gaps"
        assert not self.entries or min(newest) <= max(self.entries) + 1, "more entries than were read at once"
        changed = [number for number in newest.keys() & self.entries.keys() if newest[number] != self.entries[number]]
        lost = [number for number in self.entries if number > max(newest)]
        assert not changed and not lost, (changed, lost)
        self.entries.update(newest)

    def check_every_order_ended(self, first_id):
        """Each order has its end before the next order of that node. Returns how often each end was met."""
        ends, open_orders = collections.Counter(), {}
        for number in sorted(number for number in self.entries if number > first_id):
            entry = self.entries[number]
            event, node = entry["MessageId"].split(".")[-1], entry["Oem"]["Super4C"].get("Node")
            if event == "PowerOrdered":
                assert node not in open_orders, f"forgotten: {open_orders[node]}"
                open_orders[node] = entry
            elif event in ENDS and node in open_orders:
                del open_orders[node]
                ends[event] += 1
        assert not open_orders, f"never ended: {open_orders}"
        return ends


def watch_next_life(board, resets):
    """Returns once another firmware has connected to the board: when it was last seen without one."""
    still_dead = 0

    def connected():
        nonlocal still_dead
        looked_us, now = now_us(), board.connected_resets()
        if now is None:
            still_dead = looked_us
        return now not in (None, resets)

    wait_for(connected, 5, "the next life", interval_s=0.002)
    return still_dead


def kill_and_watch(board, orders):
    """One death: no edge while no firmware runs, none ever on a node without an order. Returns how long the board was alone."""
    resets = board.connected_resets()
    died = board.kill_firmware()
    still_dead = watch_next_life(board, resets)
    alone_us = now_us() - died
    board.wait_until_served()
    assert board.edges(died + LAST_WORD_US, still_dead) == [], "edges while no firmware ran"
    for node in orders.idle_since:
        orders.assert_idle(node)
    return alone_us


def test_fifty_kills_at_random_moments(make_board):
    seed = int(os.environ.get("E2E_SEED", random.randrange(1 << 30)))
    print(f"E2E_SEED={seed}")
    dice = random.Random(seed)
    board = make_board()
    orders, log = Orders(board), Log()
    client = orders.client()
    wait_for(lambda: all(client.power_state(node) == "On" for node in (1, 2, 3, 4)), 20, "all nodes on")
    begin, first_id, witness = now_us(), client.last_entry_id(), board.twin_node(4)["boot_id"]
    in_flight_count = longest_us = 0

    for kill in range(KILL_COUNT):
        orders.look(client)
        for node in dice.sample(ORDERED_NODES, k=dice.choice((0, 1, 1, 2))):
            if node in orders.idle_since:
                orders.give(node, dice.choice(ACTS))
        if kill % 5 == 0:
            label = f"kill {kill}"
            assert client.patch(node_path(4), {"AssetTag": label}).status_code in (200, 204)
        in_flight_count += len(orders.idle_since) < len(ORDERED_NODES)
        time.sleep(dice.uniform(0, 1.5) if dice.random() < 0.8 else dice.uniform(2, 4))  # now and then orders get to their end
        longest_us = max(longest_us, kill_and_watch(board, orders))
        orders.join()
        assert client.node(4)["AssetTag"] == label
        log.read(client)

    wait_for(lambda: orders.look(client), 30, "all orders to end")
    log.read(client)
    ends = log.check_every_order_ended(first_id)
    print(f"orders in flight at {in_flight_count} of {KILL_COUNT} kills; {dict(ends)}; longest time alone {longest_us // 1000} ms")
    assert in_flight_count >= KILL_COUNT // 5, "the test must hit orders in flight"
    assert sum(ends.values()) >= KILL_COUNT // 5
    assert longest_us < RESTART_MAX_S * 1_000_000
    assert board.edges(begin, node=4) == []
    assert board.twin_node(4)["boot_id"] == witness
    for node in ORDERED_NODES:
        check_state_told_is_that_of_the_pins(client, board, node)


def check_state_told_is_that_of_the_pins(client, board, node):
    pins = board.status()["pins"]
    released = pins[f"CM5_{node}_PMIC_ENABLE"] == 1 and pins[f"BMC_PSU{node}"] == 0
    told = "On" if released else "Off"
    wait_for(lambda: client.power_state(node) == told, 2, f"node {node} to be told {told}: proof takes two samples after a start")


@pytest.mark.parametrize("after_s", [0.02, 0.3, 1.5, 3.2])
def test_power_cycle_cut_short_is_finished_by_the_next_life(make_board, after_s):
    board = make_board()
    client = board.admin()
    wait_for(lambda: client.power_state(2) == "On", 20, "node 2 on")
    entry, start = client.last_entry_id(), now_us()
    order = threading.Thread(target=ignore_connection_loss, args=(board.admin().reset, 2, "PowerCycle"))
    order.start()
    wait_for(lambda: board.edges(start, node=2), 5, "the order's first edge", interval_s=0.01)
    time.sleep(after_s)
    board.kill_firmware()
    board.wait_until_served()
    order.join()
    client.login("admin", PASSWORD)
    wait_for(lambda: client.power_state(2) == "On" and "Order" not in client.oem(2), 20, "node 2 to be on again")
    events = [event["MessageId"].split(".")[-1] for event in client.entries_after(entry, node=2)]
    assert "PowerOrdered" in events and "PowerOrderCompleted" in events, events
    assert {edge["net"] for edge in board.edges(start)} == {"BMC_PSU2", "CM5_2_PMIC_ENABLE"}


def ignore_connection_loss(function, *arguments):
    try:
        function(*arguments)
    except requests.RequestException:
        pass


def test_restart_on_request_moves_no_pin(make_board):
    board = make_board()
    client = board.admin()
    wait_for(lambda: all(client.power_state(node) == "On" for node in (1, 2, 3, 4)), 20, "all nodes on")
    client.must(client.reset(3, "ForceOff"))
    start, resets, pid = now_us(), board.connected_resets(), board.pid("bmc")
    response = client.post("/redfish/v1/Managers/BMC/Actions/Manager.Reset", {"ResetType": "GracefulRestart"})
    assert response.status_code in (200, 202, 204)
    wait_for(lambda: board.connected_resets() not in (None, resets), 10, "the next life")
    board.wait_until_served()
    assert not running(pid)
    client.login("admin", PASSWORD)
    wait_for(lambda: client.power_state(3) == "Off", 2, "the proof that node 3 is off: two samples after a start")
    time.sleep(1)
    assert board.edges(start) == []
    assert board.status()["controller"]["last_cause"] == "software"


def test_restart_takes_less_than_a_second(make_board):
    board = make_board()
    for _ in range(3):
        time.sleep(1.2)
        died = board.kill_firmware()
        board.wait_until_served()
        assert now_us() - died < RESTART_MAX_S * 1_000_000
