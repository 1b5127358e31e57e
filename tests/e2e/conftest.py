# SPDX-License-Identifier: Apache-2.0
"""Fixtures. Each board has its own processes, port and state directory; nothing leaves the loopback."""

import signal

import pytest

from board import Board
from client import wait_for


def pytest_addoption(parser):
    parser.addoption("--base-url", help="reserved: run against a board that is already there")


def pytest_configure(config):
    if config.getoption("--base-url"):
        raise pytest.UsageError("--base-url is reserved and does nothing yet")
    # A shell lets what it starts in the background ignore Ctrl-C, and script/run would inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def make_board(tmp_path_factory):
    """Makes started boards; all end with the test."""
    boards = []

    def make(directory=None, **options):
        boards.append(Board(directory or tmp_path_factory.mktemp("board"), **options))
        return boards[-1].start()

    yield make
    for board in boards:
        board.stop()


@pytest.fixture(scope="module")
def board(tmp_path_factory):
    """A board for the tests of one file, which leave it as they found it: all nodes on, no fault."""
    board = Board(tmp_path_factory.mktemp("board"))
    try:
        board.start()
        admin = board.admin()
        wait_for(lambda: all(admin.power_state(node) == "On" for node in (1, 2, 3, 4)), 20, "all nodes on")
        yield board
    finally:
        if board.process:
            board.stop()


@pytest.fixture
def admin(board):
    """An administrator in a session."""
    return board.admin()
