# SPDX-License-Identifier: Apache-2.0
"""The board with one of everything on it, so that a walk over its tree meets every kind of resource."""
import contextlib

import requests

from board import PASSWORD
from client import wait_for

SUBSCRIPTIONS = "/redfish/v1/EventService/Subscriptions"


def is_resource(document):
    return "@odata.type" in document and "@odata.id" in document


def drain(stream):
    with contextlib.suppress(requests.RequestException):
        for _ in stream.iter_content(1024):
            pass


@contextlib.contextmanager
def one_of_everything(board, admin):
    """A task under way, a panicked node, a node that is off, an open event stream, a subscription, an account bound to a node."""
    account = {"UserName": "walker", "Password": PASSWORD, "RoleId": "Node2Operator"}
    assert admin.post("/redfish/v1/AccountService/Accounts", account).status_code == 201
    subscription = admin.post(SUBSCRIPTIONS, {"Destination": "https://127.0.0.1:9/events", "Protocol": "Redfish", "Context": "walk"})
    assert subscription.status_code == 201, subscription.text
    stream = admin.request("GET", "/redfish/v1/EventService/SSE", stream=True)
    assert stream.status_code == 200
    admin.must(admin.reset(4, "ForceOff"))
    wait_for(lambda: board.twin_node(3)["state"] in ("booting", "up"), 20, "node 3 to run")
    board.twinctl("node", 3, "panic")
    assert admin.reset(1, "PowerCycle").status_code in (202, 204)
    try:
        yield
    finally:
        stream.close()
        admin.request("DELETE", subscription.headers["Location"])
        admin.request("DELETE", "/redfish/v1/AccountService/Accounts/walker")
        for node in (3, 4):
            admin.must(admin.reset(node, "PowerCycle" if node == 3 else "On"))
