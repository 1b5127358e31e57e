# SPDX-License-Identifier: Apache-2.0
"""A small controller, written from docs/heartbeat.md alone: what it and the agent agree on is in the document."""
import base64
import hashlib
import hmac
import os
import socket
import struct
import threading
import time

REPORT, CHALLENGE, ANSWER = 1, 2, 3
SERVICE, BACKPLANE = 1, 2
TAKEN, DONE, REFUSED, FAILED = 1, 2, 3, 4
SHUT_DOWN, REBOOT = 1, 2
HEAD = struct.Struct(">4sBBBBI16sQHH")
NO_SESSION = bytes(16)
WINDOW = 64

# type: (name, how to read it)
NUMBERS = {
    2: ("uptime", ">I"), 3: ("load", ">H"), 4: ("memory_pressure", ">H"), 5: ("cpu_pressure", ">H"), 6: ("memory", ">I"), 7: ("cpus", ">B"),
    8: ("cpu_temperature", ">h"), 9: ("throttled", ">I"), 10: ("fan_rpm", ">H"), 11: ("fan_duty", ">BB"), 14: ("nvme_capacity", ">Q"),
    15: ("nvme_temperature", ">h"), 16: ("nvme_wear", ">B"), 17: ("nvme_link", ">BB"), 23: ("order", ">IB"), 24: ("abilities", ">B"),
    25: ("findings", ">B"), 26: ("leaving", ">B"),
}  # fmt: skip
TEXTS = {12: ("nvme_model", 40), 13: ("nvme_serial", 24), 19: ("host_name", 32), 20: ("kernel", 40), 21: ("system", 48), 22: ("version", 16)}
INTERFACE = struct.Struct(">BBHBB4s6sIIIH")


def enrolment_word(key, node=1, generation=1, service="0.0.0.0", backplane="0.0.0.0", version=1):
    data = struct.pack(">BBI", version, node, generation) + key + socket.inet_aton(service) + socket.inet_aton(backplane)
    return "S4A1-" + base64.b32encode(data + hashlib.sha256(data).digest()[:4]).decode().rstrip("=")


def seal(key, kind, node, network, generation, session, counter, body=b""):
    head = HEAD.pack(b"S4HB", 1, kind, node, network, generation, session, counter, len(body), 0)
    return head + body + hmac.new(key, head + body, hashlib.sha256).digest()


def item(kind, value):
    return bytes([kind, len(value)]) + value


def order(number, what):
    return item(64, struct.pack(">IB", number, what))


def curve(*points):
    return item(65, bytes([len(points)]) + b"".join(bytes(point) for point in points))


def full(on=True):
    return item(66, bytes([on]))


class Report:
    """A datagram of an agent. Raises ValueError for whatever the document does not allow."""

    def __init__(self, data, key):
        if not HEAD.size + 32 <= len(data) <= 1024:
            raise ValueError("length")
        magic, version, self.kind, self.node, self.network, self.generation, self.session, self.counter, size, reserved = HEAD.unpack(data[: HEAD.size])
        if magic != b"S4HB" or version != 1 or self.kind != REPORT or reserved or size != len(data) - HEAD.size - 32:
            raise ValueError("head")
        if not hmac.compare_digest(data[-32:], hmac.new(key, data[:-32], hashlib.sha256).digest()):
            raise ValueError("tag")
        self.values, self.interfaces = {}, {}
        self.read_items(data[HEAD.size : -32])

    def read_items(self, body):
        while body:
            kind, length = body[0], body[1]
            value, body = body[2 : 2 + length], body[2 + length :]
            if len(value) != length:
                raise ValueError("an item is cut off")
            self.read_item(kind, value)

    def read_item(self, kind, value):
        if kind == 1 and len(value) == 16:
            self.put("boot_id", value.hex())
        elif kind == 18:
            network, up, speed, duplex, prefix, address, mac, changes, rx, tx, reserved = INTERFACE.unpack(value)
            if network in self.interfaces or network not in (SERVICE, BACKPLANE) or up > 1 or duplex not in (0, 1, 255) or prefix > 32 or reserved:
                raise ValueError("interface")
            self.interfaces[network] = {
                "up": up, "speed": speed, "duplex": duplex, "prefix": prefix, "address": socket.inet_ntoa(address), "mac": mac.hex(":"),
                "changes": changes, "rx_errors": rx, "tx_errors": tx,
            }  # fmt: skip
        elif kind in NUMBERS:
            name, layout = NUMBERS[kind]
            numbers = struct.unpack(layout, value)
            self.put(name, numbers if len(numbers) > 1 else numbers[0])
        elif kind in TEXTS:
            name, limit = TEXTS[kind]
            text = value.decode("utf-8")
            if not 1 <= len(value) <= limit or not text.isprintable():
                raise ValueError(name)
            self.put(name, text)
        else:
            raise ValueError(f"an item of type {kind} and length {len(value)}")

    def put(self, name, value):
        if name in self.values:
            raise ValueError(f"{name} twice")
        self.values[name] = value


class Controller:
    """Listens on a loopback address and port of the kernel's choice. `wish` is the body of its answers; `silent` stops them."""

    def __init__(self, node=1, generation=1, address="127.0.0.1"):
        self.node, self.generation = node, generation
        self.key = os.urandom(32)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((address, 0))
        self.address, self.port = self.socket.getsockname()
        self.changed = threading.Condition()
        self.accepted, self.received, self.faults = [], [], []  # (monotonic, report), (monotonic, network), sentences
        self.wish = b""
        self.silent = set()  # networks
        self.tamper = None  # answer bytes -> list of datagrams to send in its place
        self.peers = {}
        self.restart()
        self.running = True
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def word(self, **options):
        return enrolment_word(self.key, self.node, self.generation, **{"service": self.address, "backplane": self.address, **options})

    def restart(self):
        """As after a restart: another session, no memory."""
        self.session = os.urandom(16)
        self.seen = {SERVICE: (0, set()), BACKPLANE: (0, set())}

    def stop(self):
        self.running = False
        self.socket.sendto(b"", (self.address, self.port))
        self.thread.join(5)
        self.socket.close()

    def serve(self):
        while self.running:
            data, peer = self.socket.recvfrom(2048)
            if not data:
                continue
            with self.changed:
                try:
                    self.take(Report(data, self.key), peer)
                except (ValueError, IndexError, struct.error) as error:
                    self.faults.append(f"{error}: {data.hex()}")
                self.changed.notify_all()

    def take(self, report, peer):
        if report.node != self.node or report.generation != self.generation:
            raise ValueError("node or generation")
        self.received.append((time.monotonic(), report))
        self.peers[report.network] = peer
        if report.network in self.silent:
            return
        if report.session != self.session:
            self.send(CHALLENGE, report, b"")
        elif self.is_new(report):
            self.accepted.append((time.monotonic(), report))
            self.send(ANSWER, report, self.wish)

    def is_new(self, report):
        highest, seen = self.seen[report.network]
        if report.counter in seen or report.counter + WINDOW < highest:
            return False
        seen.add(report.counter)
        self.seen[report.network] = (max(highest, report.counter), {c for c in seen if c + WINDOW >= highest})
        return True

    def seal(self, kind, report, body=b"", **other):
        fields = {"key": self.key, "node": self.node, "network": report.network, "generation": self.generation, "session": self.session,
                  "counter": report.counter, **other}  # fmt: skip
        return seal(kind=kind, body=body, **fields)

    def send(self, kind, report, body):
        data = self.seal(kind, report, body)
        for datagram in self.tamper(kind, report, data) if self.tamper else [data]:
            self.socket.sendto(datagram, self.peers[report.network])

    # --- for tests

    def wait(self, condition, timeout_s, what):
        """Until condition() gives something: that."""
        with self.changed:
            found = self.changed.wait_for(lambda: condition() or None, timeout_s)
        assert found, f"not within {timeout_s} s: {what}; faults: {self.faults}"
        return found

    def next_report(self, network=None, timeout_s=5, count=1):
        """A report that is accepted from now on."""
        start = len(self.accepted)

        def found():
            new = [report for _, report in self.accepted[start:] if network in (None, report.network)]
            return new[count - 1] if len(new) >= count else None

        return self.wait(found, timeout_s, "a report that counts")

    def wait_order(self, number, states, timeout_s=5):
        return self.wait(
            lambda: next((r for _, r in reversed(self.accepted) if r.values.get("order") in [(number, state) for state in states]), None),
            timeout_s, f"order {number} in state {states}",
        )  # fmt: skip
