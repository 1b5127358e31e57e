# SPDX-License-Identifier: Apache-2.0
"""The promise of the board with real Linux kernels: a node panics, its last words are readable, one order over HTTPS brings it back, and the
other three have noticed nothing."""
import time

import pytest

from board import NODES, Board
from client import node_path, wait_for

BOOT_TIMEOUT_S = 120  # four kernels on an emulated CPU each, and perhaps two cores for all


@pytest.fixture(scope="module")
def board(tmp_path_factory):
    board = Board(tmp_path_factory.mktemp("qemu"), nodes="qemu")
    try:
        board.start()
        wait_for(lambda: all(node["state"] == "up" for node in board.status()["nodes"]), BOOT_TIMEOUT_S, "four kernels to be up", 0.5)
        yield board
    finally:
        if board.process:
            board.stop()


def kernels(board):
    return {node["node"]: node for node in board.status()["nodes"]}


def console(client, node):
    return client.get(f"{node_path(node)}/Oem/Super4C/Console")


def test_panicked_kernel_is_read_and_brought_back(board, admin):
    wait_for(lambda: admin.oem(2)["State"] == "Up", 30, "node 2 to be up for the controller")
    before = kernels(board)
    assert {node["kind"] for node in before.values()} == {"qemu"}
    entry = admin.last_entry_id()

    board.twinctl("node", 2, "panic")
    crashed = time.monotonic()
    words = wait_for(lambda: console(admin, 2)["Panicked"] and console(admin, 2), 10, "the panic", interval_s=0.02)
    # From the order to crash: the node's shell has to start first, so more than the second that the network may take.
    print(f"panic readable {time.monotonic() - crashed:.2f} s after the order to crash")
    assert "sysrq triggered crash" in words["PanicLine"]
    assert "Call Trace" in wait_for(lambda: "Call Trace" in console(admin, 2)["Text"] and console(admin, 2)["Text"], 3, "the trace")
    assert admin.oem(2)["Panicked"] and admin.oem(2)["State"] == "Panicked"
    assert "sysrq" in admin.wait_for_event(entry, "NodePanicked", 2)["Message"]
    wait_for(lambda: kernels(board)[2]["state"] == "panicked", 5, "the twin to say so too")

    admin.must(admin.reset(2, "ForceRestart"))
    wait_for(lambda: admin.oem(2)["State"] == "Up" and kernels(board)[2]["state"] == "up", BOOT_TIMEOUT_S, "node 2 up again", 0.5)
    after = kernels(board)
    assert after[2]["boot_id"] != before[2]["boot_id"]
    for node in (1, 3, 4):
        assert after[node]["boot_id"] == before[node]["boot_id"], f"node {node} has booted anew"
        assert after[node]["uptime_s"] > before[node]["uptime_s"]
        assert admin.oem(node)["State"] == "Up"
    assert not admin.oem(2)["Panicked"]
    kept = console(admin, 2)["LastPanic"]["Text"]
    assert kept.index("Kernel panic - not syncing: sysrq triggered crash") < kept.index("Call Trace"), "whole: the cause, then the trace"


def test_panic_text_is_readable_within_a_second_of_its_arrival(board, admin):
    """The path of the words: the kernel's last message and the API's answer, both on this machine's clock."""
    board.twinctl("node", 3, "panic")
    panicked = wait_for(lambda: kernels(board)[3]["state"] == "panicked", 20, "the crash", interval_s=0.02)
    assert panicked
    begin = time.monotonic()
    wait_for(lambda: console(admin, 3)["Panicked"], 1, "the panic's text", interval_s=0.02)
    assert time.monotonic() - begin < 1
    admin.must(admin.reset(3, "PowerCycle"))
    wait_for(lambda: kernels(board)[3]["state"] == "up", BOOT_TIMEOUT_S, "node 3 up again", 0.5)


def test_cut_kernel_is_gone_and_killed_firmware_touches_none(board, admin):
    admin.must(admin.reset(4, "ForceOff"))
    assert kernels(board)[4]["state"] == "off"
    before = kernels(board)
    board.kill_firmware()
    board.wait_until_served()
    assert {n: kernels(board)[n]["boot_id"] for n in (1, 2)} == {n: before[n]["boot_id"] for n in (1, 2)}
    assert kernels(board)[4]["state"] == "off"
    admin = board.admin()
    admin.must(admin.reset(4, "On"))
    wait_for(lambda: all(kernels(board)[node]["state"] == "up" for node in NODES), BOOT_TIMEOUT_S, "all up", 0.5)
