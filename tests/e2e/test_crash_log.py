# SPDX-License-Identifier: Apache-2.0
"""A kernel's last words, sent over netconsole, are a log that outlives the node and the controller."""
import socket

import pytest

from board import PASSWORD, Board
from client import node_path, wait_for

NODE = 2
WAIT_S = 60
LOG = f"{node_path(NODE)}/LogServices/CrashLog"
CAUSE = "Unable to handle kernel NULL pointer dereference at virtual address 0000000000000000"

# As a CM5 says it: an oops with its trace, in an interrupt, which ends in a panic.
OOPS = f"""[  412.118233] {CAUSE}
[  412.126933] Mem abort info:
[  412.129719]   ESR = 0x0000000096000046
[  412.133466]   EC = 0x25: DABT (current EL), IL = 32 bits
[  412.155712] Internal error: Oops: 0000000096000046 [#1] PREEMPT SMP
[  412.161990] Modules linked in: r8152 nvme nvme_core aes_ce_blk
[  412.170655] CPU: 1 PID: 0 Comm: swapper/1 Tainted: G         C         6.12.34+rpt-rpi-2712
[  412.179411] Hardware name: Raspberry Pi Compute Module 5 Rev 1.0 (DT)
[  412.185875] pc : sysrq_handle_crash+0x28/0x38
[  412.190251] lr : __handle_sysrq+0xa4/0x1c8
[  412.194368] Call trace:
[  412.196818]  sysrq_handle_crash+0x28/0x38
[  412.200848]  irq_exit_rcu+0x1c/0x30
[  412.204354] Code: d503233f 910003fd 52800020 d5033e9f (39000001)
[  412.210473] ---[ end trace 0000000000000000 ]---
[  412.215107] Kernel panic - not syncing: Oops: Fatal exception in interrupt
[  412.222008] SMP: stopping secondary CPUs
[  412.225945] Kernel Offset: disabled
[  412.229449] ---[ end Kernel panic - not syncing: Oops: Fatal exception in interrupt ]---
"""



def free_udp_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Kernel:
    """The words of one node's kernel: a datagram for each line, from the node's own address."""

    def __init__(self, port, address):
        self.port = port
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((address, 0))

    def say(self, text):
        for line in text.splitlines(keepends=True):
            self.socket.sendto(line.encode(), ("127.0.0.1", self.port))


@pytest.fixture(scope="module")
def board(tmp_path_factory):
    """One whose netconsole port is known, and stays the same when the firmware restarts."""
    board = Board(tmp_path_factory.mktemp("board"))
    board.netconsole_port = free_udp_port()
    board.options += ["--netconsole-port", str(board.netconsole_port)]
    try:
        yield board.start()
    finally:
        if board.process:
            board.stop()


@pytest.fixture
def kernel(board, admin):
    kernel = Kernel(board.netconsole_port, admin.oem(NODE)["ServiceAddress"])
    yield kernel
    kernel.socket.close()


def entries(client, node=NODE):
    return client.get(f"{node_path(node)}/LogServices/CrashLog/Entries")["Members"]


def clear(client):
    assert client.post(f"{LOG}/Actions/LogService.ClearLog", {}).status_code == 204


def panic(admin, kernel, text):
    """The entry of it, once it is kept: a second after the last word."""
    before = {entry["Id"] for entry in entries(admin)}
    kernel.say(text)
    return wait_for(lambda: [entry for entry in entries(admin) if entry["Id"] not in before], WAIT_S, "the panic to be kept")[0]


def test_a_panic_is_kept_whole(admin, kernel):
    clear(admin)
    entry = panic(admin, kernel, OOPS)
    assert entry["Severity"] == "Critical" and entry["DiagnosticDataType"] == "OS" and entry["EntryType"] == "Event"
    assert entry["Message"] == f"Node {NODE}: kernel panic: {CAUSE}"
    assert entry["MessageId"] == "Super4C.1.0.NodePanicked" and entry["MessageArgs"] == [str(NODE), CAUSE]
    assert admin.get(entry["@odata.id"]) == entry
    text = admin.request("GET", entry["AdditionalDataURI"])
    assert text.status_code == 200 and text.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert all(line in text.text for line in OOPS.splitlines())
    assert len(text.content) == entry["AdditionalDataSizeBytes"]


def test_it_survives_a_restart_of_the_controller(board, admin, kernel):
    entry = panic(admin, kernel, OOPS)
    text = admin.request("GET", entry["AdditionalDataURI"]).text
    board.kill_firmware()
    board.wait_until_served(WAIT_S)
    again = board.admin()
    assert again.get(entry["@odata.id"]) == entry
    assert again.request("GET", entry["AdditionalDataURI"]).text == text
    assert not any(CAUSE in line for line in again.oem(NODE)["LastWords"]), "the ring is gone; only what was stored is left"


def test_the_latest_four_are_kept_newest_first(admin, kernel):
    clear(admin)
    kept = [panic(admin, kernel, f"Kernel panic - not syncing: number {number}\n") for number in range(6)]
    assert entries(admin) == kept[:1:-1]
    assert admin.get(f"{LOG}/Entries?$top=1&$skip=1")["Members"] == [kept[4]]
    assert admin.request("GET", kept[0]["@odata.id"]).status_code == 404
    assert "number 2" in admin.request("GET", kept[2]["AdditionalDataURI"]).text


def test_a_node_account_sees_its_own_alone(board, admin, kernel):
    entry = panic(admin, kernel, OOPS)
    clients = {}
    for node in (NODE, NODE + 1):
        account = {"UserName": f"of{node}", "Password": PASSWORD, "RoleId": f"Node{node}Operator"}
        assert admin.post("/redfish/v1/AccountService/Accounts", account).status_code == 201
        clients[node] = board.client()
        clients[node].login(account["UserName"], PASSWORD)
    own, other = clients[NODE], clients[NODE + 1]
    paths = (LOG, f"{LOG}/Entries", entry["@odata.id"], entry["AdditionalDataURI"])
    assert all(own.request("GET", path).status_code == 200 for path in paths)
    assert all(other.request("GET", path).status_code == 404 for path in paths)
    assert board.client().request("GET", entry["AdditionalDataURI"]).status_code == 401
    assert entries(other, NODE + 1) == []
    assert other.post(f"{LOG}/Actions/LogService.ClearLog", {}).status_code == 404
    clear(own)
    assert entries(admin) == []
