# SPDX-License-Identifier: Apache-2.0
"""Ansible's redfish_info, redfish_command and redfish_config, in playbooks as people write them. These modules never verify certificates."""
import json
import pathlib

import pytest

from board import NODES, PASSWORD
from client import node_path, wait_for
from clients.program import run, told

PLAYBOOKS = pathlib.Path(__file__).parent / "clients/ansible"
PLAYBOOK_TIMEOUT_S = 120
RESETS = ("On", "ForceOff", "ForceRestart", "GracefulRestart", "PowerCycle")
SYSTEM_URIS = [node_path(node) for node in NODES]


def play(board, home, playbook, **variables):
    """Runs a playbook and returns what its tasks reported, by their names."""
    variables = {"baseuri": f"127.0.0.1:{board.port}", "username": "admin", "password": PASSWORD, **variables}
    settings = {
        "ANSIBLE_STDOUT_CALLBACK": "ansible.posix.json",
        "ANSIBLE_HOME": str(home),
        "ANSIBLE_LOCAL_TEMP": str(home / "tmp"),
        "ANSIBLE_PYTHON_INTERPRETER": "/usr/bin/python3",
        "ANSIBLE_LOCALHOST_WARNING": "False",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "False",
    }
    words = ["ansible-playbook", "--connection", "local", "--extra-vars", json.dumps(variables), PLAYBOOKS / playbook]
    result = run(board, home, *words, variables=settings, timeout_s=PLAYBOOK_TIMEOUT_S)
    assert result.stdout.startswith("{"), told(result)
    tasks = json.loads(result.stdout)["plays"][0]["tasks"]
    return {task["task"]["name"]: task["hosts"]["localhost"] for task in tasks}


def failed(tasks):
    return {name: task["msg"] for name, task in tasks.items() if task.get("failed")}


def changed(tasks):
    return {name for name, task in tasks.items() if task.get("changed")}


@pytest.fixture(scope="module")
def facts(board, tmp_path_factory):
    tasks = play(board, tmp_path_factory.mktemp("ansible"), "information.yml")
    assert failed(tasks) == {}
    return {name: task["redfish_facts"] for name, task in tasks.items()}


def entries(fact):
    """What was found, if it was."""
    assert fact["ret"], fact
    return fact["entries"]


def by_uri(fact):
    """Entries of several resources, by the address of each."""
    return {next(iter(where.values())): what for where, what in entries(fact)}


def test_information_of_the_nodes(facts):
    nodes = facts["systems"]
    inventory = by_uri(nodes["system"])
    assert list(inventory) == SYSTEM_URIS
    assert [inventory[uri]["PowerState"] for uri in SYSTEM_URIS] == ["On"] * len(NODES)
    assert all(cpus[0]["TotalCores"] == 4 for cpus in by_uri(nodes["cpu"]).values())
    assert all(len(nics) == 2 for nics in by_uri(nodes["nic"]).values())
    assert list(by_uri(nodes["boot_override"])) == SYSTEM_URIS
    for name in ("memory", "storage_controller", "disk", "volume"):
        assert list(by_uri(nodes[name])) == SYSTEM_URIS, name
    assert all(report["System"]["Status"]["Health"] == "OK" for report in by_uri(nodes["health_report"]).values())


def test_information_of_the_board(facts):
    chassis = facts["chassis"]
    assert [found["Id"] for found in entries(chassis["chassis"])] == ["Board", "Node1", "Node2", "Node3", "Node4"]
    assert entries(chassis["chassis_power"])[0]["PowerConsumedWatts"] > 0
    assert [supply["PowerSupplyType"] for supply in entries(chassis["psu"])] == ["DC", "DC"]
    assert len(entries(chassis["fan"])) == len(NODES)
    assert chassis["thermals"]["ret"] and chassis["health_report"]["ret"]


def test_information_of_the_manager(facts):
    manager = facts["manager"]
    assert by_uri(manager["manager"])["/redfish/v1/Managers/BMC"]["ManagerType"] == "BMC"
    assert [nic["Id"] for nic in by_uri(manager["manager_nics"])["/redfish/v1/Managers/BMC"]] == ["eth0"]
    assert entries(manager["network_protocols"])["HTTPS"]["ProtocolEnabled"] is True
    log = entries(manager["log"])[0]["Entries"]
    assert log and all(entry["MessageId"].startswith("Super4C.1.0.") for entry in log)
    assert by_uri(manager["health_report"])["/redfish/v1/Managers/BMC"]["Manager"]["Status"]["Health"] == "OK"


def test_information_of_the_services(facts):
    services = facts["services"]
    assert ("admin", "Administrator") in [(user["UserName"], user["RoleId"]) for user in entries(services["user"])]
    assert services["session"]["ret"]
    assert {image["Id"] for image in entries(services["firmware"])} == {"BMC_A", "BMC_B"}
    assert services["firmware_update_capabilities"]["ret"]


def test_power(board, admin, tmp_path):
    boot_id, others = board.twin_node(4)["boot_id"], [board.twin_node(node)["boot_id"] for node in (1, 2, 3)]
    entry = admin.last_entry_id()
    tasks = play(board, tmp_path, "power.yml")
    assert set(failed(tasks)) == {"no node named", "a node that is not there"}
    assert "resource_id" in tasks["no node named"]["msg"] and "Node9 not found" in tasks["a node that is not there"]["msg"]
    idle = {name for name in tasks if name.endswith(" again")}
    assert changed(tasks) == set(tasks) - idle - set(failed(tasks))
    wait_for(lambda: "Order" not in admin.oem(4), 10, "the end of the restart")
    assert admin.power_state(4) == "On" and board.twin_node(4)["boot_id"] != boot_id
    assert [board.twin_node(node)["boot_id"] for node in (1, 2, 3)] == others
    ordered = [arg for event in admin.entries_after(entry, "PowerOrdered", 4) for arg in event["MessageArgs"]]
    # PowerReboot asks for GracefulRestart, and where that is not offered takes what comes next to it.
    assert [arg for arg in ordered if arg in RESETS] == ["ForceOff", "On", "ForceRestart", "ForceRestart"]
    node = admin.node(4)
    assert node["IndicatorLED"] == "Off" and node["Boot"]["BootSourceOverrideEnabled"] == "Disabled"


def test_accounts_and_settings(board, tmp_path):
    """The last task restarts the controller, so the rest is read afterwards: it was kept."""
    resets = board.connected_resets()
    tasks = play(board, tmp_path, "accounts.yml")
    assert set(failed(tasks)) == {"sign in while disabled"}
    assert "401" in tasks["sign in while disabled"]["msg"]
    idle = {name for name in tasks if name.endswith(" again")} | {"by token"}
    assert changed(tasks) == set(tasks) - idle - set(failed(tasks))
    assert tasks["by token"]["redfish_facts"]["system"]["ret"]
    wait_for(lambda: board.connected_resets() not in (None, resets), 10, "the restart")
    board.wait_until_served()
    admin = board.admin()
    assert admin.get("/redfish/v1/SessionService")["SessionTimeout"] == 1234
    assert admin.get("/redfish/v1/AccountService")["AccountLockoutThreshold"] == 7
    assert admin.get("/redfish/v1/Managers/BMC/NetworkProtocol")["SSDP"]["ProtocolEnabled"] is False
    assert admin.get("/redfish/v1/Managers/BMC/EthernetInterfaces/eth0")["HostName"] == "rack-3"
    assert admin.entries(256)[0]["MessageId"].endswith(".LogCleared")
