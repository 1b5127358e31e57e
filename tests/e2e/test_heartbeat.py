# SPDX-License-Identifier: Apache-2.0
"""The nodes' agents over real sockets: enrolment, reports, and those who should not be heard."""
import base64
import os
import socket
import threading
import time

import pytest

import agent as agents
from agent import ANSWER, BACKPLANE, CHALLENGE, SERVICE, Agent
from client import node_path, wait_for

FLOOD_S = 4
FLOOD_PER_S = 4000  # of each flooder
PAGE_S = 2  # an answer to a person


def action(client, node, name, body=None):
    return client.post(f"{node_path(node)}/Actions/Oem/Super4C.{name}", body or {})


def enrol(client, node=2, **addresses):
    response = action(client, node, "EnrolAgent", addresses)
    assert response.status_code == 200, response.text
    return response.json()


def agent_of(client, node=2):
    """What the system tells of its agent."""
    return client.oem(node)["Agent"]


@pytest.fixture
def agent(admin):
    """Node 2's, enrolled and heard of nobody yet."""
    made = enrol(admin)
    with Agent(made["Word"], made["Port"]) as one:
        yield one
    action(admin, 2, "RevokeAgent")


def refusals(client, since, node=2):
    return client.entries_after(since, "AgentRefused", node)


# --- enrolment


def test_the_word_holds_what_an_agent_needs_and_is_shown_once(admin):
    response = action(admin, 3, "EnrolAgent", {"ServiceController": "10.0.0.2", "BackplaneController": "10.1.0.2"})
    assert response.status_code == 200 and response.headers["Cache-Control"] == "no-store"
    made = response.json()
    word = agents.Word(made["Word"])
    assert (word.version, word.node, word.generation) == (1, 3, made["KeyGeneration"])
    assert (word.service, word.backplane) == ("10.0.0.2", "10.1.0.2")
    assert made["Command"].startswith("super4c-agent enrol ") and made["Command"].endswith(made["Word"])
    assert agent_of(admin, 3) == {"Enrolled": True}
    secret = (made["Word"], word.key.hex(), base64.b64encode(word.key).decode())
    shown = admin.request("GET", node_path(3)).text + str(admin.entries(24))
    assert not any(form in shown for form in secret)
    assert action(admin, 3, "RevokeAgent").status_code == 204
    assert agent_of(admin, 3) == {"Enrolled": False}


def test_each_key_is_another_one(admin):
    words = [agents.Word(enrol(admin, 4)["Word"]) for _ in range(3)]
    assert len({word.key for word in words}) == 3
    assert [word.generation - words[0].generation for word in words] == [0, 1, 2]
    action(admin, 4, "RevokeAgent")


def test_who_may_enrol(board, admin):
    admin.post("/redfish/v1/AccountService/Accounts", {"UserName": "peer", "Password": "peer pass 9", "RoleId": "Node2Operator"})
    peer = board.client()
    peer.use_basic("peer", "peer pass 9")
    try:
        assert action(peer, 2, "EnrolAgent").status_code == 200
        assert action(peer, 3, "EnrolAgent").status_code == 404
    finally:
        action(admin, 2, "RevokeAgent")
        admin.request("DELETE", "/redfish/v1/AccountService/Accounts/peer")


# --- reports


def test_a_report_is_challenged_once_and_then_counts(admin, agent):
    since = admin.last_entry_id()
    assert agent.report()[0] == CHALLENGE
    assert "ServiceSeen" not in agent_of(admin)
    kind, items = agent.report(agents.version("9.8.7"), network=BACKPLANE)
    assert kind == ANSWER and items == {65: b"\0", 66: b"\0"}
    told = agent_of(admin)
    assert told["Version"] == "9.8.7" and told["BackplaneSeen"] <= 1 and "ServiceSeen" not in told
    assert agent.report(network=SERVICE)[0] == ANSWER
    assert "ServiceSeen" in agent_of(admin)
    admin.wait_for_event(since, "AgentConnected", node=2)


def test_an_agent_that_began_anew_is_in_with_its_second_report(agent):
    for _ in range(100):
        agent.counter += 1000
        assert agent.report() is not None
    agent.restart()
    assert agent.report()[0] == CHALLENGE
    assert agent.report()[0] == ANSWER
    assert agent.report(network=BACKPLANE)[0] == ANSWER


def test_another_boot_is_an_event(admin, agent):
    since = admin.last_entry_id()
    agent.heard(agents.boot_id(bytes(16)))
    agent.heard(agents.boot_id(bytes(15) + b"\1"))
    admin.wait_for_event(since, "NodeBooted", node=2)


def test_an_agent_outlives_the_controller(board, admin, agent):
    agent.heard()
    earlier = agent.session
    board.kill_firmware()
    board.wait_until_served()
    client = board.admin()
    assert agent_of(client) == {"Enrolled": True}
    assert agent.report(agents.version("1.0"))[0] == CHALLENGE
    assert agent.session != earlier
    assert agent.report(agents.version("1.0"))[0] == ANSWER
    assert agent_of(client)["Version"] == "1.0"
    admin.http.headers["X-Auth-Token"] = client.http.headers["X-Auth-Token"]  # sessions end with the controller


# --- those who should not be heard


def test_what_is_not_good_changes_nothing_and_is_logged_once(admin, agent):
    agent.heard(agents.version("1.0"), agents.uptime(5))
    since, before = admin.last_entry_id(), agent_of(admin)
    good = agent.datagram(SERVICE, agents.version("6.6"))
    bad = [good[:size] for size in range(0, len(good), 3)] + [good + b"\0", b"", b"S4HB", os.urandom(200), os.urandom(1500)]
    bad += [good[:at] + bytes((good[at] ^ 1,)) + good[at + 1 :] for at in range(len(good))]
    for data in bad:
        agent.send(data)
    assert agent.receive(timeout_s=0.5) is None
    assert agent_of(admin)["Version"] == before["Version"]
    assert len(refusals(admin, since)) == 1
    agent.send(good)  # one of its own, taken once
    assert agent.open(agent.receive(), SERVICE, agent.counter)[0] == ANSWER
    assert agent_of(admin)["Version"] == "6.6"
    agent.heard(agents.version("7.7"))
    agent.send(good)
    assert agent.receive(timeout_s=0.5) is None
    assert agent_of(admin)["Version"] == "7.7"


def test_reports_that_overtook_each_other_leave_the_newest_values(admin, agent):
    agent.heard()
    sent = [(agent.datagram(SERVICE, agents.version(str(number))), agent.counter) for number in range(5)]
    for data, counter in (sent[index] for index in (1, 4, 0, 3, 2)):
        agent.send(data)
        assert agent.open(agent.receive(), SERVICE, counter)[0] == ANSWER
    assert agent_of(admin)["Version"] == "4"


def test_a_replayed_session_brings_a_challenge_and_nothing_else(admin, agent):
    agent.heard(agents.version("old"))
    recorded = agent.last
    agent.restart()
    agent.heard(agents.version("new"))
    session = agent.session
    agent.send(recorded)
    assert len(agent.receive()) == agents.HEAD.size + agents.TAG_SIZE <= len(recorded)
    assert agent_of(admin)["Version"] == "new"
    assert agent.report()[0] == ANSWER and agent.session == session


def test_the_old_key_is_void_at_once(admin, agent):
    agent.heard()
    with Agent(enrol(admin)["Word"], agent.controller[1]) as successor:
        assert agent.report(timeout_s=0.5) is None
        successor.heard()
        assert action(admin, 2, "RevokeAgent").status_code == 204
        assert successor.report(timeout_s=0.5) is None
    assert agent_of(admin) == {"Enrolled": False}


class Flood:
    """Sends datagrams from a socket of its own, some thousand a second, until it is left."""

    def __init__(self, make, controller):
        self.make, self.controller = make, controller
        self.ends, self.sent = threading.Event(), 0
        self.thread = threading.Thread(target=self.run)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ends.set()
        self.thread.join()

    def run(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
            while not self.ends.wait(0.01):
                for _ in range(FLOOD_PER_S // 100):
                    out.sendto(self.make(self.sent), self.controller)
                    self.sent += 1


def test_a_flood_silences_neither_agent_nor_controller(admin, agent):
    agent.heard()
    since, forged = admin.last_entry_id(), agent.datagram(SERVICE, bytes(200), counter=1 << 40, session=os.urandom(16))[:-1] + b"?"
    makers = (lambda _: os.urandom(300), lambda number: forged[:28] + (2**40 + number).to_bytes(8, "big") + forged[36:])
    asked = answered = 0
    slowest_s = 0
    with Flood(makers[0], agent.controller) as noise, Flood(makers[1], agent.controller) as forger:
        deadline = time.monotonic() + FLOOD_S
        while time.monotonic() < deadline:
            for network in (SERVICE, BACKPLANE):
                asked += 1
                answered += agent.report(network=network, timeout_s=0.5) is not None
            begin = time.monotonic()
            assert admin.request("GET", node_path(2)).status_code == 200
            slowest_s = max(slowest_s, time.monotonic() - begin)
            time.sleep(0.05)
    print(f"{noise.sent + forger.sent} datagrams in {FLOOD_S} s, {answered} of {asked} reports answered, slowest page {1000 * slowest_s:.0f} ms")
    assert noise.sent > 1000 and forger.sent > 1000
    assert answered >= 0.8 * asked > 8
    assert slowest_s < PAGE_S
    assert len(refusals(admin, since)) <= 1


# --- orders


def reset_types(client, node):
    return client.node(node)["Actions"]["#ComputerSystem.Reset"]["ResetType@Redfish.AllowableValues"]


def order_in(agent, boot):
    items = agent.heard(boot, agents.abilities())
    return items.get(64)


def test_a_graceful_restart_goes_through_the_agent(admin, agent):
    before, after = agents.boot_id(bytes(16)), agents.boot_id(b"\2" * 16)
    assert "GracefulRestart" not in reset_types(admin, 2)
    agent.heard(before, agents.abilities())
    wait_for(lambda: "GracefulRestart" in reset_types(admin, 2), 5, "the agent's ability")
    response = {}
    asking = threading.Thread(target=lambda: response.update(reset=admin.reset(2, "GracefulRestart")))
    asking.start()
    order = wait_for(lambda: order_in(agent, before), 5, "the order")
    order_id, what = int.from_bytes(order[:4], "big"), order[4]
    assert order_id > 0 and what == agents.REBOOT
    assert 64 not in agent.heard(before, agents.abilities(), agents.order_state(order_id, agents.TAKEN))
    agent.restart()
    agent.heard(after, agents.abilities())
    asking.join()
    assert admin.finish(response["reset"])
