# SPDX-License-Identifier: Apache-2.0
"""Requests as bytes over TLS, answers as bytes: for what an HTTP library would not send, or would not show."""
import contextlib
import dataclasses
import functools
import re
import socket
import ssl
import struct

TIMEOUT_S = 20
BATCH_COUNT = 50  # requests sent before their answers are read: 50 answers fit into the sockets' buffers


@dataclasses.dataclass(frozen=True)
class Answer:
    """`head` with its status line and without the date, for that alone may differ between two answers that are the same."""

    status: int
    head: bytes
    body: bytes

    def header(self, name):
        found = re.search(rb"(?im)^" + name.encode() + rb": *([^\r]*)\r$", self.head)
        return found.group(1).decode("latin-1") if found else None


def request(*headers, method="GET", path="/redfish/v1", host="127.0.0.1", body=b""):
    """A body brings its type and length along, unless the headers give them."""
    given = {re.split(r"[\s:]", header.lower(), maxsplit=1)[0] for header in headers}
    lines = [f"{method} {path} HTTP/1.1"]
    if host is not None:
        lines.append(f"Host: {host}")
    if body and "content-type" not in given:
        lines.append("Content-Type: application/json")
    if body and not given & {"content-length", "transfer-encoding"}:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, *headers, "", ""]).encode("latin-1") + body


@functools.lru_cache(maxsize=4)
def context_of(certificate):
    return ssl.create_default_context(cafile=certificate)


class Connection:
    """`source`: the local address, or address and port, that it comes from."""

    def __init__(self, board, source=None, address="127.0.0.1"):
        plain = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
        try:
            plain.settimeout(TIMEOUT_S)
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if source:
                plain.bind(source if isinstance(source, tuple) else (source, 0))
            plain.connect((address, board.port))
            self.socket = context_of(str(board.state / "tls/cert.pem")).wrap_socket(plain, server_hostname=address)
        except BaseException:
            plain.close()
            raise
        self.received = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def reset(self):
        """Ends it at once, so that its port may be used again."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def more(self):
        data = self.socket.recv(65536)
        self.received += data
        return bool(data)

    def answer(self, method="GET"):
        """The next one, or None when the server has hung up."""
        while b"\r\n\r\n" not in self.received:
            if not self.more():
                return None
        head, _, rest = self.received.partition(b"\r\n\r\n")
        length = re.search(rb"(?im)^content-length: *(\d+)\r?$", head)
        size = 0 if method == "HEAD" or not length else int(length.group(1))
        while len(rest) < size:
            if not self.more():
                return None
            rest = self.received.partition(b"\r\n\r\n")[2]
        self.received = rest[size:]
        head = re.sub(rb"(?im)^date: [^\r]*\r\n", b"", head + b"\r\n")
        return Answer(int(head.split()[1]), head, rest[:size])

    def ask(self, data, method="GET"):
        self.send(data)
        return self.answer(method)

    def ask_all(self, requests, method="GET"):
        """Many requests one behind the other, all answered or an error."""
        requests = list(requests)
        for begin in range(0, len(requests), BATCH_COUNT):
            batch = requests[begin : begin + BATCH_COUNT]
            self.send(b"".join(batch))
            for sent in batch:
                answer = self.answer(method)
                assert answer is not None, f"hung up on {sent[:200]}"
                yield answer

    def rest(self):
        """All that comes until the server hangs up or has nothing to say for a while."""
        with contextlib.suppress(OSError):
            while self.more():
                pass
        return self.received


def exchange(board, data, patience_s=TIMEOUT_S, **where):
    """Sends bytes on a connection of their own and returns all that came back: (bytes, whether the server hung up)."""
    with Connection(board, **where) as connection:
        with contextlib.suppress(OSError):
            connection.send(data)
        connection.socket.settimeout(patience_s)
        try:
            while connection.more():
                pass
        except TimeoutError:
            return connection.received, False
        except OSError:
            pass
        return connection.received, True
