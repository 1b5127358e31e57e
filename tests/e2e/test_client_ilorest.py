# SPDX-License-Identifier: Apache-2.0
"""ilorest, HPE's tool, on a board that is not HPE's. It never verifies certificates.

Two of its own limits shape these tests. It signs out properly on port 443 only: elsewhere it builds a wrong address from the session's
Location, and the session stays. And `set` first fetches the type's schema from DMTF's site, so changes are made with `rawpatch`.
"""
import json

import pytest

from board import PASSWORD, now_us
from client import node_path
from clients.program import run, told

LOGIN_TIMEOUT_S = 60  # it reads the whole tree
OFF_MV = 500


class Ilorest:
    def __init__(self, board, home):
        self.board, self.home = board, home

    def run(self, *words):
        return run(self.board, self.home, "ilorest", "--nologo", *words, timeout_s=LOGIN_TIMEOUT_S)

    def __call__(self, *words):
        result = self.run(*words)
        assert result.returncode == 0, told(result)
        return result.stdout

    def raw(self, method, body):
        """A request from a file, as its users write them."""
        file = self.home / "request.json"
        file.write_text(json.dumps(body), encoding="utf-8")
        return self(method, file)


@pytest.fixture(scope="module")
def ilorest(board, tmp_path_factory):
    """Signed in: it has crawled everything with its parallel workers, and keeps that in its cache."""
    tool = Ilorest(board, tmp_path_factory.mktemp("ilorest"))
    words = tool("login", board.base_url, "-u", "admin", "-p", PASSWORD)
    assert "Done" in words and "ERROR" not in words
    yield tool
    tool("logout")


def test_the_crawl_found_all_types(ilorest):
    found = {line.split(".")[0] for line in ilorest("types").splitlines() if line.startswith("#")}
    expected = "ServiceRoot ComputerSystem Chassis Manager AccountService ManagerAccount Role SessionService EventService TaskService UpdateService"
    expected += " Processor EthernetInterface Storage Power Thermal PowerSubsystem ThermalSubsystem Sensor ManagerNetworkProtocol SoftwareInventory"
    assert {f"#{name}" for name in expected.split()} <= found


def test_select_get_and_list(ilorest):
    ilorest("select", "ComputerSystem.")
    nodes = json.loads(ilorest("list", "Id", "PowerState", "--json"))
    assert sorted((node["Id"], node["PowerState"]) for node in nodes) == [(f"Node{number}", "On") for number in (1, 2, 3, 4)]
    assert "Node3" in ilorest("get", "Id", "--filter", "Id=Node3")


def test_raw_requests(admin, ilorest):
    assert json.loads(ilorest("rawget", node_path(3)))["Id"] == "Node3"
    ilorest.raw("rawpatch", {node_path(3): {"AssetTag": "by ilorest"}})
    assert admin.node(3)["AssetTag"] == "by ilorest"
    refused = ilorest.run("rawget", node_path(9))
    assert refused.returncode != 0 or "error" in refused.stdout + refused.stderr, told(refused)


def test_a_reset_with_an_action_key(board, admin, ilorest):
    target, start = f"{node_path(3)}/Actions/ComputerSystem.Reset", now_us()
    ilorest.raw("rawpost", {target: {"Action": "ComputerSystem.Reset", "ResetType": "ForceOff"}})
    assert board.rail_mv(3) < OFF_MV
    ilorest.raw("rawpost", {target: {"Action": "ComputerSystem.Reset", "ResetType": "On"}})
    assert admin.power_state(3) == "On"
    assert {edge["net"] for edge in board.edges(start)} == {"BMC_PSU3", "CM5_3_PMIC_ENABLE"}


def test_reboot(board, ilorest):
    """Its own command takes the first system that its workers happened to read."""
    before = [board.twin_node(node)["boot_id"] for node in (1, 2, 3, 4)]
    ilorest("reboot", "ForceRestart")
    after = [board.twin_node(node)["boot_id"] for node in (1, 2, 3, 4)]
    assert sum(one != other for one, other in zip(before, after)) == 1
