# SPDX-License-Identifier: Apache-2.0
"""Event subscriptions with real listeners on the loopback: order, loss, back-off, TLS, and what a listener must not be able to do.
And event streams as the subscriptions that they are."""
import contextlib
import time

import pytest

from client import messages, wait_for
from listener import Listener, make_certificate
from test_stream import EVENTS_ONLY, Stream, board_client

SUBSCRIPTIONS = "/redfish/v1/EventService/Subscriptions"
SUBMIT = "/redfish/v1/EventService/Actions/EventService.SubmitTestEvent"
RESET = "/redfish/v1/Managers/BMC/Actions/Manager.Reset"


def test_event(admin, number):
    """Has an event sent that is easy to recognise; returns its MessageId."""
    message_id = f"Test.1.0.Number{number}"
    response = admin.post(SUBMIT, {"MessageId": message_id})
    assert response.status_code == 204, response.text
    return message_id


test_event.__test__ = False


@pytest.fixture
def subscribe(board, admin):
    """Makes subscriptions; all that are left end with the test."""

    def make(listener, **more):
        response = admin.post(SUBSCRIPTIONS, {"Destination": listener.url, "Protocol": "Redfish", **more})
        assert response.status_code == 201, response.text
        return response.headers["Location"]

    yield make
    cleaner = board.admin()
    for member in cleaner.get(SUBSCRIPTIONS)["Members"]:
        cleaner.request("DELETE", member["@odata.id"])


@pytest.fixture
def listener():
    with Listener() as listener:
        yield listener


def test_events_arrive_with_context_and_headers(board, admin, listener, subscribe):
    uri = subscribe(listener, Context="rack 3", HttpHeaders=[{"Authorization": "Bearer s3cret"}, {"X-Site": "here"}])
    board.twinctl("link", "down")
    begin = time.monotonic()
    listener.wait_for_message("Super4C.1.0.LinkDown")
    assert time.monotonic() - begin < 3
    board.twinctl("link", "up")
    headers, body = listener.deliveries[-1]
    assert headers["Authorization"] == "Bearer s3cret" and headers["X-Site"] == "here"
    assert headers["Content-Type"] == "application/json" and headers["OData-Version"] == "4.0"
    assert body["Context"] == "rack 3" and body["@odata.type"].startswith("#Event.") and body["Id"] == body["Events"][0]["EventId"]
    shown = admin.get(uri)
    assert shown["HttpHeaders"] == [] and shown["Status"] == {"State": "Enabled", "Health": "OK"}
    assert b"s3cret" not in admin.request("GET", SUBSCRIPTIONS + "?$expand=.").content


def test_nothing_is_lost_or_mixed_up_while_a_listener_is_down(admin, listener, subscribe):
    uri = subscribe(listener)
    sent = [test_event(admin, number) for number in range(3)]
    listener.wait_for_message(sent[-1])
    listener.stop()
    sent += [test_event(admin, number) for number in range(3, 10)]
    wait_for(lambda: admin.get(uri)["Status"]["Health"] == "Warning", 5, "the failure to show")
    listener.start()
    sent.append(test_event(admin, 10))
    listener.wait_for_message(sent[-1], 20)
    assert listener.messages("Test.") == sent, "each once, in order"
    assert admin.get(uri)["Status"]["Health"] == "OK"


def test_a_failing_listener_is_tried_less_and_less_often(admin, listener, subscribe):
    before = admin.last_entry_id()
    listener.status = 503
    uri = subscribe(listener)
    sent = test_event(admin, 1)
    wait_for(lambda: len(listener.attempt_times) >= 5, 20, "five attempts")
    gaps = [after - before for before, after in zip(listener.attempt_times, listener.attempt_times[1:])]
    assert all(wanted <= gap < wanted + 1 for wanted, gap in zip((1, 2, 4, 8), gaps)), gaps
    subscription = admin.get(uri)["Id"]
    told = admin.wait_for_event(before, "EventDeliveryFailing")
    assert told["MessageArgs"] == [subscription, "it answers 503"]
    listener.status = 200
    listener.wait_for_message(sent, 20)
    admin.wait_for_event(before, "EventDeliveryRestored")
    assert len(admin.entries_after(before, "EventDeliveryFailing")) == 1


def test_a_listener_that_hangs_delays_nobody(admin, listener, subscribe):
    with Listener() as hanging:
        hanging.hang_s = 30
        subscribe(hanging)
        subscribe(listener)
        for number in range(5):
            begin = time.monotonic()
            listener.wait_for_message(test_event(admin, number))
            assert time.monotonic() - begin < 1
        assert len(hanging.attempt_times) == 1, "one delivery at a time"
        begin = time.monotonic()
        assert admin.get("/redfish/v1/Systems/Node1")["PowerState"] == "On"
        assert time.monotonic() - begin < 1


def test_redirects_are_not_followed(admin, listener, subscribe):
    with Listener() as elsewhere:
        listener.status, listener.location = 307, elsewhere.url
        subscribe(listener)
        test_event(admin, 1)
        wait_for(lambda: len(listener.attempt_times) >= 2, 10, "a second attempt: a redirect is no success")
        assert elsewhere.attempt_times == []


def test_certificates_are_verified_where_it_is_wanted(board, admin, subscribe, tmp_path):
    certificate = make_certificate(tmp_path)
    authorities = board.state / "tls/listeners.pem"
    with Listener(certificate) as careless, Listener(certificate) as careful:
        subscribe(careless)
        uri = subscribe(careful, VerifyCertificate=True)
        sent = test_event(admin, 1)
        careless.wait_for_message(sent)
        wait_for(lambda: admin.get(uri)["Status"]["Health"] == "Warning", 10, "an unknown certificate to be refused")
        assert careful.deliveries == []
        authorities.write_bytes(certificate[0].read_bytes())
        careful.wait_for_message(sent, 20)
        assert admin.patch(uri, {"VerifyCertificate": False}).status_code == 200
        authorities.unlink()
        careful.wait_for_message(test_event(admin, 2))


def test_a_deleted_subscription_is_told_nothing_more(admin, listener, subscribe):
    uri = subscribe(listener)
    listener.wait_for_message(test_event(admin, 1))
    assert admin.request("DELETE", uri).status_code == 204
    assert admin.request("GET", uri).status_code == 404
    test_event(admin, 2)
    time.sleep(1)
    assert listener.messages("Test.") == ["Test.1.0.Number1"]


def test_filters_choose(admin, listener, subscribe):
    subscribe(listener, OriginResources=[{"@odata.id": "/redfish/v1/Systems/Node2"}], MessageIds=["Super4C.PowerOrdered", "Super4C.PowerOrderCompleted"])
    admin.must(admin.reset(1, "ForceRestart"))
    admin.must(admin.reset(2, "ForceRestart"))
    listener.wait_for_message("Super4C.1.0.PowerOrderCompleted")
    assert listener.messages("") == ["Super4C.1.0.PowerOrdered", "Super4C.1.0.PowerOrderCompleted"]
    assert {event["OriginOfCondition"]["@odata.id"] for event in listener.events()} == {"/redfish/v1/Systems/Node2"}


def test_readings_are_sent_to_who_wants_them(listener, subscribe):
    subscribe(listener, EventFormatType="MetricReport")
    wait_for(lambda: listener.deliveries, 5, "a report")
    report = listener.deliveries[0][1]
    values = {value["MetricId"]: float(value["MetricValue"]) for value in report["MetricValues"]}
    assert report["@odata.type"].startswith("#MetricReport.") and 5.0 < values["Node1RailVoltage"] < 5.4


def test_deliveries_go_on_after_a_crash_of_the_controller(board, admin, listener, subscribe):
    uri = subscribe(listener, Context="kept", HttpHeaders=[{"X-Key": "kept too"}])
    sent = [test_event(admin, 1)]
    listener.wait_for_message(sent[-1])
    listener.stop()
    sent.append(test_event(admin, 2))
    board.kill_firmware()
    board.wait_until_served()
    admin = board.admin()
    sent.append(test_event(admin, 3))
    listener.start()
    listener.wait_for_message(sent[-1], 20)
    listener.wait_for_message("Super4C.1.0.ControllerStarted")
    assert listener.messages("Test.")[-2:] == sent[-2:]
    ids = [int(event["EventId"]) for event in listener.events()]
    assert set(ids) == set(range(min(ids), max(ids) + 1)), "after a crash some may come twice, and none is left out"
    headers, body = listener.deliveries[-1]
    assert body["Context"] == "kept" and headers["X-Key"] == "kept too" and admin.get(uri)["Context"] == "kept"


def test_nothing_comes_twice_after_an_orderly_restart(board, admin, listener, subscribe):
    subscribe(listener)
    listener.wait_for_message(test_event(admin, 1))
    pid = board.pid("bmc")
    assert admin.post(RESET, {"ResetType": "GracefulRestart"}).status_code in (200, 202, 204)
    wait_for(lambda: board.pid("bmc") not in (None, pid), 10, "another controller")
    board.wait_until_served()
    listener.wait_for_message("Super4C.1.0.ControllerStarted")
    listener.wait_for_message(test_event(board.admin(), 2))
    ids = [int(event["EventId"]) for event in listener.events()]
    assert ids == list(range(ids[0], ids[0] + len(ids)))


def test_a_suspended_subscription_is_resumed(admin, listener, subscribe):
    before = admin.last_entry_id()
    listener.status = 500
    uri = subscribe(listener, DeliveryRetryPolicy="SuspendRetries")
    sent = test_event(admin, 1)
    wait_for(lambda: admin.get(uri)["Status"]["State"] == "Disabled", 25, "three retries, five seconds apart")
    assert len(listener.attempt_times) == 4
    admin.wait_for_event(before, "SubscriptionSuspended")
    listener.status = 200
    resume = admin.get(uri)["Actions"]["#EventDestination.ResumeSubscription"]["target"]
    assert admin.post(resume, {}).status_code == 204
    listener.wait_for_message(sent)
    assert admin.get(uri)["Status"]["State"] == "Enabled"


def test_a_thousand_subscriptions_are_eight(board, admin, listener, subscribe):
    def resident_kib():
        status = open(f"/proc/{board.pid('bmc')}/status", encoding="ascii").read()
        return int(status.split("VmRSS:")[1].split()[0])

    subscribe(listener)
    before = resident_kib()
    answers = [admin.post(SUBSCRIPTIONS, {"Destination": listener.url, "Protocol": "Redfish"}) for _ in range(1000)]
    assert [answer.status_code for answer in answers].count(201) == 7
    assert messages(answers[-1]) == ["CreateLimitReachedForResource"]
    print(f"resident memory {before} KiB before, {resident_kib()} KiB after")
    assert resident_kib() - before < 4096
    listener.wait_for_message(test_event(admin, 1))
    wait_for(lambda: len(listener.messages("Test.")) == 8, 5, "all eight to be told")


# --- event streams are subscriptions


def stream_uris(admin):
    members = [admin.get(member["@odata.id"]) for member in admin.get(SUBSCRIPTIONS)["Members"]]
    return [member["@odata.id"] for member in members if member["SubscriptionType"] == "SSE"]


def test_an_open_stream_is_a_subscription_until_it_closes(board, admin):
    with Stream(board_client(board, admin)):
        (uri,) = stream_uris(admin)
        shown = admin.get(uri)
        assert shown["Protocol"] == "Redfish" and shown["Context"] == "admin"
        assert shown["Destination"].startswith("redfish-sse://127.0.0.1:")
    wait_for(lambda: admin.request("GET", uri).status_code == 404, 5, "the subscription to end with its stream")


def test_deleting_its_subscription_closes_a_stream_at_once(board, admin):
    with Stream(board_client(board, admin), params=EVENTS_ONLY) as stream:
        (uri,) = stream_uris(admin)
        begin = time.monotonic()
        assert admin.request("DELETE", uri).status_code == 204
        with contextlib.suppress(AssertionError):
            while True:
                stream.message()
        assert time.monotonic() - begin < 1
    assert stream_uris(admin) == []


def test_a_stream_outlives_the_session_that_opened_it(board, admin):
    watcher = board.client()
    session = watcher.login("admin", "correct horse 9").headers["Location"]
    with Stream(watcher, params=EVENTS_ONLY) as stream:
        assert admin.request("DELETE", session[session.index("/redfish") :]).status_code == 204
        message_id = test_event(admin, 1)
        found = ""
        while found != message_id:
            found = stream.message()[1]["Events"][0]["MessageId"]
