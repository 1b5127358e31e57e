# SPDX-License-Identifier: Apache-2.0
"""Reset to defaults: the owner's things are gone, the nodes have noticed nothing."""
import ssl

from board import PASSWORD
from client import wait_for

ACCOUNT = "/redfish/v1/AccountService/Accounts/admin"
RESET = "/redfish/v1/Managers/BMC/Actions/Manager.ResetToDefaults"
NIC = "/redfish/v1/Managers/BMC/EthernetInterfaces/eth0"
NODE_1 = "/redfish/v1/Systems/Node1"


def settle(board, admin):
    """Settings to be forgotten, and node 2 off. Returns the time after the last edge."""
    assert admin.patch(NIC, {"HostName": "rack-7"}).status_code == 200
    assert admin.patch(NODE_1, {"AssetTag": "first"}).status_code == 200
    wait_for(lambda: all(admin.power_state(node) == "On" for node in (1, 2, 3, 4)), 20, "all nodes on")
    admin.must(admin.reset(2, "ForceOff"))
    return board.edges()[-1]["us"]


def served(board):
    return ssl.get_server_certificate(("127.0.0.1", board.port))


def test_reset_all_is_a_board_out_of_its_box(make_board):
    board = make_board(password=None)
    code = board.lines[0].removeprefix("setup code: ")
    admin = board.client()
    admin.login("admin", code)
    assert admin.patch(ACCOUNT, {"Password": PASSWORD}).status_code == 200
    admin.login("admin", PASSWORD)
    edge_us, certificate = settle(board, admin), served(board)
    last_id = admin.last_entry_id()

    assert admin.post(RESET, {"ResetType": "ResetAll"}).status_code == 204
    new_code = board.wait_for_line("setup code: ", 20).removeprefix("setup code: ")
    board.wait_until_served()
    assert new_code != code
    assert served(board) != certificate
    assert board.client().try_login("admin", PASSWORD).status_code == 401
    owner = board.client()
    owner.login("admin", new_code)
    assert owner.patch(ACCOUNT, {"Password": "another one 2"}).status_code == 200
    owner.login("admin", "another one 2")
    assert owner.get(NIC)["HostName"] == "super4c"
    assert owner.node(1)["AssetTag"] == ""
    assert [owner.power_state(node) for node in (1, 2, 3, 4)] == ["On", "Off", "On", "On"]
    entries = owner.entries(256)
    assert min(int(entry["Id"]) for entry in entries) > last_id
    assert any(entry["MessageId"].endswith(".DefaultsRestored") for entry in entries)
    assert board.edges(since_us=edge_us) == []


def test_preserved_network_and_users_stay(make_board):
    board = make_board()
    admin = board.admin()
    edge_us, certificate = settle(board, admin), served(board)
    pid = board.pid("bmc")
    assert admin.post(RESET, {"ResetType": "PreserveNetworkAndUsers"}).status_code == 204
    wait_for(lambda: board.pid("bmc") not in (None, pid), 20, "the restart")
    board.wait_until_served()
    admin = board.admin()
    assert admin.get(NIC)["HostName"] == "rack-7"
    assert admin.node(1)["AssetTag"] == ""
    assert served(board) == certificate
    assert len(admin.entries_after(0, "ResetToDefaultsOrdered")) == 1
    assert len(admin.entries_after(0, "DefaultsRestored")) == 1
    assert board.edges(since_us=edge_us) == []
