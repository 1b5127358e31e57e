# SPDX-License-Identifier: Apache-2.0
"""What a person at the board sees and can do: the display, read from its points, and the BOOT button."""
import re
import struct
import zlib

import pytest

from board import PASSWORD, ROOT
from client import wait_for

ROWS, COLUMNS, CELL_WIDTH, FONT_WIDTH = 8, 21, 6, 5
PNG_SCALE = 4
UP_TO_DATE_S = 20


def read_font():
    """Letters by their columns, from the firmware's own table."""
    rows = re.findall(r"\{((?:0x[0-9a-f]{2}(?:, )?){5})\}", (ROOT / "core/font.c").read_text(encoding="ascii"))
    assert len(rows) == 96
    return {tuple(int(column, 16) for column in row.split(", ")): chr(32 + i) for i, row in enumerate(rows)}


FONT = read_font()


def points(board):
    return [[point == "#" for point in line] for line in board.twinctl("points").splitlines()]


def read_display(board):
    """Eight rows of text. The first one is dark on light."""
    lit = points(board)

    def letter(row, column):
        left = 1 + column * CELL_WIDTH
        cell = tuple(sum((lit[row * 8 + bit][left + i] != (row == 0)) << bit for bit in range(8)) for i in range(FONT_WIDTH))
        return FONT.get(cell, "?")

    return ["".join(letter(row, column) for column in range(COLUMNS)).rstrip() for row in range(ROWS)]


def wait_for_row(board, number, pattern, timeout_s=UP_TO_DATE_S):
    """Waits until that row matches; returns all rows."""
    rows = []

    def shown():
        rows[:] = read_display(board)
        return re.fullmatch(pattern, rows[number])

    try:
        wait_for(shown, timeout_s, f"'{pattern}' in row {number}")
    except AssertionError:
        pytest.fail(f"'{pattern}' is not in row {number} of {rows}")
    return rows


def wait_for_text(board, text):
    wait_for(lambda: text in read_display(board), UP_TO_DATE_S, f"a row '{text}'")


def turn_to(board, title):
    """Clicks until it is that page; a click that a busy machine missed is made up for by the next round."""

    def there():
        if read_display(board)[0].startswith(title):
            return True
        board.twinctl("button", "press", 600)
        return False

    wait_for(there, 90, f"the page {title}", interval_s=1.5)


def read_png(data):
    """Its points, each once."""
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    width, height, depth = struct.unpack(">IIB", data[16:25])
    assert (width, height, depth) == (128 * PNG_SCALE, 64 * PNG_SCALE, 1)
    start = data.index(b"IDAT") + 4
    size = struct.unpack(">I", data[start - 8 : start - 4])[0]
    lines = zlib.decompress(data[start : start + size])
    line_size = 1 + width // 8
    assert len(lines) == line_size * height

    def lit(x, y):
        at = x * PNG_SCALE
        return bool(lines[y * PNG_SCALE * line_size + 1 + at // 8] & 0x80 >> at % 8)

    return [[lit(x, y) for x in range(128)] for y in range(64)]


def set_up(client, code, password):
    client.login("admin", code)
    assert client.patch("/redfish/v1/AccountService/Accounts/admin", {"Password": password}).status_code == 200
    client.login("admin", password)


def test_pages(make_board):
    board = make_board()
    admin = board.admin()
    assert admin.patch("/redfish/v1/Managers/BMC/EthernetInterfaces/eth0", {"HostName": "rack-7"}).status_code == 200
    wait_for_row(board, 0, r"rack-7 +1/4")
    wait_for_text(board, "127.0.0.1")

    turn_to(board, "Inputs")
    rows = wait_for_row(board, 5, "Redundant")
    assert re.fullmatch(r"DC1 1[89]\.\d\d V carries", rows[1])
    assert re.fullmatch(r"DC2 18\.\d\d V ready", rows[3])
    board.twinctl("input", "DC2", 0)
    wait_for_row(board, 3, r"DC2 \d\.\d\d V absent")

    turn_to(board, "Nodes")
    admin.must(admin.reset(3, "ForceOff"))
    wait_for_row(board, 3, r"3 Off +0\.00 W")

    turn_to(board, "Alarms")
    wait_for_row(board, 1, r"! \d min: Only one DC")
    status = board.status()["display"]
    assert status == {"fitted": True, "on": True, "contrast": status["contrast"], "faults": 0, "fault": ""}


def test_display_comes_and_goes(make_board, tmp_path):
    board = make_board()
    wait_for_row(board, 0, r".*1/4")
    last_id = board.admin().last_entry_id()
    board.twinctl("oled", "off")
    board.twinctl("oled", "on")
    wait_for_row(board, 0, r".*1/4")  # of a chip that has forgotten all
    kinds = {entry["MessageId"].split(".")[-1] for entry in board.admin().entries_after(last_id)}
    assert not kinds & {"SensorLost", "SensorRestored", "StoreFailed"}

    picture = tmp_path / "display.png"

    def same():  # unless a row changed in between
        board.twinctl("screen", "--png", picture)
        return read_png(picture.read_bytes()) == points(board)

    wait_for(same, UP_TO_DATE_S, "a PNG of what is shown")


def test_ten_seconds_are_a_factory_reset(make_board):
    board = make_board(password=None)
    admin = board.client()
    set_up(admin, board.lines[0].removeprefix("setup code: "), PASSWORD)
    wait_for(lambda: all(admin.power_state(node) == "On" for node in (1, 2, 3, 4)), 20, "all nodes on")
    admin.must(admin.reset(2, "ForceOff"))
    edge_us = board.edges()[-1]["us"]
    wait_for_row(board, 0, r".*1/4")

    board.twinctl("button", "press", 8000)  # not long enough
    rows = wait_for_row(board, 2, r"in \d s")
    assert rows[0] == "Factory reset"
    wait_for_row(board, 0, r".*1/4")
    assert board.admin().power_state(2) == "Off"  # the password stands

    pid = board.pid("bmc")
    board.twinctl("button", "press", 60000)  # held far longer: it counts once
    code = board.wait_for_line("setup code: ", 60).removeprefix("setup code: ")
    board.wait_until_served()
    assert board.pid("bmc") not in (None, pid)
    wait_for_row(board, 0, r"super4c +1/4")
    wait_for_text(board, f"  {code}")
    assert board.client().try_login("admin", PASSWORD).status_code == 401
    owner = board.client()
    set_up(owner, code, "another one 2")
    assert [owner.power_state(node) for node in (1, 2, 3, 4)] == ["On", "Off", "On", "On"]
    assert board.edges(since_us=edge_us) == []
    wait_for(lambda: f"  {code}" not in read_display(board), UP_TO_DATE_S, "the code to be gone")
