# SPDX-License-Identifier: Apache-2.0
"""redfishtool, DMTF's command line. It never verifies certificates and has no option to."""
import json

import pytest

from board import PASSWORD
from client import SESSIONS, node_path
from clients.program import run, told

NODE_IDS = ["Node1", "Node2", "Node3", "Node4"]
OFF_MV = 500


class Redfishtool:
    def __init__(self, board, home, auth="Basic", user="admin", password=PASSWORD):
        self.board, self.home = board, home
        self.options = ["-r", f"127.0.0.1:{board.port}", "-u", user, "-p", password, "-A", auth, "-S", "Always"]

    def run(self, *words):
        return run(self.board, self.home, "redfishtool", *self.options, *words)

    def __call__(self, *words):
        """Runs it, which must succeed, and returns the JSON it prints, if any."""
        result = self.run(*words)
        assert result.returncode == 0, told(result)
        return json.loads(result.stdout) if result.stdout.strip() else None

    def ids(self, *words):
        return [member["Id"] for member in self(*words, "list")["Members"]]


@pytest.fixture
def tool(board, tmp_path):
    return Redfishtool(board, tmp_path)


@pytest.fixture(params=["Basic", "Session"])
def either_tool(board, tmp_path, request):
    return Redfishtool(board, tmp_path, request.param)


def test_the_three_collections(either_tool):
    assert either_tool.ids("Systems") == NODE_IDS
    assert either_tool.ids("Chassis") == ["Board", *NODE_IDS]
    assert either_tool.ids("Managers") == ["BMC"]


def test_power(board, admin, either_tool):
    either_tool("Systems", "-I", "Node2", "reset", "ForceOff")
    assert board.rail_mv(2) < OFF_MV
    assert either_tool("Systems", "-I", "Node2", "-P", "PowerState", "get") == {"PowerState": "Off"}
    either_tool("Systems", "-I", "Node2", "reset", "On")
    assert admin.power_state(2) == "On"


def test_reset_waits_for_the_end_of_a_power_cycle(board, admin, tool):
    """An answer of 202 is followed by its Location until that no longer says 202."""
    boot_id = board.twin_node(3)["boot_id"]
    assert admin.patch(node_path(3), {"PowerCycleDelaySeconds": 4}).status_code == 200
    tool("Systems", "-I", "Node3", "reset", "PowerCycle")
    assert "Order" not in admin.oem(3)
    assert admin.power_state(3) == "On" and board.twin_node(3)["boot_id"] != boot_id
    assert admin.patch(node_path(3), {"PowerCycleDelaySeconds": 0}).status_code == 200


def test_no_session_is_left_behind(board, admin, tmp_path):
    before = admin.get(SESSIONS)["Members"]
    Redfishtool(board, tmp_path, "Session")("Systems", "-I", "Node1", "get")
    assert admin.get(SESSIONS)["Members"] == before


def test_a_session_kept_over_several_commands(board, admin, tool):
    login = tool.run("-sss", "SessionService", "login").stdout
    words = dict(line.lstrip("#_").split(":", 1) for line in login.splitlines() if line.startswith("#____"))
    token, session_id = words["AUTH_TOKEN"].strip(), words["SESSION_ID"].strip()
    by_token = ["redfishtool", "-r", f"127.0.0.1:{board.port}", "-A", "Session", "-t", token, "-S", "Always"]
    assert run(board, tool.home, *by_token, "Systems", "-I", "Node1", "get").returncode == 0
    tool("SessionService", "logout", "-i", session_id)
    assert run(board, tool.home, *by_token, "Systems", "-I", "Node1", "get").returncode != 0


def test_settings_of_a_node(admin, tool):
    node = ["Systems", "-I", "Node4"]
    assert tool(*node, "setAssetTag", "rack 3, slot 4") == {"AssetTag": "rack 3, slot 4"}
    for state in ("Blinking", "Lit", "Off"):
        assert tool(*node, "setIndicatorLed", state) == {"IndicatorLED": state}
    boot = tool(*node, "setBootOverride", "Once", "Pxe")["Boot"]
    assert (boot["BootSourceOverrideEnabled"], boot["BootSourceOverrideTarget"]) == ("Once", "Pxe")
    assert tool(*node, "setBootOverride", "Disabled")["Boot"]["BootSourceOverrideEnabled"] == "Disabled"
    refused = tool.run(*node, "setBootOverride", "Once", "Floppy")
    assert refused.returncode != 0 and "not supported by the remote service" in refused.stderr
    assert admin.node(4)["AssetTag"] == "rack 3, slot 4"
    tool(*node, "setAssetTag", "")


def test_what_a_node_is_made_of(tool):
    node = ["Systems", "-I", "Node1"]
    assert len(tool.ids(*node, "Processors")) == 1
    assert len(tool.ids(*node, "EthernetInterfaces")) == 2
    first = tool.ids(*node, "EthernetInterfaces")[0]
    assert tool(*node, "EthernetInterfaces", "-i", first)["Id"] == first


def test_power_and_thermal(admin, tool):
    power = tool("Chassis", "-I", "Board", "Power")
    assert [supply["Name"] for supply in power["PowerSupplies"]] == ["DC1", "DC2"]
    consumed = tool("Chassis", "-I", "Board", "getPowerReading", "consumed")["PowerConsumedWatts"]
    measured = sum(admin.get(f"/redfish/v1/Chassis/Board/Sensors/DC{n}Power").get("Reading", 0) for n in (1, 2))
    assert consumed == pytest.approx(measured, rel=0.5) and consumed > 0
    assert [fan["Name"] for fan in tool("Chassis", "-I", "Node2", "Thermal")["Fans"]] == ["Fan"]


def test_the_manager(tool):
    manager = ["Managers", "-I", "BMC"]
    assert tool(*manager, "NetworkProtocol")["HTTPS"]["ProtocolEnabled"] is True
    assert tool.ids(*manager, "EthernetInterfaces")
    assert "EventLog" in tool.ids(*manager, "Logs")
    entries = tool("-E", *manager, "Logs", "-i", "EventLog")
    assert entries["Members@odata.count"] == len(entries["Members"]) > 0


def test_users(board, tool, tmp_path):
    users = ["AccountService"]
    tool(*users, "adduser", "kim", "first words 1", "Operator")
    try:
        kim = Redfishtool(board, tmp_path, user="kim", password="first words 1")
        assert kim.ids("Systems") == NODE_IDS
        assert tool(*users, "useradmin", "kim", "setRoleId", "ReadOnly") == {"RoleId": "ReadOnly"}
        assert kim.run("Systems", "-I", "Node1", "reset", "ForceOff").returncode != 0
        assert tool(*users, "useradmin", "kim", "disable") == {"Enabled": False}
        assert kim.run("Systems").returncode != 0
        tool(*users, "useradmin", "kim", "enable")
        tool(*users, "setpassword", "kim", "second words 2")
        assert Redfishtool(board, tmp_path, user="kim", password="second words 2").ids("Systems") == NODE_IDS
    finally:
        tool(*users, "deleteuser", "kim")
    assert "kim" not in tool.ids(*users, "Accounts")


def test_service_settings(admin, tool):
    before = admin.get("/redfish/v1/SessionService")["SessionTimeout"]
    assert tool("SessionService", "setSessionTimeout", "1200")["SessionTimeout"] == 1200
    tool("SessionService", "setSessionTimeout", before)


def test_a_wrong_password_is_told(board, tmp_path, either_tool):
    auth = either_tool.options[either_tool.options.index("-A") + 1]
    wrong = Redfishtool(board, tmp_path, auth, password="wrong words 1").run("Systems")
    assert wrong.returncode != 0 and "401" in wrong.stderr, told(wrong)
