# SPDX-License-Identifier: Apache-2.0
"""Somebody guesses passwords. The lock holds, it costs the controller nothing, whoever is signed in stays so, and the owner comes in
from elsewhere once the back-off is over."""
import base64
import concurrent.futures
import time

import pytest

from board import PASSWORD
from client import SESSIONS, SYSTEMS
from wire import Connection, request

ATTACKER = "127.0.0.66"
THRESHOLD, LOCK_S = 3, 3
FLOOD_S = 6
ACCOUNTS = "/redfish/v1/AccountService/Accounts"
SERVICE = "/redfish/v1/AccountService"
RIGHT = PASSWORD.encode()


@pytest.fixture
def owner(board):
    """In a session from before; the lock is short, so that one can wait for its end."""
    client = board.admin()
    before = client.get(SERVICE)
    assert client.patch(SERVICE, {"AccountLockoutThreshold": THRESHOLD, "AccountLockoutDuration": LOCK_S}).status_code in (200, 204)
    yield client
    restore = {key: before[key] for key in ("AccountLockoutThreshold", "AccountLockoutDuration")}
    assert client.patch(SERVICE, restore).status_code in (200, 204)
    for member in client.get(ACCOUNTS)["Members"]:
        if not member["@odata.id"].endswith("/admin"):
            assert client.request("DELETE", member["@odata.id"]).status_code in (200, 204)


def make_account(owner, name, role="Operator"):
    created = owner.post(ACCOUNTS, {"UserName": name, "Password": PASSWORD, "RoleId": role})
    assert created.status_code == 201, created.text


def basic(name, password, path=SYSTEMS):
    pair = base64.b64encode(name.encode() + b":" + password).decode()
    return request(f"Authorization: Basic {pair}", path=path)


def sign_in(name, password):
    return request(method="POST", path=SESSIONS, body=b'{"UserName":"%s","Password":"%s"}' % (name.encode(), password))


def guess_until_locked(connection, name):
    for number in range(THRESHOLD):
        answer = connection.ask(basic(name, b"guess %d" % number) if number % 2 else sign_in(name, b"guess %d" % number))
        assert answer.status == 401, answer
    locked = connection.ask(basic(name, b"another guess"))
    assert locked.status == 401
    return int(locked.header("Retry-After"))


def test_the_lock_holds_and_the_owner_comes_in_from_elsewhere(board, owner):
    make_account(owner, "locked", "Administrator")
    with Connection(board, source=ATTACKER) as attacker, Connection(board) as elsewhere:
        signed_in = elsewhere.ask(sign_in("locked", RIGHT))
        token = f"X-Auth-Token: {signed_in.header('X-Auth-Token')}"
        assert signed_in.status == 201
        remaining_s = guess_until_locked(attacker, "locked")
        locked_until = time.monotonic() + remaining_s
        assert 1 <= remaining_s <= LOCK_S
        # All ways in are shut, for the right password too, and the answers tell nothing about it.
        wrong, right = (attacker.ask(basic("locked", password)) for password in (b"wrong", RIGHT))
        assert wrong.status == right.status == 401 and wrong.body == right.body
        assert attacker.ask(sign_in("locked", RIGHT)).status == 401
        assert elsewhere.ask(basic("locked", RIGHT)).status == 401
        # A flood of guesses is refused without a derivation, hence faster than one derivation each.
        begin = time.monotonic()
        count = sum(answer.status == 401 for answer in attacker.ask_all(basic("locked", b"%d" % number) for number in range(500)))
        print(f"\n{count} guesses at a locked name took {time.monotonic() - begin:.2f} s")
        assert count == 500
        # Who was signed in stays so.
        assert elsewhere.ask(request(token, path=SYSTEMS)).status == 200
        assert owner.reset(1, "On").status_code == 204
        time.sleep(max(0.0, locked_until - time.monotonic()) + 0.2)
        assert elsewhere.ask(sign_in("locked", RIGHT)).status == 201
        assert elsewhere.ask(basic("locked", RIGHT)).status == 200


def test_each_further_wrong_guess_locks_for_longer(board, owner):
    make_account(owner, "doubled")
    with Connection(board, source=ATTACKER) as attacker:
        first_s = guess_until_locked(attacker, "doubled")
        time.sleep(first_s + 0.2)
        assert attacker.ask(basic("doubled", b"once more")).status == 401
        second_s = int(attacker.ask(basic("doubled", b"and again")).header("Retry-After"))
        assert second_s > LOCK_S, "one guess a back-off, and the back-off doubles"


def test_guesses_at_many_names_do_not_open_a_lock(board, owner):
    """The table of names is small; what strangers invent must not push out what protects an account."""
    assert owner.patch(SERVICE, {"AccountLockoutThreshold": 1, "AccountLockoutDuration": 60}).status_code in (200, 204)
    make_account(owner, "guarded")
    with Connection(board, source=ATTACKER) as attacker:
        assert attacker.ask(basic("guarded", b"guess")).status == 401
        for number in range(24):
            assert attacker.ask(basic(f"nobody{number}", b"guess")).status == 401
        still = attacker.ask(basic("guarded", b"guess"))
        assert still.header("Retry-After"), "the lock is gone, and the guesses are not counted any more"
        assert attacker.ask(basic("guarded", RIGHT)).status == 401


def test_a_flood_of_sign_ins_keeps_nobody_out(board, owner):
    """All derivations are taken by strangers with ever new names; the owner's turn comes, and sessions notice nothing."""
    ending = time.monotonic() + FLOOD_S

    def flood(thread):
        seen = set()
        with Connection(board, source=ATTACKER) as connection:
            number = 0
            while time.monotonic() < ending:
                number += 1
                answer = connection.ask(sign_in(f"n{thread}x{number}", b"password"))
                if answer is None:
                    break
                seen.add(answer.status)
        return seen

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        floods = [pool.submit(flood, thread) for thread in range(8)]
        time.sleep(0.5)
        begin, tries, status = time.monotonic(), 0, 0
        while status != 201 and time.monotonic() < ending:
            tries += 1
            status = board.client().try_login("admin", PASSWORD).status_code
            assert status in (201, 503), status
        waited_s = time.monotonic() - begin
        begin = time.monotonic()
        assert owner.power_state(1) == "On"
        session_s = time.monotonic() - begin
        seen = set().union(*(future.result() for future in floods))
    print(f"\nunder a flood of sign-ins the owner came in at try {tries} after {waited_s * 1000:.0f} ms;", end=" ")
    print(f"a session's request took {session_s * 1000:.0f} ms")
    assert status == 201 and session_s < 1
    assert seen <= {401, 503}
