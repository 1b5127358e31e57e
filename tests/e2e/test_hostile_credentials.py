# SPDX-License-Identifier: Apache-2.0
"""Strangers: whatever they ask for, whatever they claim in headers, wherever they come from, they get one and the same 401, byte for
byte. Nothing about the tree, the accounts or the network can be learnt from it."""
import contextlib
import ipaddress
import signal
import socket
import subprocess

import pytest

from board import PASSWORD, ROOT
from client import Client, wait_for
from wire import Connection, request

OPEN = {"/redfish", "/redfish/v1", "/redfish/v1/", "/redfish/v1/odata", "/redfish/v1/$metadata"}
SESSIONS = ("/redfish/v1/SessionService/Sessions", "/redfish/v1/SessionService/Sessions/Members")
MISSING = [
    "/redfish/v1/Nothing",
    "/redfish/v2",
    "/redfish/v1/Systems/Node5",
    "/redfish/v1/Systems/Node1/Actions/ComputerSystem.Explode",
    "/redfish/v1/Chassis/Board/Sensors/Nothing",
    "/redfish/v1/AccountService/Accounts/nobody",
    "/redfish/v1/SessionService/Sessions/999999",
    "/redfish/v1/Managers/BMC/LogServices/EventLog/Entries/999999",
    "/redfish/v1/Systems/Node1/%2e%2e/Node2",
    "/redfish/v1//Systems",
    "/redfish/v1/systems",
    "/redfish/v1/Systems;x=y",
]
WALK_MAX = 3000  # resources; the tree is far smaller
SOURCES = ("127.0.0.1", "127.0.0.2", "127.1.2.3", "127.255.255.254")
OWN_HOSTS = ("127.0.0.1", "127.0.0.1:443", "localhost", "LOCALHOST:8443", "super4c", "super4c.local", "[::1]", "[::1]:443", "192.0.2.1")
CLAIMS = (
    "Forwarded: for=127.0.0.1;host=localhost;proto=https;by=127.0.0.1",
    'Forwarded: for="[::1]"',
    "X-Forwarded-For: 127.0.0.1",
    "X-Forwarded-For: ::1, 127.0.0.1, 10.0.0.1",
    "X-Forwarded-Host: localhost",
    "X-Forwarded-Proto: https",
    "X-Forwarded-Port: 443",
    "X-Forwarded-Server: localhost",
    "X-Forwarded-Prefix: /redfish/v1",
    "X-Forwarded-Uri: /redfish/v1",
    "X-Forwarded-User: admin",
    "X-Forwarded-Client-Cert: Subject=CN=admin",
    "X-Real-IP: 127.0.0.1",
    "True-Client-IP: 127.0.0.1",
    "CF-Connecting-IP: 127.0.0.1",
    "Fastly-Client-IP: 127.0.0.1",
    "X-Client-IP: 127.0.0.1",
    "X-Cluster-Client-IP: 127.0.0.1",
    "X-Originating-IP: 127.0.0.1",
    "X-Remote-IP: 127.0.0.1",
    "X-Remote-Addr: 127.0.0.1",
    "X-ProxyUser-Ip: 127.0.0.1",
    "X-Original-URL: /redfish/v1",
    "X-Rewrite-URL: /redfish/v1",
    "X-Original-Host: localhost",
    "X-HTTP-Method-Override: GET",
    "X-HTTP-Method: HEAD",
    "X-Method-Override: OPTIONS",
    "Via: 1.1 localhost",
    "Remote-User: admin",
    "REMOTE_USER: admin",
    "X-Remote-User: admin",
    "X-WebAuth-User: admin",
    "X-Authenticated-User: admin",
    "X-SSL-Client-Verify: SUCCESS",
    "SSL_CLIENT_S_DN: CN=admin",
    "X-Auth-Token: x",
    "X-Auth-Token: " + "0" * 32,
    "X-Auth-Token: " + "f" * 33,
    "X-Auth-Token:",
    "Authorization: Basic",
    "Authorization: Basic !!!",
    "Authorization: Basic YWRtaW4=",
    "Authorization: Bearer x",
    "Authorization: Negotiate YWRtaW4=",
    'Authorization: Digest username="admin"',
    "Origin: null",
    "Origin: https://127.0.0.1",
    "Origin: https://evil.example",
    "Referer: https://127.0.0.1/",
    "User-Agent: () { :; }; echo",
    "User-Agent: Mozilla/5.0",
    "X-Requested-With: XMLHttpRequest",
    "Sec-Fetch-Site: same-origin",
    "Accept: text/html",
    "Accept: */*;q=0",
    "Accept-Encoding: gzip, br",
    "Accept-Language: ko",
    "If-None-Match: *",
    "If-Match: *",
    'If-None-Match: "1-1"',
    "If-Modified-Since: Thu, 01 Jan 2099 00:00:00 GMT",
    "Range: bytes=0-0",
    "OData-Version: 4.0",
    "OData-MaxVersion: 4.0",
    "Prefer: return=minimal",
    "Content-Type: text/html",
    "TE: trailers",
    "X-Debug: 1",
    "X-Internal: true",
    "Last-Event-ID: 1",
)


def links_of(value):
    """Every address that a resource names."""
    if isinstance(value, str):
        if value.startswith("/redfish/v1"):
            yield value.partition("#")[0]
    elif isinstance(value, dict):
        for member in value.values():
            yield from links_of(member)
    elif isinstance(value, list):
        for member in value:
            yield from links_of(member)


def walk(admin):
    """All that can be reached with credentials: resources, action targets, the event stream."""
    found, waiting = set(), ["/redfish/v1"]
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        found.add(path)
        assert len(found) <= WALK_MAX
        with admin.request("GET", path, stream=True) as response:
            if response.status_code == 200 and response.headers["Content-Type"].startswith("application/json"):
                waiting += links_of(response.json())
    return found


@pytest.fixture(scope="module")
def paths(board):
    found = walk(board.admin())
    assert len(found) > 40, found
    assert any("/Actions/" in path for path in found) and any(path.endswith("/SSE") for path in found)
    return sorted(found - OPEN) + MISSING


@pytest.fixture(scope="module")
def refusal(board):
    """The one."""
    with Connection(board) as connection:
        answer = connection.ask(request(path="/redfish/v1/Systems"))
    assert answer.status == 401
    assert answer.header("WWW-Authenticate") and answer.header("X-Content-Type-Options") == "nosniff"
    return answer


def same(answers, refusal):
    """How many there were; each must be the refusal."""
    count = 0
    for answer in answers:
        assert answer == refusal, f"{answer.head.decode()}{answer.body.decode()}"
        count += 1
    return count


@pytest.mark.parametrize("source", SOURCES)
def test_every_route_and_method_gives_the_same(board, paths, refusal, source):
    with Connection(board, source=source) as connection:
        for method in ("GET", "PATCH", "PUT", "DELETE", "OPTIONS"):
            assert same(connection.ask_all(request(method=method, path=path) for path in paths), refusal) == len(paths)
            with_body = (request(method=method, path=path, body=b"{}") for path in paths)
            assert same(connection.ask_all(with_body), refusal) == len(paths)
        posted = [path for path in paths if path not in SESSIONS]
        same(connection.ask_all(request(method="POST", path=path, body=b'{"ResetType": "ForceOff"}') for path in posted), refusal)
        for answer in connection.ask_all((request(method="HEAD", path=path) for path in paths), method="HEAD"):
            assert (answer.head, answer.body) == (refusal.head, b"")


def test_no_claim_in_a_header_changes_it(board, admin, paths, refusal):
    token = admin.http.headers["X-Auth-Token"]
    claims = CLAIMS + (
        f"Cookie: X-Auth-Token={token}; session={token}; SESSION={token}",
        f"Authorization: Bearer {token}",
        f"Authorization: {token}",
        f"X-Auth-Token: {token[:-1]}",
        f"X-Auth-Token: {token}0",
        f"X-Auth-Token: {token.upper()}" if token.upper() != token else "X-Auth-Token: F",
        f"X-Auth-Token: {token}, {token}",
        f"X-Auth-Token-: {token}",
        f"Auth-Token: {token}",
        f"X_Auth_Token: {token}",
        "Proxy-Authorization: Basic YWRtaW46Y29ycmVjdCBob3JzZSA5",  # admin and the right password
        "X-Authorization: Basic YWRtaW46Y29ycmVjdCBob3JzZSA5",
    )
    writes = [path for path in paths if "/Actions/" in path]
    with Connection(board) as connection:
        for claim in claims:
            assert same(connection.ask_all(request(claim, path=path) for path in paths), refusal) == len(paths), claim
            if not claim.startswith("Origin"):  # a foreign page's write is refused before that
                same(connection.ask_all(request(claim, method="POST", path=path, body=b"{}") for path in writes), refusal)
        for host in OWN_HOSTS:
            assert same(connection.ask_all(request(path=path, host=host) for path in paths), refusal) == len(paths), host
    assert admin.get("/redfish/v1/Systems"), "the token was good all the time"


def test_no_query_changes_it(board, admin, paths, refusal):
    token = admin.http.headers["X-Auth-Token"]
    queries = (f"X-Auth-Token={token}", f"token={token}", "$expand=.", "only", "$unheardof=1", "user=admin&password=correct%20horse%209")
    with Connection(board) as connection:
        for query in queries:
            assert same(connection.ask_all(request(path=f"{path}?{query}") for path in paths), refusal) == len(paths), query


def test_wrong_passwords_give_the_same(board, refusal):
    """Whether an account of that name exists cannot be told."""
    with Connection(board) as connection:
        for pair in ("YWRtaW46eA==", "bm9ib2R5Ong=", "OjpA", "YWRtaW4Ab3RoZXI6eA=="):  # admin:x, nobody:x, ::@, a zero in the name
            assert connection.ask(request(f"Authorization: Basic {pair}", path="/redfish/v1/Systems")) == refusal


# --- both families of addresses at once


class BothFamilies:
    """Twin and firmware as script/run starts them, but on every local address."""

    def __init__(self, directory):
        self.state = directory / "state"
        self.state.mkdir()
        (directory / "password").write_text(PASSWORD + "\n", encoding="utf-8")
        self.processes = [self.run("super4c-twin", "--nodes", "model")]
        wait_for((self.state / "twin.sock").exists, 10, "the twin's socket")
        firmware = self.run("super4c-bmc", "--listen", "::", "--https-port", "0", "--netconsole-port", "0",
                            "--admin-password-file", directory / "password")  # fmt: skip
        self.processes.append(firmware)
        ready = next(line for line in firmware.stdout if line.startswith("ready: "))
        self.port = int(ready.rstrip("/\n").rpartition(":")[2])

    def run(self, program, *options):
        command = [ROOT / "build/bin" / program, "--state", self.state, *options]
        return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)

    def stop(self):
        for process in reversed(self.processes):
            process.send_signal(signal.SIGTERM)
            process.wait(15)


def has_ipv6():
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET6) as probe:
        probe.bind(("::1", 0))
        return True
    return False


@pytest.fixture(scope="module")
def both_families(board, tmp_path_factory):
    """`board` has built the programs."""
    if not has_ipv6():
        pytest.skip("this machine has no ::1")
    started = BothFamilies(tmp_path_factory.mktemp("families"))
    try:
        yield started
    finally:
        started.stop()


def test_ipv6_and_mapped_addresses_give_the_same(both_families, paths, refusal):
    for where in ({"address": "::1"}, {"address": "127.0.0.1"}, {"address": "127.0.0.1", "source": "127.9.9.9"}):
        with Connection(both_families, **where) as connection:
            assert same(connection.ask_all(request(path=path) for path in paths), refusal) == len(paths)
            claims = ("X-Forwarded-For: ::1", 'Forwarded: for="[::1]"', "X-Real-IP: ::1", "Remote-User: admin")
            for claim in claims:
                assert same(connection.ask_all(request(claim, path=path) for path in paths), refusal) == len(paths)
            assert same(connection.ask_all(request(path=path, host="[::1]") for path in paths), refusal) == len(paths)


def test_the_log_names_the_true_address(both_families):
    """Not the claimed one."""
    client = Client(f"https://127.0.0.1:{both_families.port}", both_families.state / "tls/cert.pem")
    client.login("admin", PASSWORD)
    entry = client.last_entry_id()
    wrong = "Authorization: Basic YWRtaW46d3Jvbmc="
    for where, expected in (({"address": "::1"}, "::1"), ({"address": "127.0.0.1", "source": "127.9.9.9"}, "127.9.9.9")):
        with Connection(both_families, **where) as connection:
            answer = connection.ask(request(wrong, "X-Forwarded-For: 192.0.2.66", "X-Real-IP: 192.0.2.66", path="/redfish/v1/Systems"))
            assert answer.status == 401
        logged = wait_for(lambda: client.entries_after(entry, "LoginFailed"), 10, "the failed sign-in in the log")
        assert ipaddress.ip_address(logged[-1]["Oem"]["Super4C"]["Address"]) == ipaddress.ip_address(expected)
        entry = int(logged[-1]["Id"])
    assert "192.0.2.66" not in str(client.entries())
