# SPDX-License-Identifier: Apache-2.0
"""A node's agent, written from docs/heartbeat.md alone. It sends when it is told to, and says what came back."""
import base64
import hashlib
import hmac
import os
import socket
import struct
import time

SERVICE, BACKPLANE = 1, 2
REPORT, CHALLENGE, ANSWER = 1, 2, 3
NO_SESSION = bytes(16)
HEAD = struct.Struct(">4sBBBBI16sQHH")
TAG_SIZE = 32
ANSWER_TIMEOUT_S = 2
SHUT_DOWN, REBOOT = 1, 2
TAKEN, DONE, REFUSED, FAILED = 1, 2, 3, 4


def item(kind, value):
    return bytes((kind, len(value))) + value


def boot_id(value=None):
    return item(1, value or os.urandom(16))


def uptime(seconds):
    return item(2, struct.pack(">I", seconds))


def version(text):
    return item(22, text.encode())


def abilities(shut_down=True, fan=True):
    return item(24, bytes((shut_down | fan << 1,)))


def order_state(order_id, state):
    return item(23, struct.pack(">IB", order_id, state))


def items_of(body):
    found, at = {}, 0
    while at + 2 <= len(body):
        kind, length = body[at], body[at + 1]
        found[kind] = body[at + 2 : at + 2 + length]
        at += 2 + length
    assert at == len(body)
    return found


class Word:
    """What an enrolment word holds."""

    def __init__(self, text):
        assert text.startswith("S4A1-")
        data = base64.b32decode(text.removeprefix("S4A1-"))
        held, checksum = data[:-4], data[-4:]
        assert checksum == hashlib.sha256(held).digest()[:4]
        self.version, self.node, self.generation, self.key, service, backplane = struct.unpack(">BBI32s4s4s", held)
        self.service, self.backplane = socket.inet_ntoa(service), socket.inet_ntoa(backplane)


class Agent:
    def __init__(self, word, port, address="127.0.0.1"):
        self.word = Word(word)
        self.controller = (address, port)
        self.socket = {network: socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for network in (SERVICE, BACKPLANE)}
        self.session = NO_SESSION
        self.counter = 0
        self.last = b""  # datagram sent

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for one in self.socket.values():
            one.close()

    def restart(self):
        """It remembers neither session nor counter."""
        self.session, self.counter = NO_SESSION, 0

    # --- frames

    def seal(self, data):
        return data + hmac.digest(self.word.key, data, "sha256")

    def datagram(self, network, body=b"", counter=None, session=None):
        if counter is None:
            self.counter += 1
            counter = self.counter
        head = HEAD.pack(b"S4HB", 1, REPORT, self.word.node, network, self.word.generation, session or self.session, counter, len(body), 0)
        return self.seal(head + body)

    def open(self, data, network, counter):
        """Kind and items of an answer or challenge to that report; None when it is not good."""
        if len(data) < HEAD.size + TAG_SIZE or self.seal(data[:-TAG_SIZE]) != data:
            return None
        magic, wire, kind, node, its_network, generation, session, its_counter, size, _ = HEAD.unpack_from(data)
        ours = (magic, wire, node, its_network, generation, its_counter) == (b"S4HB", 1, self.word.node, network, self.word.generation, counter)
        if not ours or kind not in (CHALLENGE, ANSWER) or size != len(data) - HEAD.size - TAG_SIZE:
            return None
        if kind == CHALLENGE:
            self.session = session
        elif session != self.session:
            return None
        return kind, items_of(data[HEAD.size : -TAG_SIZE])

    # --- talking

    def send(self, data, network=SERVICE):
        self.last = data
        self.socket[network].sendto(data, self.controller)

    def receive(self, network=SERVICE, timeout_s=ANSWER_TIMEOUT_S):
        """A datagram, or None."""
        self.socket[network].settimeout(timeout_s)
        try:
            return self.socket[network].recv(2048)
        except (TimeoutError, ConnectionRefusedError):  # refused: nobody listens, while the controller restarts
            return None

    def report(self, *items, network=SERVICE, timeout_s=ANSWER_TIMEOUT_S):
        """Sends a report. Returns kind and items of what came back, or None."""
        self.send(self.datagram(network, b"".join(items)), network)
        counter, deadline = self.counter, time.monotonic() + timeout_s
        while (left := deadline - time.monotonic()) > 0:
            data = self.receive(network, left)
            answer = data and self.open(data, network, counter)
            if answer:
                return answer
        return None

    def heard(self, *items, network=SERVICE):
        """Reports until it counts, challenged at most once. Returns the items of the answer."""
        for _ in range(2):
            answer = self.report(*items, network=network)
            assert answer, "no answer"
            if answer[0] == ANSWER:
                return answer[1]
        raise AssertionError("challenged twice")
