# SPDX-License-Identifier: Apache-2.0
"""Targets, header names and header values of every length, up to the limit and past it: nothing is cut into something that means
another thing, nothing fails in between, past the limit all is refused."""
import pytest

from wire import Connection, exchange, request

HEAD_LEAST = 8 * 1024  # a head of this size must be taken: what Redfish clients and proxies expect of a server
HEAD_MOST = HEAD_LEAST + 4  # and no larger one, give or take the blank line
BUFFER = 16 * 1024  # beyond it the TLS library's side of the server refuses by itself
PAST = [BUFFER + more for more in (1000, 10_000, 100_000, 1_000_000)]
FIELDS_LEAST, FIELDS_MOST = 100, 1000
REFUSALS = (400, 413, 414, 431)
SYSTEMS = "/redfish/v1/Systems"


@pytest.fixture(autouse=True)
def still_serving(board):
    pid = board.pid("bmc")
    yield
    assert board.client().get("/redfish/v1")["Id"]
    assert board.pid("bmc") == pid, "the firmware must not have died"


def status_alone(board, data):
    """On a connection of its own; None when the server hung up without a word."""
    received, _ = exchange(board, data, patience_s=5)
    return int(received.split()[1]) if received.startswith(b"HTTP/1.1 ") else None


MAKERS = {
    "value": lambda size: request("X-Y: " + "a" * (size - 50)),
    "name": lambda size: request("X" * (size - 50) + ": a"),
    "thirty fields": lambda size: request(*[f"X-{number}: " + "a" * (size // 30 - 8) for number in range(30)]),
}


@pytest.mark.parametrize("kind", MAKERS)
def test_a_head_of_every_length(board, kind):
    make = MAKERS[kind]
    with Connection(board) as connection:
        for answer in connection.ask_all(head for head in map(make, range(60, HEAD_LEAST)) if len(head) <= HEAD_LEAST):
            assert answer.status == 200
    taken = 0
    for size in [*range(HEAD_LEAST, BUFFER + 500, 97), *PAST]:
        status = status_alone(board, make(size) + request("Connection: close"))
        assert status in (200, *REFUSALS, None), (size, status)
        assert status != 200 or len(make(size)) <= HEAD_MOST
        taken = size if status == 200 else taken
    print(f"\nheads up to about {taken} bytes are taken")


def test_any_number_of_fields(board):
    counts = (*range(100), *range(100, 5000, 33))
    taken = [count for count in counts if status_alone(board, request(*["A:b"] * count) + request("Connection: close")) == 200]
    print(f"\n{taken[-1]} fields are taken")
    assert FIELDS_LEAST <= taken[-1] <= FIELDS_MOST
    assert taken == [count for count in counts if count <= taken[-1]], "one limit"


KEPT = ("Host", "Authorization", "X-Auth-Token", "Content-Type", "If-Match", "If-None-Match", "OData-Version", "Origin",
        "Last-Event-ID", "Accept", "Cookie")  # fmt: skip


@pytest.mark.parametrize("name", KEPT)
def test_a_field_that_is_read_has_any_length(board, name):
    """Those that do not fit are refused: none is cut and then believed."""
    with Connection(board) as connection:
        host = None if name == "Host" else "127.0.0.1"
        data = [request(f"{name}: " + "1" * length, path=SYSTEMS, host=host) for length in range(1, 600)]
        answers = [answer.status for answer in connection.ask_all(data)]
    allowed = {"Host": {401, 421, 431}, "OData-Version": {412, 431}}.get(name, {401, 431})
    assert set(answers) <= allowed, set(answers)
    changes = sum(1 for before, after in zip(answers, answers[1:]) if before != after)
    assert changes <= 1, "one limit, not several"


def test_a_token_of_any_other_length_is_worthless(board, admin):
    token = admin.http.headers["X-Auth-Token"]
    wrong = [token[:length] for length in range(1, len(token))]
    wrong += [token + "0" * length for length in range(1, 400)]
    wrong += [token * 2, "0" + token, token + "\t" + token, token + "," + token, f'"{token}"']
    with Connection(board) as connection:
        for answer in connection.ask_all(request(f"X-Auth-Token: {value}", path=SYSTEMS) for value in wrong):
            assert answer.status in (401, 431)
        assert connection.ask(request(f"X-Auth-Token: {token}", path=SYSTEMS)).status == 200


TARGETS = ("/redfish/v1/", "/redfish/v1?x=", "/redfish/v1/Systems/", "/redfish/v1/Systems?$filter=", "/redfish/v1/AccountService/Accounts/")


@pytest.mark.parametrize("begin", TARGETS)
def test_a_target_of_every_length(board, admin, begin):
    token = f"X-Auth-Token: {admin.http.headers['X-Auth-Token']}"
    with Connection(board) as connection:
        data = [request(token, path=begin + "a" * length) for length in range(1, 2500)]
        answers = [answer.status for answer in connection.ask_all(data)]
    assert set(answers) <= {200, 400, 404, 414, 501}, set(answers)
    assert answers[-1] == 414
    first = answers.index(414)
    assert set(answers[first:]) == {414}, "one limit"
    for length in (5_000, 20_000, 100_000, 1_000_000):
        assert status_alone(board, request(token, "Connection: close", path=begin + "a" * length)) in (*REFUSALS, None)


def test_a_method_of_every_length(board):
    with Connection(board) as connection:
        for answer in connection.ask_all(request(method="A" * length) for length in range(1, 3000)):
            assert answer.status == 501
    for length in (20_000, 1_000_000):
        assert status_alone(board, request(method="A" * length)) in (*REFUSALS, None)


def test_every_byte_in_names_values_and_targets(board):
    """A byte is taken as itself or the request is refused; no byte changes what the others mean."""
    for byte in map(chr, range(256)):
        for data in (request(f"X{byte}Y: a"), request(f"X-Y: a{byte}b"), request(path=f"/redfish{byte}v1/x")):
            status = status_alone(board, data + request("Connection: close", path="/redfish"))
            assert status is None or status in (200, 400, 401, 404, 505), (byte, status, data)


def test_a_body_of_every_length(board, admin):
    """Of spaces around a JSON object, before and after sign-in."""
    token = f"X-Auth-Token: {admin.http.headers['X-Auth-Token']}"
    expected = {"/redfish/v1/SessionService/Sessions": 400, "/redfish/v1/AccountService/Accounts": 400}
    for path, malformed in expected.items():
        with Connection(board) as connection:
            data = [request(token, method="POST", path=path, body=b"{}" + b" " * length) for length in range(0, 6000, 7)]
            answers = [answer.status for answer in connection.ask_all(data)]
        assert set(answers) == {malformed, 413}
        first = answers.index(413)
        assert set(answers[first:]) == {413} and first * 7 > 4000
