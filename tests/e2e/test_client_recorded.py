# SPDX-License-Identifier: Apache-2.0
"""The requests of MAAS and of Ironic below Metal3, sent as they send them: by an administrator who names the node, and with a key for one node."""
import time

import pytest
import requests

from board import NODES, PASSWORD
from client import wait_for
from clients import recorded
from clients.accounts import account, node_role

MAAS_DAY = [
    recorded.MAAS_POWER_ON_FROM_ON,
    recorded.MAAS_QUERY,
    recorded.MAAS_POWER_OFF,
    recorded.MAAS_POWER_ON_FROM_OFF,
    recorded.MAAS_SLASHES,
]
METAL3_DAY = [recorded.IRONIC_REGISTER, recorded.IRONIC_MANAGER, recorded.IRONIC_INSPECT, recorded.IRONIC_DEPLOY, recorded.IRONIC_SYNC]
METAL3_DAY_OF_ONE_NODE = [recorded.IRONIC_REGISTER, recorded.IRONIC_INSPECT, recorded.IRONIC_REBOOT, recorded.IRONIC_SYNC]


class Replay:
    """Sends the steps of a sequence, each over a connection of its own, and remembers what they keep."""

    def __init__(self, board, authorize, node=None):
        self.board, self.authorize = board, authorize
        self.kept = {"node": f"Node{node}"} if node else {}

    def send(self, step):
        with requests.Session() as http:
            http.trust_env = False
            http.verify = str(self.board.state / "tls/cert.pem")
            self.authorize(http)
            headers = {name: value.format(**self.kept) for name, value in step.headers.items()}
            return http.request(step.method, self.board.base_url + step.path.format(**self.kept), json=step.body, headers=headers, timeout=20)

    def play(self, steps):
        for step in steps:
            response = self.send(step)
            assert response.status_code in step.expect, f"{step.method} {response.url}: {response.status_code} {response.text}"
            self.keep(step, response)
            if step.until:
                self.wait(step)

    def keep(self, step, response):
        for name, source in step.keep.items():
            value = response.headers[source[1]] if isinstance(source, tuple) else find(response.json(), source)
            # MAAS puts the id into paths that it knows by heart.
            self.kept[name] = value.rstrip("/").rsplit("/", 1)[1] if name == "node" else value

    def wait(self, step):
        name, value = step.until

        def reached():
            response = self.send(step)
            assert response.status_code == 200, f"{response.status_code} {response.text}"
            return response.json()[name] == value

        time.sleep(recorded.POWER_DELAY_S)
        wait_for(reached, recorded.POWER_TIMEOUT_S, f"{name} {value}", interval_s=0.5)


def find(document, pointer):
    for key in pointer.removeprefix("/").split("/"):
        document = document[int(key)] if key.isdigit() else document[key]
    return document


def basic(user, password):
    def authorize(http):
        http.auth = (user, password)

    return authorize


def session(board, user, password):
    token = board.client().login(user, password).headers["X-Auth-Token"]

    def authorize(http):
        http.headers["X-Auth-Token"] = token

    return authorize


def boot_ids(board):
    return {node: board.twin_node(node)["boot_id"] for node in NODES}


def check_only_one_booted(board, before, node):
    after = boot_ids(board)
    assert {other for other in NODES if after[other] != before[other]} == {node}


def test_maas_with_a_node_id(board, admin):
    before = boot_ids(board)
    replay = Replay(board, basic("admin", PASSWORD), 2)
    for sequence in MAAS_DAY:
        replay.play(sequence)
    check_only_one_booted(board, before, 2)
    boot = admin.node(2)["Boot"]
    assert boot["BootSourceOverrideTarget"] in ("Pxe", "None")  # None once a boot has used it up


@pytest.mark.parametrize("node", NODES)
def test_maas_with_a_key_for_one_node_and_no_id(board, admin, node):
    before = boot_ids(board)
    with account(admin, f"maas{node}", node_role(node)) as (user, password):
        replay = Replay(board, basic(user, password))
        replay.play(recorded.MAAS_DISCOVERY)
        assert replay.kept["node"] == f"Node{node}"
        replay.play(recorded.MAAS_POWER_ON_FROM_ON)
    check_only_one_booted(board, before, node)


def test_metal3(board):
    before = boot_ids(board)
    replay = Replay(board, session(board, "admin", PASSWORD), 3)
    for sequence in METAL3_DAY:
        replay.play(sequence)
    check_only_one_booted(board, before, 3)


def test_metal3_with_a_key_for_one_node(board, admin):
    with account(admin, "metal3", node_role(4)) as (user, password):
        replay = Replay(board, session(board, user, password), 4)
        for sequence in METAL3_DAY_OF_ONE_NODE:
            replay.play(sequence)
        stranger = Replay(board, basic(user, password), 1)
        for step in (recorded.IRONIC_SYNC[0], recorded.IRONIC_DEPLOY[0], recorded.IRONIC_MANAGER[0]):
            assert stranger.send(step).status_code == 404


def test_already_so_is_no_error(board):
    """MAAS and Ironic order what may be so already."""
    replay = Replay(board, basic("admin", PASSWORD), 1)
    replay.play([recorded.maas("POST", recorded.RESET, body={"ResetType": "On"}, expect=recorded.ACCEPTED_OR_DONE)] * 2)
