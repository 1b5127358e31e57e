# SPDX-License-Identifier: Apache-2.0
"""The server-sent event stream: events as they happen, readings each second, and nothing missed over a reconnection."""
import contextlib
import json
import threading
import time

import pytest

STREAM = "/redfish/v1/EventService/SSE"
EVENTS_ONLY = {"$filter": "EventFormatType eq 'Event'"}


class Stream:
    """Reads messages of one open stream: (id, data)."""

    def __init__(self, client, **options):
        self.response = client.request("GET", STREAM, stream=True, timeout=10, **options)
        self.lines = self.response.iter_lines(chunk_size=1, decode_unicode=True)

    def __enter__(self):
        assert self.response.status_code == 200, self.response.text
        assert self.response.headers["Content-Type"].startswith("text/event-stream")
        return self

    def __exit__(self, *_):
        self.response.close()

    def message(self):
        identity = data = None
        for line in self.lines:
            if line.startswith("id:"):
                identity = line[3:].strip()
            elif line.startswith("data:"):
                assert data is None, "one data line a message"
                data = json.loads(line[5:])
            elif line == "" and data is not None:
                return identity, data
        raise AssertionError("the stream ended")

    def event(self, name, timeout_s=10):
        """The next message that holds such an event: (id, event)."""
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            identity, data = self.message()
            for event in data.get("Events", []):
                if event["MessageId"].endswith("." + name):
                    return identity, event
        raise AssertionError(f"no {name} within {timeout_s} s")


def test_events_arrive_as_they_happen(board, admin):
    with Stream(admin, params=EVENTS_ONLY) as stream:
        admin_2 = board.admin()
        begin = time.monotonic()
        board.twinctl("link", "down")
        identity, event = stream.event("LinkDown")
        assert time.monotonic() - begin < 3
        assert identity == event["EventId"]
        assert event["Severity"] == "Warning" and event["Message"]
        board.twinctl("link", "up")
        stream.event("LinkUp")
        order = threading.Thread(target=admin_2.reset, args=(2, "ForceRestart"))
        order.start()
        _, event = stream.event("PowerOrdered")
        order.join()
        assert event["OriginOfCondition"]["@odata.id"] == "/redfish/v1/Systems/Node2"
        assert event["Oem"]["Super4C"]["Actor"] == "admin" and event["Oem"]["Super4C"]["Node"] == 2


def test_readings_come_each_second(admin):
    with Stream(admin, params={"$filter": "EventFormatType eq 'MetricReport'"}) as stream:
        stream.message()
        begin = time.monotonic()
        reports = [stream.message()[1] for _ in range(3)]
        assert 2 < time.monotonic() - begin < 5
    values = {value["MetricId"]: float(value["MetricValue"]) for value in reports[-1]["MetricValues"]}
    assert 5.0 < values["Node1RailVoltage"] < 5.4
    assert 11 < values["DC1Voltage"] < 21
    sequence = [int(report["ReportSequence"]) for report in reports]
    assert sequence == list(range(sequence[0], sequence[0] + 3))


def test_reconnection_continues_where_it_left_off(board, admin):
    with Stream(admin, params=EVENTS_ONLY) as stream:
        board.twinctl("link", "down")
        last_id, _ = stream.event("LinkDown")
    board.twinctl("link", "up")
    admin.wait_for_event(int(last_id), "LinkUp")
    board.twinctl("link", "down")
    admin.wait_for_event(int(last_id), "LinkDown")
    board.twinctl("link", "up")
    with Stream(admin, params=EVENTS_ONLY, headers={"Last-Event-ID": last_id}) as stream:
        identity, data = stream.message()
        assert int(identity) == int(last_id) + 1, "nothing skipped, nothing repeated"
        assert data["Events"][0]["MessageId"].endswith(".LinkUp")


def test_events_continue_over_a_restart_of_the_firmware(board, admin):
    last_id = admin.last_entry_id()
    board.kill_firmware()
    board.wait_until_served()
    admin = board.admin()
    with Stream(admin, params=EVENTS_ONLY, headers={"Last-Event-ID": str(last_id)}) as stream:
        stream.event("ControllerStarted")


def test_needs_a_sign_in_and_ends_with_the_account(board, admin):
    assert board.client().request("GET", STREAM).status_code == 401
    accounts = "/redfish/v1/AccountService/Accounts"
    assert admin.post(accounts, {"UserName": "watcher", "Password": "watch word 1", "RoleId": "ReadOnly"}).status_code == 201
    watcher = board.client()
    watcher.login("watcher", "watch word 1")
    with Stream(watcher) as stream:
        stream.message()
        assert admin.request("DELETE", f"{accounts}/watcher").status_code in (200, 204)
        with pytest.raises(AssertionError, match="the stream ended"):
            for _ in range(10):
                stream.message()


def test_too_many_streams_are_refused_and_the_rest_goes_on(board, admin):
    with contextlib.ExitStack() as open_streams:
        refused = None
        for _ in range(30):
            stream = Stream(board_client(board, admin))
            if stream.response.status_code != 200:
                refused = stream.response
                break
            open_streams.enter_context(stream)
        assert refused is not None and refused.status_code == 503
        assert admin.power_state(1) == "On"
    deadline = time.monotonic() + 10
    while Stream(admin).response.status_code != 200:
        assert time.monotonic() < deadline, "closed streams must make room"
        time.sleep(0.2)


def board_client(board, admin):
    """Another connection in the same session."""
    client = board.client()
    client.http.headers["X-Auth-Token"] = admin.http.headers["X-Auth-Token"]
    return client
