# SPDX-License-Identifier: Apache-2.0
"""A board out of its box: no password but the setup code, which opens nothing but the way to a password."""
import re

import pytest

from client import SESSIONS, SYSTEMS, messages, node_path

ACCOUNT = "/redfish/v1/AccountService/Accounts/admin"
NEW_PASSWORD = "a new password 1"


@pytest.fixture
def fresh(make_board):
    return make_board(password=None)


def setup_code(board):
    codes = [line.removeprefix("setup code: ") for line in board.lines if line.startswith("setup code: ")]
    assert len(codes) == 1, board.lines
    return codes[0]


def test_setup_code_leads_to_a_password_and_is_worthless_after(fresh):
    code = setup_code(fresh)
    assert re.fullmatch(r"[0-9A-Z]{5}-[0-9A-Z]{5}", code)
    client = fresh.client()

    response = client.login("admin", code)
    assert "PasswordChangeRequired" in str(response.json()["@Message.ExtendedInfo"])
    edges = fresh.edges()
    for refused in (client.request("GET", SYSTEMS), client.reset(1, "ForceOff"), client.patch(node_path(1), {"AssetTag": "x"})):
        assert refused.status_code == 403
        assert messages(refused) == ["PasswordChangeRequired"]
    assert fresh.edges() == edges

    assert client.patch(ACCOUNT, {"Password": NEW_PASSWORD}).status_code in (200, 204)
    client.login("admin", NEW_PASSWORD)
    assert client.get(SYSTEMS)["Members@odata.count"] == 4
    assert fresh.client().try_login("admin", code).status_code == 401


def test_setup_code_stays_the_same_until_used(fresh):
    code = setup_code(fresh)
    fresh.kill_firmware()
    fresh.wait_until_served()
    assert setup_code(fresh) == code
    fresh.client().login("admin", code)


def test_password_rules_and_the_code_itself_is_no_password(fresh):
    code = setup_code(fresh)
    client = fresh.client()
    client.login("admin", code)
    for bad in ("short 1", "x" * 65, ""):
        refused = client.patch(ACCOUNT, {"Password": bad})
        assert refused.status_code == 400, bad
        assert "Password" in refused.text
    assert fresh.client().try_login("admin", "short 1").status_code == 401


def test_nothing_is_readable_without_signing_in(fresh):
    client = fresh.client()
    for path in (SYSTEMS, node_path(1), "/redfish/v1/Managers/BMC", "/redfish/v1/EventService/SSE", ACCOUNT):
        assert client.request("GET", path).status_code in (401, 403), path
    assert client.request("GET", "/redfish/v1").status_code == 200
    assert client.request("GET", SESSIONS).status_code in (401, 403)


def test_password_file_seeds_a_fresh_board_only(make_board, tmp_path):
    board = make_board(tmp_path)
    assert not any(line.startswith("setup code") for line in board.lines)
    board.admin().patch(ACCOUNT, {"Password": NEW_PASSWORD})
    board.stop()
    board.start()  # with the same file
    assert board.client().try_login("admin", "correct horse 9").status_code == 401
    board.admin(NEW_PASSWORD)
