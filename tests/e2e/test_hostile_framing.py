# SPDX-License-Identifier: Apache-2.0
"""Where a request ends and the next begins. Each attempt here hides a second request, or a second header field, in the first, so that
two readers might divide the bytes in two ways. There must be one reading: what is hidden is never answered, and after anything that is
malformed the connection is closed, since where the next request begins is not known."""
import re

import pytest

from wire import Connection, exchange, request

PATIENCE_S = 0.4  # how long a server that goes on keeps silent
SESSIONS = "/redfish/v1/SessionService/Sessions"
HIDDEN = request(path="/redfish")
HIDDEN_MARK = b'{"v1"'  # only its answer has this
MARK = b"<script"
SIZE = len(HIDDEN)
LENGTH = f"Content-Length: {SIZE}"
CHUNKED = "Transfer-Encoding: chunked"
ONE_CHUNK = b"2\r\n{}\r\n0\r\n\r\n"


def post(*headers, body=HIDDEN):
    """The body is what follows, whatever the headers make of it."""
    return request("Content-Type: application/json", *headers, method="POST", path=SESSIONS) + body


def get(*lines, end="\r\n\r\n", newline="\r\n"):
    return (newline.join(["GET /redfish/v1 HTTP/1.1", *lines]) + end).encode("latin-1") + HIDDEN


def chunked(body, after=HIDDEN):
    return post(CHUNKED, body=body + after)


def statuses(received):
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) ", received)]


REFUSED = {
    # both lengths, or one that can be read in two ways
    "length and chunked": post(LENGTH, CHUNKED),
    "chunked and length": post(CHUNKED, LENGTH),
    "chunked and no length": post(CHUNKED, "Content-Length: 0"),
    "the same length twice": post(LENGTH, LENGTH),
    "two lengths": post(LENGTH, "Content-Length: 0"),
    "lengths in a list": post(f"Content-Length: {SIZE}, {SIZE}"),
    "plus": post(f"Content-Length: +{SIZE}"),
    "minus": post(f"Content-Length: -{SIZE}"),
    "hexadecimal": post(f"Content-Length: {SIZE:#x}"),
    "fraction": post(f"Content-Length: {SIZE}.0"),
    "exponent": post("Content-Length: 4e1"),
    "words after": post(f"Content-Length: {SIZE} <script>"),
    "digits apart": post("Content-Length: 4 4"),
    "no digits": post("Content-Length:"),
    "wraps around": post(f"Content-Length: {2**64 + SIZE}"),
    "wraps around twice": post(f"Content-Length: {2**128 + SIZE}"),
    "folded length": post(f"Content-Length:\r\n {SIZE}"),
    "length behind a zero": post(f"Content-Length: {SIZE}\x0000"),
    "name with a blank": post(f"Content-Length : {SIZE}"),
    # transfer codings
    "identity and length": post(LENGTH, "Transfer-Encoding: identity"),
    "unknown coding": post("Transfer-Encoding: <script>"),
    "chunked first": post("Transfer-Encoding: chunked, identity"),
    "chunked twice": post("Transfer-Encoding: chunked, chunked"),
    "two codings": post(CHUNKED, "Transfer-Encoding: identity"),
    "quoted coding": post('Transfer-Encoding: "chunked"', body=ONE_CHUNK + HIDDEN),
    "coding in a blank": post("Transfer-Encoding : chunked", LENGTH),
    "coding behind a vertical tab": post("Transfer-Encoding:\x0bchunked", LENGTH),
    "folded coding": post("Transfer-Encoding:\r\n chunked", body=ONE_CHUNK + HIDDEN),
    "coding behind a carriage return": post("X-Y: z\rTransfer-Encoding: chunked", LENGTH),
    "coding behind a line feed": post("X-Y: z\nTransfer-Encoding: chunked", LENGTH),
    "coding behind a zero": post("Transfer-Encoding: chunked\x00", body=ONE_CHUNK + HIDDEN),
    "name behind a zero": post(LENGTH, "Transfer-Encoding\x00: chunked"),
    "chunked in HTTP/1.0": chunked(ONE_CHUNK).replace(b"HTTP/1.1", b"HTTP/1.0", 1),
    # chunks
    "size of words": chunked(b"<script>\r\n{}\r\n0\r\n\r\n"),
    "size below zero": chunked(b"-2\r\n{}\r\n0\r\n\r\n"),
    "size with 0x": chunked(b"0x2\r\n{}\r\n0\r\n\r\n"),
    "size with plus": chunked(b"+2\r\n{}\r\n0\r\n\r\n"),
    "blank before the size": chunked(b" 2\r\n{}\r\n0\r\n\r\n"),
    "size too small": chunked(b"2\r\n{}xx\r\n0\r\n\r\n"),
    "no line end after a chunk": chunked(b"2\r\n{}0\r\n\r\n"),
    "size that overflows": chunked(b"FFFFFFFFFFFFFFFFF\r\n{}\r\n0\r\n\r\n"),
    "size that wraps to two": chunked(b"10000000000000002\r\n{}\r\n0\r\n\r\n"),
    "carriage return after the size": chunked(b"2\r{}\r\n0\r\n\r\n"),
    "no size": chunked(b"\r\n"),
    "endless extension": chunked(b"2;" + b"a" * 20_000 + b"\r\n{}\r\n0\r\n\r\n"),
    "endless trailer": chunked(b"2\r\n{}\r\n0\r\nX: " + b"a" * 20_000 + b"\r\n\r\n"),
    # lines
    "line feeds only": get("Host: 127.0.0.1", end="\n\n", newline="\n"),
    "line feed after the request line": b"GET /redfish/v1 HTTP/1.1\nHost: 127.0.0.1\r\n\r\n" + HIDDEN,
    "line feed inside a field": get("Host: 127.0.0.1", "X-Y: a\nX-Z: b"),
    "line feed ends the head": get("Host: 127.0.0.1", end="\r\n\n"),
    "two line feeds end the head": get("Host: 127.0.0.1", end="\n\n"),
    "carriage returns only": get("Host: 127.0.0.1", end="\r\r", newline="\r"),
    "carriage return inside a field": get("Host: 127.0.0.1", "X-Y: a\rX-Z: b"),
    "folded host": get("Host: 127.0.0.1,", " evil.example"),
    "folded name": get("Ho: 127.0.0.1", " st", "Host: 127.0.0.1"),
    "first field folded": get(" X-Y: a", "Host: 127.0.0.1"),
    "tab begins a field": get("Host: 127.0.0.1", "\tX-Y: a"),
    "field without a colon": get("Host: 127.0.0.1", "X-Y<script>"),
    "field without a name": get("Host: 127.0.0.1", ": x"),
    "zero in a value": get("Host: 127.0.0.1", "X-Y: a\x00b"),
    "zero in the host": get("Host: 127.0.0.1\x00evil.example"),
    "zero in a name": get("Host: 127.0.0.1", "X\x00Y: a"),
    "zero in the method": get("Host: 127.0.0.1").replace(b"GET", b"GET\x00", 1),
    "zero in the version": get("Host: 127.0.0.1").replace(b"HTTP/1.1", b"HTTP/1.1\x00", 1),
    "two hosts": get("Host: 127.0.0.1", "Host: localhost"),
    # request lines
    "words after the version": get("Host: 127.0.0.1").replace(b"HTTP/1.1", b"HTTP/1.1 <script>", 1),
    "blank in the target": get("Host: 127.0.0.1").replace(b"/redfish/v1", b"/redfish/v1 /<script>", 1),
    "tabs between": get("Host: 127.0.0.1").replace(b"GET /redfish/v1 ", b"GET\t/redfish/v1\t", 1),
    "two blanks between": get("Host: 127.0.0.1").replace(b"GET ", b"GET  ", 1),
    "version in small letters": get("Host: 127.0.0.1").replace(b"HTTP", b"http", 1),
    "version 1.10": get("Host: 127.0.0.1").replace(b"HTTP/1.1", b"HTTP/1.10", 1),
    "version 2": get("Host: 127.0.0.1").replace(b"HTTP/1.1", b"HTTP/2.0", 1),
    "no version": get("Host: 127.0.0.1").replace(b" HTTP/1.1", b"", 1),
    "begin of HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + HIDDEN,
    "a tunnel": get("Host: 127.0.0.1").replace(b"GET /redfish/v1", b"CONNECT localhost:443", 1),
    "head too large": get("Host: 127.0.0.1", "X-Y: " + "a" * 20_000),
    "body too large to drop": post("Content-Length: 99999999"),
}


@pytest.fixture(autouse=True)
def still_serving(board):
    pid = board.pid("bmc")
    yield
    assert board.client().get("/redfish/v1")["Id"]
    assert board.pid("bmc") == pid, "the firmware must not have died"


@pytest.mark.parametrize("attempt", REFUSED)
def test_refused_and_closed(board, attempt):
    received, closed = exchange(board, REFUSED[attempt], PATIENCE_S)
    assert HIDDEN_MARK not in received
    assert closed, "a connection that goes on must know where the next request begins"
    assert all(400 <= status <= 505 for status in statuses(received)), received
    assert received == b"" or received.startswith(b"HTTP/1.1 ")
    assert MARK not in received, "a refusal shows nothing of what it refuses"


# --- what has one reading is taken that way


BODIES = {
    "a length": (post(LENGTH), [400]),
    "a length with zeros before": (post(f"Content-Length: 000{SIZE}"), [400]),
    "a field that only resembles": (post("Content_Length: 2", LENGTH), [400]),
    "one chunk": (chunked(b"%x\r\n" % SIZE + HIDDEN + b"\r\n0\r\n\r\n", b""), [400]),
    "many chunks": (chunked(b"".join(b"1\r\n%c\r\n" % byte for byte in HIDDEN) + b"0\r\n\r\n", b""), [400]),
    "an extension": (chunked(b"%x;a=b\r\n" % SIZE + HIDDEN + b"\r\n0\r\n\r\n", b""), [400]),
    "a line feed after a size": (chunked(b"%x\n" % SIZE + HIDDEN + b"\r\n0\r\n\r\n", b""), [400]),
    "a line feed in an extension": (chunked(b"%x;a\n" % SIZE + HIDDEN + b"\r\n0\r\n\r\n", b""), [400]),
    "a trailer": (chunked(b"%x\r\n" % SIZE + HIDDEN + b"\r\n0\r\nX-Y: z\r\nContent-Length: 0\r\n\r\n", b""), [400]),
    "a body to GET": (request(LENGTH) + HIDDEN, [200]),
    "chunks to GET": (request(CHUNKED) + b"%x\r\n" % SIZE + HIDDEN + b"\r\n0\r\n\r\n", [200]),
    "a body to HEAD": (request(LENGTH, method="HEAD") + HIDDEN, [200]),
    "a body to DELETE": (request(LENGTH, method="DELETE", path="/redfish/v1/Systems") + HIDDEN, [401]),
    "a body to an unknown method": (request(LENGTH, method="BREW") + HIDDEN, [501]),
    "a body with no sign-in": (request(LENGTH, method="PATCH", path="/redfish/v1/Systems/Node1") + HIDDEN, [401]),
    "a body too large": (post("Content-Length: 10000", body=(HIDDEN * 1000)[:10_000]), [413]),
    "a body for another host": (request(LENGTH, method="POST", path=SESSIONS, host="evil.example") + HIDDEN, [421]),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_body_is_never_a_request(board, name):
    """And what comes after it is."""
    data, expected = BODIES[name]
    last = request(path="/redfish/v1/odata")
    received, closed = exchange(board, data + last, PATIENCE_S)
    assert HIDDEN_MARK not in received
    assert statuses(received) == expected + ([] if closed else [200])


def test_each_of_many_requests_has_its_answer(board):
    """One behind the other in one piece, and each byte on its own."""
    paths = ["/redfish", "/redfish/v1/odata", "/redfish/v1/Systems", "/redfish"] * 5
    data = b"".join(request(path=path) for path in paths)
    with Connection(board) as connection:
        connection.send(data)
        together = [connection.answer() for _ in paths]
    with Connection(board) as connection:
        for byte in data[: len(data) // 5]:
            connection.send(bytes([byte]))
        apart = [connection.answer() for _ in paths[:4]]
    assert [answer.status for answer in together] == [200, 200, 401, 200] * 5
    assert apart == together[:4]


def test_credentials_do_not_outlive_their_request(board, admin):
    """Nor come with a trailer, nor from a hidden field, nor with a request before."""
    token = f"X-Auth-Token: {admin.http.headers['X-Auth-Token']}"
    good, bare = request(token, path="/redfish/v1/Systems"), request(path="/redfish/v1/Systems")
    trailer = request(CHUNKED, path="/redfish/v1/Systems") + f"0\r\n{token}\r\n\r\n".encode()
    body = request(path="/redfish/v1/Systems", body=f"{token}\r\n\r\n".encode())
    with Connection(board) as connection:
        answers = connection.ask_all([good, bare, trailer, body] * 500)
        assert [answer.status for answer in answers] == [200, 401, 401, 401] * 500
    for name in ("X-Y: z\n", "X-Y: z\r", "X-Y: z\x00\r\n "):
        received, _ = exchange(board, request(name + token, path="/redfish/v1/Systems"), PATIENCE_S)
        assert 200 not in statuses(received), name


@pytest.mark.parametrize("authority", ["evil.example", "127.0.0.1@evil.example", "evil.example:443", "127.0.0.1:1", ""])
def test_a_target_with_another_authority_than_host_is_refused(board, authority):
    """RFC 9112, 3.2.2: it counts instead of Host, so there must not be two."""
    with Connection(board) as connection:
        assert connection.ask(request(path=f"https://{authority}/redfish/v1")).status in (400, 421)
    with Connection(board) as connection:
        assert connection.ask(request(path="https://127.0.0.1/redfish/v1")).status == 200


def test_expectations(board):
    """Only 100-continue is one; nothing is awaited of a stranger."""
    with Connection(board) as connection:
        answer = connection.ask(request("Expect: 100-continue", "Content-Length: 2", method="PATCH", path="/redfish/v1/Systems/Node1"))
        if answer.status == 100:
            answer = connection.ask(b"{}")
        assert answer.status == 401
