# SPDX-License-Identifier: Apache-2.0
"""Clients that are slow on purpose, that take all connections they can get, or that come back on a port whose last user was signed
in. Whatever they do, the others are served."""
import contextlib
import os
import socket
import ssl
import time

import pytest

from board import PASSWORD
from client import SESSIONS, Client, wait_for
from test_raw_http import hung_up
from wire import Connection, request

# port/linux/https.h: a handshake and a request have 10 s each, an answer has 30 s; and what a busy machine needs beyond.
REQUEST_DEADLINE_S = 10 + 6
ANSWER_DEADLINE_S = 30 + 8
OTHERS_WAIT_MAX_S = 2
EACH = 4  # slow clients of a kind
REUSED = 10_000
ATTACKER, READER = "127.0.0.66", "127.0.0.67"
TOTAL_MAX = 64  # connections the server takes at all (port/linux/https.h)


@pytest.fixture(autouse=True)
def still_serving(board):
    pid = board.pid("bmc")
    yield
    wait_for(lambda: serves(board), 20, "an honest client to get through", interval_s=0.5)
    assert board.pid("bmc") == pid, "the firmware must not have died"


def serves(board):
    try:
        return bool(board.client().get("/redfish/v1", timeout=5))
    except OSError:
        return False


# --- slow clients


def handshake_drips(board):
    """Says hello, a byte a time."""
    plain = socket.create_connection(("127.0.0.1", board.port), source_address=(ATTACKER, 0))
    context = ssl.create_default_context()
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    hello = context.wrap_bio(incoming, outgoing, server_hostname="127.0.0.1")
    with contextlib.suppress(ssl.SSLWantReadError):
        hello.do_handshake()
    data = iter(outgoing.read())
    return plain, lambda: plain.sendall(bytes([next(data)]))


def body_drips(board):
    connection = Connection(board, source=ATTACKER)
    connection.send(request("Content-Type: application/json", "Content-Length: 4000", method="POST", path=SESSIONS))
    return connection.socket, lambda: connection.send(b" ")


def chunks_drip(board):
    connection = Connection(board, source=ATTACKER)
    connection.send(request("Content-Type: application/json", "Transfer-Encoding: chunked", method="POST", path=SESSIONS))
    return connection.socket, lambda: connection.send(b"1\r\n \r\n")


def fields_drip(board):
    """A whole field each time: there is always progress."""
    connection = Connection(board, source=ATTACKER)
    connection.send(b"GET /redfish/v1 HTTP/1.1\r\nHost: 127.0.0.1\r\n")
    return connection.socket, lambda: connection.send(b"X-Y: z\r\n")


def body_too_large_drips(board):
    """What is read only to be dropped has the same deadline."""
    connection = Connection(board, source=ATTACKER)
    connection.send(request("Content-Length: 1000000", method="POST", path=SESSIONS))
    return connection.socket, lambda: connection.send(b"x" * 100)


def empty_lines_drip(board):
    """Before a request line; the first request has no time of its own yet."""
    connection = Connection(board, source=ATTACKER)
    return connection.socket, lambda: connection.send(b"\r\n")


SLOW = (handshake_drips, body_drips, chunks_drip, fields_drip, body_too_large_drips, empty_lines_drip)


def drip(slow):
    """A bit of each; forgets those that were cut off."""
    for begin, (plain, more) in slow.copy():
        try:
            plain.settimeout(1)
            more()
            gone = hung_up(plain)
        except (OSError, StopIteration):
            gone = True
        if gone:
            slow.remove((begin, (plain, more)))
            plain.close()


def begin_reading_nothing(board, admin):
    """Asks for more than the network holds, and takes none of it."""
    token = f"X-Auth-Token: {admin.http.headers['X-Auth-Token']}"
    connection = Connection(board, source=READER)
    connection.socket.settimeout(0.2)
    with contextlib.suppress(OSError):  # until the buffers of both sides are full
        for _ in range(2000):
            connection.send(request(token, path="/redfish/v1/Managers/BMC/LogServices/EventLog/Entries") * 5)
    return connection


def test_slow_clients_are_cut_off_and_keep_nobody_out(board, admin):
    """Senders and readers at once."""
    readers = [begin_reading_nothing(board, admin) for _ in range(EACH)]
    assert established(board, READER) == EACH
    slow = [(begin, begin(board)) for begin in SLOW for _ in range(EACH)]
    assert len(slow) < 32, "all within what one address may have"
    started, waits, ends = time.monotonic(), [], {}
    try:
        while slow or established(board, READER):
            elapsed_s = time.monotonic() - started
            assert elapsed_s < ANSWER_DEADLINE_S, "slow readers are still there"
            assert not slow or elapsed_s < REQUEST_DEADLINE_S, f"still there: {sorted({begin.__name__ for begin, _ in slow})}"
            drip(slow)
            waits.append(timed_get(board))
            if not slow:
                ends.setdefault("senders", round(time.monotonic() - started))
            time.sleep(0.3)
        ends.setdefault("readers", round(time.monotonic() - started))
    finally:
        for plain in [plain for _, (plain, _) in slow] + [reader.socket for reader in readers]:
            plain.close()
    print(f"\nothers waited {max(waits) * 1000:.0f} ms at most; cut off after, in seconds: {ends}")
    assert max(waits) < OTHERS_WAIT_MAX_S
    assert min(ends.values()) > 1, "an honest slow line deserves some time"


def timed_get(board):
    before = time.monotonic()
    board.client().get("/redfish/v1")
    return time.monotonic() - before


def server_sockets(board):
    """The firmware's ends of connections, out of the kernel's table: (peer's address, inode)."""
    ours = f"0100007F:{board.port:04X}"
    with open("/proc/net/tcp", encoding="ascii") as table:
        rows = [line.split() for line in table.readlines()[1:]]
    return [(socket.inet_ntoa(bytes.fromhex(row[2][:8])[::-1]), int(row[9])) for row in rows if row[1] == ours and row[3] == "01"]


def established(board, address):
    return sum(1 for peer, _ in server_sockets(board) if peer == address)


# --- one that takes all


def test_one_address_cannot_take_all_connections(board):
    """The many wait for each other; one from elsewhere comes through at once."""
    greedy = []
    try:
        for _ in range(3 * TOTAL_MAX):
            plain = socket.socket()
            plain.settimeout(2)
            plain.bind((ATTACKER, 0))
            with contextlib.suppress(OSError):
                plain.connect(("127.0.0.1", board.port))
            greedy.append(plain)
        waits = [timed_get(board) for _ in range(20)]
        print(f"\nothers waited {max(waits) * 1000:.0f} ms at most, with {len(greedy)} connections from one address")
        assert max(waits) < OTHERS_WAIT_MAX_S
        assert established(board, ATTACKER) < TOTAL_MAX
    finally:
        for plain in greedy:
            plain.close()


def test_many_addresses_get_no_further_than_the_deadline(board):
    """When all connections are taken, the silent ones make room."""
    silent = []
    try:
        for number in range(TOTAL_MAX):
            plain = socket.socket()
            plain.settimeout(2)
            plain.bind((f"127.0.1.{number + 1}", 0))
            with contextlib.suppress(OSError):
                plain.connect(("127.0.0.1", board.port))
            silent.append(plain)
        started = time.monotonic()
        wait_for(lambda: serves(board), 2 * REQUEST_DEADLINE_S, "an honest client to get through", interval_s=0.2)
        print(f"\nan honest client got through after {time.monotonic() - started:.1f} s")
    finally:
        for plain in silent:
            plain.close()


# --- one that comes after another


def descriptors(board):
    """The firmware's descriptor numbers of connections from us now."""
    inodes = {f"socket:[{inode}]" for _, inode in server_sockets(board)}
    directory = f"/proc/{board.pid('bmc')}/fd"
    found = set()
    for number in os.listdir(directory):
        with contextlib.suppress(OSError):
            if os.readlink(f"{directory}/{number}") in inodes:
                found.add(int(number))
    return found


def test_nobody_inherits_a_sign_in_from_the_last_user_of_a_socket(board, admin):
    """Ten thousand connections one after the other, from one and the same port, so that the firmware's descriptor and its connection's
    memory are used again, too. Each is first a stranger, and must be one; then it is signed in and ends without a word."""
    stranger = request(path="/redfish/v1/Systems")
    signed_in = request(f"X-Auth-Token: {admin.http.headers['X-Auth-Token']}", path="/redfish/v1/Systems")
    seen, source, started = set(), None, time.monotonic()
    for number in range(REUSED):
        connection = wait_for(lambda: reconnect(board, source), 5, "the port to be free again", interval_s=0.0005)
        source = connection.socket.getsockname()
        if number % 500 == 0:
            seen |= descriptors(board)
        connection.send(stranger + signed_in)
        answers = (connection.answer().status, connection.answer().status)
        assert answers == (401, 200), f"connection {number}: {answers}"
        connection.reset()
    took_s = time.monotonic() - started
    print(f"\n{REUSED} connections from port {source[1]} in {took_s:.0f} s; descriptors seen in a sample of 20: {sorted(seen)}")
    assert len(seen) <= 10, "so the numbers were used again"


def reconnect(board, source):
    with contextlib.suppress(OSError):
        return Connection(board, source=source)
    return None


def test_nobody_inherits_a_sign_in_on_one_connection(board):
    """Two users and a stranger by turns."""
    clients = [Client(board.base_url, board.state / "tls/cert.pem") for _ in range(2)]
    for client in clients:
        client.login("admin", PASSWORD)
    requests = [request(f"X-Auth-Token: {client.http.headers['X-Auth-Token']}", path="/redfish/v1/Systems") for client in clients]
    turns = [requests[0], request(path="/redfish/v1/Systems"), requests[1], request("X-Auth-Token: x", path="/redfish/v1/Systems")]
    with Connection(board) as connection:
        answers = [answer.status for answer in connection.ask_all(turns * 2500)]
    assert answers == [200, 401, 200, 401] * 2500
