# SPDX-License-Identifier: Apache-2.0
"""Bytes that no HTTP library would send, over real TLS sockets, and clients that send them slowly. The server answers or hangs up, and
goes on serving the others."""
import contextlib
import socket
import ssl
import time

import pytest

from client import wait_for

# A whole request must have arrived by then (port/linux/https.h), and what a busy machine needs beyond.
REQUEST_DEADLINE_S = 10 + 5


def tls(board):
    context = ssl.create_default_context(cafile=board.state / "tls/cert.pem")
    return context.wrap_socket(socket.create_connection(("127.0.0.1", board.port), timeout=20), server_hostname="127.0.0.1")


def exchange(board, data):
    """Sends bytes; the status code of the answer, or None when the server hung up without one."""
    with tls(board) as connection:
        with contextlib.suppress(OSError):
            connection.sendall(data)
        answer = b""
        with contextlib.suppress(OSError):
            while b"\r\n" not in answer:
                received = connection.recv(4096)
                if not received:
                    break
                answer += received
    return int(answer.split()[1]) if answer.startswith(b"HTTP/1.") else None


def request(*headers, method="GET", path="/redfish/v1", body=b"", host="Host: 127.0.0.1"):
    lines = [f"{method} {path} HTTP/1.1", *([host] if host else []), *headers, "", ""]
    return "\r\n".join(lines).encode("latin-1") + body


SESSION_POST = {"method": "POST", "path": "/redfish/v1/SessionService/Sessions"}
AMBIGUOUS = {
    "both lengths": request("Content-Length: 2", "Transfer-Encoding: chunked", **SESSION_POST, body=b"0\r\n\r\n"),
    "two lengths": request("Content-Length: 2", "Content-Length: 3", **SESSION_POST, body=b"{} "),
    "two hosts": request("Host: localhost"),
    "two authorizations": request("Authorization: Basic YTpi", "Authorization: Basic YTpj"),
}
MALFORMED = {
    "garbage": b"\x00\xff\x16\x03\x01" * 50 + b"\r\n\r\n",
    "no version": b"GET /redfish/v1\r\n\r\n",
    "unknown version": b"GET /redfish/v1 HTTP/9.9\r\nHost: x\r\n\r\n",
    "no host": request(host=None),
    "negative length": request("Content-Length: -1", **SESSION_POST),
    "length of words": request("Content-Length: ten", **SESSION_POST),
    "huge length": request("Content-Length: 99999999999999999999", **SESSION_POST),
    "broken chunk": request("Transfer-Encoding: chunked", "Content-Type: application/json", **SESSION_POST, body=b"zz\r\n{}\r\n0\r\n\r\n"),
    "unknown coding": request("Transfer-Encoding: gzip", **SESSION_POST, body=b"xx"),
    "header without colon": request("Nonsense"),
    "folded header": request("X-Long: a\r\n b"),
    "space before colon": request("Content-Length : 2", **SESSION_POST, body=b"{}"),
    "endless header": request("X-Long: " + "a" * 40_000),
    "many headers": request(*(f"X-{number}: {number}" for number in range(3000))),
    "zero byte in path": request(path="/redfish/v1\x00/Systems"),
    "percent zero": request(path="/redfish/v1%00/Systems"),
    "line feed smuggled": request(path="/redfish/v1%0d%0aX-Auth-Token:%20x"),
}


@pytest.fixture(autouse=True)
def still_serving(board):
    pid = board.pid("bmc")
    yield
    assert board.client().get("/redfish/v1")["Id"]
    assert board.pid("bmc") == pid, "the firmware must not have died"


def test_dots_lead_nowhere(board):
    for path in ("/redfish/v1/Systems/../../etc/passwd", "/../../etc/passwd", "/redfish/v1/%2e%2e/v1", "/./redfish/v1"):
        assert exchange(board, request(path=path)) in (400, 401, 404), path


@pytest.mark.parametrize("name", AMBIGUOUS)
def test_ambiguous_request_is_refused(board, name):
    assert exchange(board, AMBIGUOUS[name]) in (400, None)


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_request_is_refused(board, name):
    status = exchange(board, MALFORMED[name])
    assert status is None or 400 <= status <= 505, status


def test_plain_http_and_broken_tls_get_nothing(board):
    for data in (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"\x16\x03\x01\x00\x05hello", b""):
        with socket.create_connection(("127.0.0.1", board.port), timeout=20) as connection:
            with contextlib.suppress(OSError):
                connection.sendall(data)
                connection.shutdown(socket.SHUT_WR)
                assert b"200" not in connection.recv(4096)


def test_old_tls_is_refused(board):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    with pytest.raises(OSError), socket.create_connection(("127.0.0.1", board.port), timeout=20) as plain:
        context.wrap_socket(plain)


def test_certificate_is_our_own_p256_and_the_key_is_private(board):
    with tls(board) as connection:
        assert connection.version() in ("TLSv1.2", "TLSv1.3")
    assert (board.state / "tls/key.pem").stat().st_mode & 0o077 == 0


def hung_up(connection):
    connection.settimeout(0.01)
    try:
        return connection.recv(4096) == b""
    except (ssl.SSLWantReadError, TimeoutError):
        return False
    except OSError:
        return True


def test_slow_clients_are_cut_off_and_keep_nobody_out(board):
    slow = [tls(board) for _ in range(10)]
    started = time.monotonic()
    for connection in slow:
        connection.sendall(b"GET /redfish/v1 HTTP/1.1\r\nX-Slow: ")

    def drip():
        """One byte each, and one honest client in between. True when all slow ones were cut off."""
        for connection in slow[:]:
            try:
                connection.settimeout(1)
                connection.sendall(b"a")
                gone = hung_up(connection)
            except OSError:
                gone = True
            if gone:
                slow.remove(connection)
                connection.close()
        before = time.monotonic()
        board.client().get("/redfish/v1")
        assert time.monotonic() - before < 2
        return not slow

    try:
        wait_for(drip, REQUEST_DEADLINE_S, "slow clients to be cut off", interval_s=0.5)
    finally:
        for connection in slow:
            connection.close()
    assert time.monotonic() - started > 1, "an honest slow line deserves some time"


def test_many_idle_connections_keep_nobody_out(board):
    """More than one address may have; a refused connection is told so by a closed socket."""
    idle = []
    try:
        for _ in range(40):
            idle.append(socket.create_connection(("127.0.0.1", board.port), timeout=20))
        wait_for(lambda: serves(board), 20, "an honest client to get through", interval_s=0.5)
    finally:
        for connection in idle:
            connection.close()


def serves(board):
    try:
        return bool(board.client().get("/redfish/v1", timeout=5))
    except OSError:
        return False
