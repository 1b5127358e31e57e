# SPDX-License-Identifier: Apache-2.0
"""fence_redfish, with which a cluster makes sure that a peer is dead. What it believes decides over shared disks."""
import pytest

from board import NODES, PASSWORD, now_us
from client import node_path, wait_for
from clients.accounts import account, node_role
from clients.program import run, told

DONE, ON, OFF = 0, 0, 2  # exit codes; the last two of `status`
OFF_MV = 500
CYCLE = [("BMC_PSU", 1), ("BMC_PSU", 0)]  # of the channel


@pytest.fixture
def fence(board, tmp_path):
    """Runs an action and returns the result. The board's certificate is verified."""

    def act(action, user="admin", password=PASSWORD, systems_uri=None, *options):
        words = ["--ip", "127.0.0.1", "--ipport", board.port, "--username", user, "--password", password, "--action", action]
        if systems_uri:
            words += ["--systems-uri", systems_uri]
        return run(board, tmp_path, "fence_redfish", *words, *options)

    return act


@pytest.fixture(autouse=True)
def all_on(board, admin):
    yield
    for node in NODES:
        board.twinctl("rail", node, "ok")
    wait_for(lambda: all("Order" not in admin.oem(node) for node in NODES), 20, "all orders to end")
    for node in NODES:
        if admin.power_state(node) != "On":
            admin.must(admin.reset(node, "On"))


def channel_edges(board, since_us):
    """The nets that moved, without PMIC_ENABLE, in order."""
    return [(edge["net"], edge["level"]) for edge in board.edges(since_us) if edge["net"].startswith("BMC_PSU")]


def test_an_administrator_names_the_node(board, fence):
    peer = {"systems_uri": node_path(3)}
    start = now_us()
    assert fence("monitor", **peer).returncode == DONE
    assert fence("status", **peer).returncode == ON
    off = fence("off", **peer)
    assert off.returncode == DONE, told(off)
    assert board.rail_mv(3) < OFF_MV
    assert fence("status", **peer).returncode == OFF
    on = fence("on", **peer)
    assert on.returncode == DONE, told(on)
    assert fence("status", **peer).returncode == ON
    reboot = fence("reboot", **peer)
    assert reboot.returncode == DONE, told(reboot)
    assert channel_edges(board, start) == [(f"{net}3", level) for net, level in CYCLE * 2]


@pytest.mark.parametrize("node", NODES)
def test_a_key_for_one_node_needs_no_uri(board, admin, fence, node):
    """Without a uri it takes the last member of Systems: the only one that this account sees."""
    start = now_us()
    with account(admin, f"peer{node}", node_role(node)) as (user, password):
        assert fence("status", user, password).returncode == ON
        reboot = fence("reboot", user, password)
        assert reboot.returncode == DONE, told(reboot)
    assert channel_edges(board, start) == [(f"{net}{node}", level) for net, level in CYCLE]
    assert {edge["net"] for edge in board.edges(start)} == {f"BMC_PSU{node}", f"CM5_{node}_PMIC_ENABLE"}


def test_a_key_for_one_node_opens_no_other(board, admin, fence):
    start = now_us()
    with account(admin, "peer1", node_role(1)) as (user, password):
        for action in ("status", "off", "reboot"):
            result = fence(action, user, password, node_path(2))
            assert result.returncode not in (DONE, OFF), told(result)
    assert board.edges(start) == []


def test_a_wrong_key_is_neither_on_nor_off(board, fence):
    start = now_us()
    for action in ("status", "off"):
        result = fence(action, "admin", "wrong words 1", node_path(1))
        assert result.returncode not in (DONE, OFF), told(result)
    assert board.edges(start) == []


def test_a_node_that_stays_alive_is_never_called_fenced(board, fence):
    """A false success here splits a cluster's brain."""
    board.twinctl("rail", 4, "stuck-on")
    result = fence("off", "admin", PASSWORD, node_path(4), "--power-timeout", "5")
    assert result.returncode not in (DONE, OFF), told(result)
    assert board.rail_mv(4) > OFF_MV
    assert fence("status", systems_uri=node_path(4)).returncode == ON
