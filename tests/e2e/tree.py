# SPDX-License-Identifier: Apache-2.0
"""The board with one of everything on it, so that a walk over its tree meets every kind of resource."""
import contextlib

import requests

import fitted
from agent import BACKPLANE, SERVICE, Agent
from board import PASSWORD
from client import node_path, wait_for

SUBSCRIPTIONS = "/redfish/v1/EventService/Subscriptions"
FAN = "/redfish/v1/Chassis/Node2/Controls/Fan"


def is_resource(document):
    return "@odata.type" in document and "@odata.id" in document


def enrol(admin, node):
    """An agent that reports all that there can be, over both networks."""
    made = admin.post(f"{node_path(node)}/Actions/Oem/Super4C.EnrolAgent", {}).json()
    agent = Agent(made["Word"], made["Port"])
    for network in (SERVICE, BACKPLANE):
        agent.heard(fitted.report(), network=network)
    return agent


def drain(stream):
    with contextlib.suppress(requests.RequestException):
        for _ in stream.iter_content(1024):
            pass


@contextlib.contextmanager
def one_of_everything(board, admin):
    """A task under way, a panicked node, a node that is off, one with an agent and a fan at a fixed speed, an open event stream, a subscription, an account bound to a node."""
    account = {"UserName": "walker", "Password": PASSWORD, "RoleId": "Node2Operator"}
    assert admin.post("/redfish/v1/AccountService/Accounts", account).status_code == 201
    subscription = admin.post(SUBSCRIPTIONS, {"Destination": "https://127.0.0.1:9/events", "Protocol": "Redfish", "Context": "walk"})
    assert subscription.status_code == 201, subscription.text
    stream = admin.request("GET", "/redfish/v1/EventService/SSE", stream=True)
    assert stream.status_code == 200
    admin.must(admin.reset(4, "ForceOff"))
    wait_for(lambda: board.twin_node(3)["state"] in ("booting", "up"), 20, "node 3 to run")
    board.twinctl("node", 3, "panic")
    crashes = f"{node_path(3)}/LogServices/CrashLog/Entries"
    wait_for(lambda: admin.get(crashes)["Members"], 60, "the panic to be kept")
    assert admin.patch(FAN, {"SetPoint": 40}).status_code == 200
    agent = enrol(admin, 2)
    assert admin.reset(1, "PowerCycle").status_code in (202, 204)
    try:
        with agent:
            yield
    finally:
        stream.close()
        admin.post(f"{node_path(2)}/Actions/Oem/Super4C.RevokeAgent", {})
        admin.patch(FAN, {"ControlMode": "Automatic"})
        admin.request("DELETE", subscription.headers["Location"])
        admin.request("DELETE", "/redfish/v1/AccountService/Accounts/walker")
        for node in (3, 4):
            admin.must(admin.reset(node, "PowerCycle" if node == 3 else "On"))
