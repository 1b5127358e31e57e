# SPDX-License-Identifier: Apache-2.0
"""Words that would be a program elsewhere, in every string that can be set or that is quoted back: they come back as they were, in
JSON that a browser will not take for a page. And JSON that is deep, wide, huge or cut off."""
import json
import urllib.parse

import pytest

from board import PASSWORD
from client import SESSIONS, node_path, wait_for
from test_hostile_credentials import walk

WORDS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'-alert(1)-'",
    "</script><svg onload=alert(1)>",
    "javascript:alert(1)",
    "${7*7}{{7*7}}",
    "$(reboot)`reboot`",
    "'; DROP TABLE kv; --",
    "../../../etc/passwd",
    "%s%n%99999d",
    "a\\u0000b",
    "\u2028\u2029\u202e<b>",
    "<![CDATA[<script>]]>",
    "=HYPERLINK(1)",
)
SKIPPED = ("Password", "Id", "Name", "Description")  # never settable, or not to be set by chance
ACCOUNTS = "/redfish/v1/AccountService/Accounts"
SUBSCRIPTIONS = "/redfish/v1/EventService/Subscriptions"
JSON = {"Content-Type": "application/json"}


@pytest.fixture(autouse=True)
def still_serving(board):
    pid = board.pid("bmc")
    yield
    assert board.client().get("/redfish/v1")["Id"]
    assert board.pid("bmc") == pid, "the firmware must not have died"


def no_page(response):
    """The answer's JSON, or None when it has no body. Never HTML to a browser."""
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert response.status_code < 500, response.text
    if not response.content:
        return None
    assert response.headers["Content-Type"].split(";")[0] == "application/json", response.headers
    return response.json()


def strings_of(value, path=()):
    """(path, text) of every string of a resource that a client might set."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for name, member in value.items():
            if "@" not in name and name not in SKIPPED:
                yield from strings_of(member, (*path, name))
    elif isinstance(value, list) and value and all(isinstance(member, str) for member in value):
        yield path, value


def nested(path, value):
    """{"a": {"b": value}} of ("a", "b")."""
    for name in reversed(path):
        value = {name: value}
    return value


def at(value, path):
    for name in path:
        value = value[name]
    return value


def patchable(admin):
    for path in sorted(walk(admin)):
        with admin.request("GET", path, stream=True) as response:
            if response.status_code == 200 and "PATCH" in response.headers.get("Allow", ""):
                yield path, response.json()


def test_every_settable_string(admin):
    """Each is tried with each of the words: taken as it is and read back the same, or refused by name."""
    taken = set()
    for resource, before in patchable(admin):
        for path, old in strings_of(before):
            changed = False
            for words in WORDS:
                value = [words] if isinstance(old, list) else words
                response = admin.patch(resource, nested(path, value))
                answer = no_page(response)
                if response.status_code >= 400:
                    assert answer["error"]["@Message.ExtendedInfo"], response.text
                elif at(admin.get(resource), path) == value:
                    changed = True
                    taken.add(f"{resource.rpartition('/')[2]} {'.'.join(path)}")
                    no_page(admin.request("GET", resource))
            if changed:
                assert admin.patch(resource, nested(path, old)).status_code < 300, (resource, path)
    print("\nfree text in:", ", ".join(sorted(taken)))
    assert any("AssetTag" in name for name in taken)


def test_words_in_the_log_and_the_stream_are_quoted(board, admin):
    """A foreign name signs in, a file is asked for: what gets into the log comes out as JSON."""
    for words in WORDS:
        assert no_page(board.client().try_login(words, words))["error"]
    logged = admin.request("GET", "/redfish/v1/Managers/BMC/LogServices/EventLog/Entries")
    assert no_page(logged)["Members"]
    assert "<script>" not in logged.text, "a name that no account can have is not repeated"


@pytest.mark.parametrize("words", WORDS)
def test_words_that_are_quoted_back(board, admin, words):
    quoted = urllib.parse.quote(words, safe="")
    for method, path, body, headers in (
        ("GET", f"/redfish/v1/{quoted}", None, {}),
        ("GET", f"/{quoted}", None, {}),
        ("GET", f"/{quoted}.html", None, {"Accept": "text/html"}),
        ("GET", f"/redfish/v1/Systems/{quoted}", None, {"Accept": "text/html"}),
        ("GET", f"/redfish/v1/Systems?${quoted}=1", None, {}),
        ("GET", f"/redfish/v1/Systems?$filter={quoted}", None, {}),
        ("GET", f"/redfish/v1/EventService/SSE?$filter={quoted}", None, {}),
        ("POST", f"{node_path(1)}/Actions/{quoted}", {}, {}),
        ("POST", f"{node_path(1)}/Actions/ComputerSystem.Reset", {"ResetType": words}, {}),
        ("POST", f"{node_path(1)}/Actions/ComputerSystem.Reset", {words: "On"}, {}),
        ("PATCH", node_path(1), {words: words}, {}),
        ("PATCH", node_path(1), {"PowerRestorePolicy": words}, {}),
        ("PATCH", node_path(1), {"Oem": {"Super4C": {words: 1}}}, {}),
        ("PATCH", node_path(1), {"AssetTag": {words: words}}, {}),
        ("POST", ACCOUNTS, {"UserName": words, "Password": PASSWORD, "RoleId": "ReadOnly"}, {}),
        ("POST", ACCOUNTS, {"UserName": "words", "Password": PASSWORD, "RoleId": words}, {}),
        ("DELETE", f"{ACCOUNTS}/{quoted}", None, {}),
    ):
        for client in (admin, board.client()):
            response = client.request(method, path, json=body, headers=headers)
            assert 400 <= response.status_code < 500 or response.status_code == 501, (method, path, response.status_code)
            if response.status_code != 501:
                no_page(response)
            assert not [name for name in response.headers if "script" in response.headers[name] and name != "Content-Security-Policy"]


def test_names_of_accounts_hold_no_markup(admin):
    names = [admin.get(member["@odata.id"])["UserName"] for member in admin.get(ACCOUNTS)["Members"]]
    assert not [name for name in names if set(name) & set("<>\"'&\\")]


def test_subscriptions_keep_their_words(admin):
    kept = 0
    for words in WORDS:
        body = {"Destination": "https://127.0.0.1:9/" + urllib.parse.quote(words), "Protocol": "Redfish", "Context": words}
        response = admin.post(SUBSCRIPTIONS, body)
        no_page(response)
        if response.status_code == 201:
            location = response.headers["Location"]
            location = location[location.index("/redfish") :]
            found = no_page(admin.request("GET", location))
            assert found["Context"] == words
            kept += 1
            assert admin.request("DELETE", location).status_code in (200, 204)
        no_page(admin.post(SUBSCRIPTIONS, {**body, "Destination": words}))
        no_page(admin.post(SUBSCRIPTIONS, {**body, "Protocol": words}))
    assert kept, "no Context at all was taken"


# --- JSON


def of_size(begin, part, end, size):
    """begin, as many parts as there is room for, end."""
    return begin + part * ((size - len(begin) - len(end)) // len(part)) + end


NUMBERS = (b"1e999", b"-1e999", b"0x10", b"01", b"+1", b".5", b"5.", b"1e", b"--1", b"NaN", b"Infinity", b"-Infinity", b"1_0")
TEXTS = (b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2\x82", b"\x00", b"\x1f", b"\n")
ESCAPES = (b"\\ud800", b"\\udc00\\ud800", b"\\u12", b"\\x41", b"\\", b"\\u0000")
WHOLES = (
    b"{'AssetTag':'x'}",
    b'{AssetTag:"x"}',
    b'{"AssetTag":"x",}',
    b'{"AssetTag":"x"}}',
    b'{"AssetTag" "x"}',
    b'{"AssetTag":"x"}//',
    b'/**/{"AssetTag":"x"}',
    b'\xef\xbb\xbf{"AssetTag":"x"}',
    '{"AssetTag":"x"}'.encode("utf-16"),
    '{"AssetTag":"x"}'.encode("utf-32"),
    b'{"__proto__":{"AssetTag":"x"}}',
    b'{"Asset\\u0054ag":"x","AssetTag":"y"}',
    b'{"AssetTag":True}',
    b'{"AssetTag":"x"}\x00',
    b"\x00",
    b"-",
    b'"',
    b"tru",
    b"{}{}",
)


def deep():
    for depth in (*range(1, 40), 100, 1000, 2000, 4000):
        yield f"{depth} arrays", b"[" * depth
        yield f"{depth} objects", b'{"AssetTag":' * depth
        yield f"{depth} closed arrays", b'{"AssetTag":' + b"[" * (depth // 2) + b"]" * (depth // 2) + b"}"
        yield f"{depth} closed objects", b'{"a":' * (depth // 6) + b"1" + b"}" * (depth // 6)


def wide_and_huge():
    for size in (1000, 4096, 4097, 5000, 70_000, 900_000):
        yield f"{size} of numbers", of_size(b'{"AssetTag":[', b"0,", b"0]}", size)
        yield f"{size} of empty arrays", of_size(b'{"AssetTag":[', b"[],", b"0]}", size)
        yield f"{size} of the same member", of_size(b"{", b'"AssetTag":"x",', b'"AssetTag":"x"}', size)
        yield f"{size} of one string", of_size(b'{"AssetTag":"', b"x", b'"}', size)
        yield f"{size} of one name", of_size(b'{"', b"x", b'":1}', size)
        yield f"{size} of escapes", of_size(b'{"AssetTag":"', b"\\u0041", b'"}', size)
        yield f"{size} of digits", of_size(b'{"PowerOnDelaySeconds":', b"9", b"}", size)
        yield f"{size} of blanks", of_size(b"{", b" ", b'"', size)
        yield f"{size} of backslashes", of_size(b'{"AssetTag":"', b"\\", b'"}', size | 1)
    yield "many members", b"{" + ",".join(f'"Member{number}":{number}' for number in range(60)).encode() + b"}"


def malformed():
    for number in (*NUMBERS, b"2147483648", b"1" * 400):
        yield f"number {number[:20]}", b'{"PowerOnDelaySeconds":' + number + b"}"
    for text in (*TEXTS, *ESCAPES):
        yield f"text {text}", b'{"AssetTag":"' + text + b'"}'
    for whole in WHOLES:
        yield f"whole {whole[:30]}", whole


@pytest.mark.parametrize("where", ["signed in", "strangers"])
def test_hostile_json(board, admin, where):
    """Refused, quickly, in JSON; nothing is set by any of it."""
    if where == "signed in":
        method, path, client = "PATCH", node_path(1), admin
    else:
        method, path, client = "POST", SESSIONS, board.client()
    before = {name: admin.node(1)[name] for name in ("AssetTag", "PowerOnDelaySeconds", "PowerRestorePolicy")}
    for what, body in (*deep(), *wide_and_huge(), *malformed()):  # none is a legal body of anything
        response = client.request(method, path, data=body, headers=JSON)
        assert response.status_code in (400, 413), (what, response.status_code, response.text[:300])
        assert no_page(response)["error"]["@Message.ExtendedInfo"], what
        assert response.elapsed.total_seconds() < 2, what
    assert {name: admin.node(1)[name] for name in before} == before


def test_a_body_cut_off_anywhere_is_refused(admin):
    """Each true prefix of a body that is good as a whole."""
    wanted = {"AssetTag": "cut \u00e9\u20ac", "PowerOnDelaySeconds": 12, "Oem": {"Super4C": {"ServiceAddress": "127.0.0.9"}}}
    body = json.dumps(wanted, ensure_ascii=False).encode()
    before = admin.node(1)["AssetTag"]
    for length in range(len(body)):
        response = admin.request("PATCH", node_path(1), data=body[:length], headers=JSON)
        assert response.status_code == 400, body[:length]
    assert admin.node(1)["AssetTag"] == before
    assert admin.request("PATCH", node_path(1), data=body, headers=JSON).status_code in (200, 204)
    restore = {"AssetTag": before, "PowerOnDelaySeconds": 0, "Oem": {"Super4C": {"ServiceAddress": "0.0.0.0"}}}
    assert admin.patch(node_path(1), restore).status_code in (200, 204), "the whole was good"
    wait_for(lambda: admin.node(1)["AssetTag"] == before, 5, "the tag as before")
