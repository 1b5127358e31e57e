# SPDX-License-Identifier: Apache-2.0
"""script/run itself: what it prints, what it refuses, and that nothing is left behind."""
import os
import pathlib
import signal
import socket
import subprocess
import time

import pytest

from board import PASSWORD, ROOT, Board, free_port, now_us, running
from client import wait_for

RUN = ROOT / "script/run"


def run(*options, timeout=60):
    return subprocess.run([RUN, *map(str, options)], capture_output=True, text=True, timeout=timeout, check=False)


def processes_of(state):
    """Pids of all processes that were started for a state directory."""
    found = []
    for directory in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            command = (directory / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if str(state).encode() in command and running(directory.name):
            found.append(int(directory.name))
    return found


@pytest.mark.parametrize("signal_number", [signal.SIGTERM, signal.SIGINT])
def test_signal_ends_every_process_and_exits_0(tmp_path, signal_number):
    board = Board(tmp_path).start()
    assert len(processes_of(board.state)) >= 3, "script/run, twin and firmware"
    assert board.stop(signal_number) == 0
    assert processes_of(board.state) == []


def test_killed_itself_it_leaves_nothing_either(tmp_path):
    board = Board(tmp_path).start()
    board.stop(signal.SIGKILL)
    wait_for(lambda: processes_of(board.state) == [], 5, "all processes to end")
    assert board.start().stop() == 0, "and the state is usable again"


def test_firmware_that_dies_is_back_within_a_second_and_ready_is_said_once(tmp_path):
    board = Board(tmp_path).start()
    try:
        for _ in range(2):
            time.sleep(1.2)
            pid = board.pid("bmc")
            died = board.kill_firmware()
            board.wait_until_served()
            assert now_us() - died < 1_000_000
            assert board.pid("bmc") != pid
        assert [line for line in board.lines if line.startswith("ready")] == [f"ready: {board.base_url}/"]
    finally:
        board.stop()


def test_without_the_twin_there_is_nothing_to_run(tmp_path):
    board = Board(tmp_path).start()
    os.kill(board.pid("twin"), signal.SIGKILL)
    assert board.process.wait(10) not in (0, None)
    assert processes_of(board.state) == []


def test_second_run_on_the_same_state_is_refused(tmp_path):
    board = Board(tmp_path).start()
    try:
        result = run("--state", board.state, "--https-port", free_port())
        assert result.returncode not in (0, None)
        assert str(board.state) in result.stderr and "another" in result.stderr
        assert result.stdout == ""
        board.admin()
    finally:
        board.stop()


def test_port_in_use_is_said(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = run("--state", tmp_path / "state", "--https-port", port)
    assert result.returncode not in (0, None)
    assert str(port) in result.stderr and "in use" in result.stderr.lower()
    assert processes_of(tmp_path / "state") == []


@pytest.mark.parametrize(
    "options, fault",
    [
        (["--stat", "x"], "--stat"),
        (["--https-port", "0"], "--https-port"),
        (["--https-port", "65536"], "--https-port"),
        (["--https-port", "x"], "--https-port"),
        (["--nodes", "real"], "--nodes"),
        (["--state"], "--state"),
        (["--admin-password-file", "/nonexistent"], "/nonexistent"),
        (["extra"], "extra"),
    ],
)
def test_wrong_usage(options, fault):
    result = run(*options)
    assert result.returncode == 2
    assert fault in result.stderr and "usage:" in result.stderr


def test_state_path_may_be_long_and_have_spaces(make_board, tmp_path):
    directory = tmp_path / ("a long name with spaces " * 4) / ("x" * 60)
    directory.mkdir(parents=True)
    board = make_board(directory)
    assert board.admin().node(1)["Id"] == "Node1"
    assert board.status()["controller"]["connected"]


def test_state_path_may_be_relative(tmp_path):
    port = free_port()
    process = subprocess.Popen([RUN, "--state", "here", "--https-port", str(port)], cwd=tmp_path, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout.readline().startswith("setup code: ")
        assert process.stdout.readline() == f"ready: https://127.0.0.1:{port}/\n"
        assert (tmp_path / "here" / "tls" / "cert.pem").exists()
    finally:
        process.terminate()
        assert process.wait(15) == 0


def test_everything_is_remembered_over_a_stop(tmp_path):
    board = Board(tmp_path).start()
    try:
        admin = board.admin()
        assert admin.patch("/redfish/v1/Systems/Node2", {"AssetTag": "rack 7"}).status_code in (200, 204)
        certificate = (board.state / "tls/cert.pem").read_bytes()
        entries = admin.entries()
        board.stop()
        board.start()
        admin.login("admin", PASSWORD)
        assert admin.node(2)["AssetTag"] == "rack 7"
        assert (board.state / "tls/cert.pem").read_bytes() == certificate
        after = {entry["Id"]: entry["Message"] for entry in admin.entries(256)}
        assert all(after.get(entry["Id"]) == entry["Message"] for entry in entries)
    finally:
        board.stop()
