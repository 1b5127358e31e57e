# SPDX-License-Identifier: Apache-2.0
"""Two networks for real: namespaces, veth pairs and bridges, real pings, the real agent with real interfaces. One lost network is told and
nothing is done about it; both lost is a hang; networks that are not kept apart are found, with the remedy.

Node 1 is RecoveryPolicy NotifyOnly throughout: its power is a model's, which knows nothing of the namespace, so to cut it would bring
nothing back. That hung nodes are cut and come back is shown on real kernels, in test_recovery.py; here it matters when that would begin."""
import contextlib
import re

import pytest

from board import NODES, now_us
from client import wait_for
from networks import INTERFACE, NETWORKS, SUBNET, NetworkBoard, RealNode

NODE, GATEWAY_HOST, NOBODY_HOST = 1, 254, 99
NOTICE_TIMEOUT_S = 90  # board/super4c.h: a network or two voices silent for 12 s, one voice for 45 s
BOOT_TIMEOUT_S = 180  # links are told of once the machine has been up for two minutes

BY_PING = r"answered a ping \d+ s ago"
BY_REPORTS = r"its agent reported \d+ s ago"
NO_SIGN = r"no sign for \d+ s, draws \d+ mA"
AGENT_LOST = r"answers pings, but its agent has been silent for \d+ s"
LOST = {"service": r"service network silent for \d+ s, backplane reports", "backplane": r"backplane silent for \d+ s, service network reports"}
HUNG = r"no sign on any network for \d+ s, draws \d+ mA"


@pytest.fixture(scope="module")
def board(tmp_path_factory):
    with contextlib.ExitStack() as stack:
        board = NetworkBoard(stack, tmp_path_factory.mktemp("networks"))
        board.gateway = board.neighbour("gateway", GATEWAY_HOST)
        board.namespace.ip(f"route add default via {SUBNET['service']}.{GATEWAY_HOST}")
        board.start()
        admin = board.admin()
        wait_for(lambda: all(admin.power_state(node) == "On" for node in NODES), 60, "all nodes on")
        yield board


@pytest.fixture(scope="module")
def node(board, tmp_path_factory):
    node = RealNode(board, NODE, tmp_path_factory.mktemp("node"))
    node.set(RecoveryPolicy="NotifyOnly")
    return node


@pytest.fixture(scope="module")
def reporting(node):
    """... with its agent."""
    node.enrol()
    node.start_agent()
    wait_for(node.reports_on_both, NOTICE_TIMEOUT_S, "reports over both networks")
    return node


@pytest.fixture
def untouched(board, node):
    """What the test does to the node's networks brings no order: no edge at its pins, no word to its agent."""
    begin_us = now_us()
    yield
    assert board.edges(begin_us, node=NODE) == []
    assert not node.ordered.exists()


def for_long(reason):
    """The same, told of half a minute and more: nothing has been done about it in the meantime."""
    return reason.replace(r"\d+", r"([3-9]\d|\d{3,})", 1)


# --- pings, without an agent


def test_a_node_is_asked_at_its_own_address(node, untouched):
    """The twin's stand-in answers for it no more, once the owner has said where the node is."""
    node.wait("Up", BY_PING, NOTICE_TIMEOUT_S)
    node.set(ServiceAddress=f"{SUBNET['service']}.{NOBODY_HOST}")
    node.wait("Degraded", NO_SIGN, NOTICE_TIMEOUT_S)
    node.set(ServiceAddress=node.address)
    node.wait("Up", BY_PING, NOTICE_TIMEOUT_S)


def echoes_answered(namespace):
    """By that kernel, so far."""
    names, values = re.findall(r"^Icmp: (.*)$", namespace.run("cat", "/proc/net/snmp"), re.MULTILINE)
    return int(dict(zip(names.split(), values.split()))["OutEchoReps"])


def test_the_gateway_is_asked_whether_the_network_lives(board):
    before = echoes_answered(board.gateway)
    wait_for(lambda: echoes_answered(board.gateway) >= before + 3, 60, "pings of the gateway")


# --- networks lost


def test_who_answers_pings_while_its_agent_is_gone_is_not_cut(reporting, untouched):
    since = reporting.client.last_entry_id()
    reporting.kill_agent()
    reporting.wait("Degraded", AGENT_LOST, NOTICE_TIMEOUT_S)
    reporting.wait("Degraded", for_long(AGENT_LOST), NOTICE_TIMEOUT_S)
    reporting.start_agent()
    wait_for(reporting.reports_on_both, NOTICE_TIMEOUT_S, "the agent's reports")
    assert not reporting.client.entries_after(since, "NodeNeedsRecovery", NODE)


@pytest.mark.parametrize("network", NETWORKS)
def test_one_network_lost_is_told_and_nothing_is_done(reporting, untouched, network):
    since = reporting.client.last_entry_id()
    reporting.cut(network)
    reporting.wait("Degraded", LOST[network], NOTICE_TIMEOUT_S)
    reporting.wait("Degraded", for_long(LOST[network]), NOTICE_TIMEOUT_S)
    down = reporting.client.wait_for_event(since, "NodeLinkDown", NODE, BOOT_TIMEOUT_S)
    assert down["MessageArgs"] == [str(NODE), network]
    reporting.cut(network, down=False)
    reporting.wait("Up", BY_REPORTS, NOTICE_TIMEOUT_S)
    up = reporting.client.wait_for_event(since, "NodeLinkUp", NODE, NOTICE_TIMEOUT_S)
    assert re.fullmatch(rf"{network}(, [1-9]\d* Mbit/s)?", up["MessageArgs"][1])
    assert not reporting.client.entries_after(since, "NodeNeedsRecovery", NODE)


def test_both_networks_lost_is_a_hang(reporting, untouched):
    """The node needs recovery, which NotifyOnly leaves at being told."""
    since = reporting.client.last_entry_id()
    for network in NETWORKS:
        reporting.cut(network)
    reporting.wait("Hung", HUNG, NOTICE_TIMEOUT_S)
    reporting.client.wait_for_event(since, "NodeNeedsRecovery", NODE, NOTICE_TIMEOUT_S)
    reporting.wait("Hung", for_long(HUNG), NOTICE_TIMEOUT_S)
    for network in NETWORKS:
        reporting.cut(network, down=False)
    wait_for(reporting.reports_on_both, NOTICE_TIMEOUT_S, "reports over both networks")


# --- networks that are not kept apart: how that is brought about, and undone


@contextlib.contextmanager
def one_subnet(node):
    def move(subnet):
        node.ip(f"address flush dev {INTERFACE['backplane']}")
        node.ip(f"address add {subnet}.{100 + NODE}/24 dev {INTERFACE['backplane']}")

    move(SUBNET["service"])
    try:
        yield
    finally:
        move(SUBNET["backplane"])


@contextlib.contextmanager
def forwarding(node):
    def put(value):
        node.run("sh", "-c", f"echo {value} >/proc/sys/net/ipv4/ip_forward")

    put(1)
    try:
        yield
    finally:
        put(0)


@contextlib.contextmanager
def default_route(node):
    route = f"default via {SUBNET['backplane']}.1 dev {INTERFACE['backplane']}"
    node.ip(f"route add {route}")
    try:
        yield
    finally:
        node.ip(f"route del {route}")


def resolution(client, entry):
    """What the registry tells whoever reads the entry to do."""
    registry, name = entry["MessageId"].split(".")[::3]
    return client.get(client.get(f"/redfish/v1/Registries/{registry}")["Location"][0]["Uri"])["Messages"][name]["Resolution"]


FINDINGS = [
    (one_subnet, "NetworksInOneSubnet", "different subnets"),
    (forwarding, "NodeForwards", "net.ipv4.ip_forward"),
    (default_route, "DefaultRouteOverBackplane", "Remove the gateway"),
]


@pytest.mark.parametrize("wrong, event, remedy", FINDINGS, ids=[event for _, event, _ in FINDINGS])
def test_networks_that_are_not_kept_apart_are_found(reporting, untouched, wrong, event, remedy):
    client, since = reporting.client, reporting.client.last_entry_id()
    with wrong(reporting.namespace):
        entry = client.wait_for_event(since, event, NODE, NOTICE_TIMEOUT_S)
        assert entry["Severity"] == "Warning" and remedy in resolution(client, entry)
    client.wait_for_event(since, "NetworksSeparate", NODE, NOTICE_TIMEOUT_S)
    assert len(client.entries_after(since, event, NODE)) == 1
    wait_for(reporting.reports_on_both, NOTICE_TIMEOUT_S, "reports over both networks")
