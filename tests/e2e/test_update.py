# SPDX-License-Identifier: Apache-2.0
"""The controller's own firmware, updated as a person would do it: curl pushes an image, the controller restarts into it on trial, and
either keeps it or is back in the one before. Power pins do not notice."""
import json
import subprocess

import pytest
import requests

from board import PASSWORD, ROOT, Board, now_us
from client import messages, wait_for, words

SERVICE = "/redfish/v1/UpdateService"
UPLOAD = f"{SERVICE}/Upload"
FIRMWARE = f"{SERVICE}/FirmwareInventory"
KEY = ROOT / "build/firmware-key/private.pem"
BUILT = ROOT / "build/bin/super4c-bmc"
BUILT_VERSION, NEW_VERSION = b"0.1.0", b"0.1.9"
END_TIMEOUT_S = 90  # reading back, two restarts, a trial's watchdog; a second or two on a quiet machine


def sign(payload, image, *options, key=KEY):
    subprocess.run([ROOT / "script/sign-firmware", "--key", key, *options, payload, image], check=True)
    return image


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    """The firmware that was built, with another version in it."""
    directory = tmp_path_factory.mktemp("firmware")
    program = BUILT.read_bytes()
    assert BUILT_VERSION in program
    (directory / "program").write_bytes(program.replace(BUILT_VERSION, NEW_VERSION))
    return sign(directory / "program", directory / "good.img", "--version", NEW_VERSION.decode())


def make(text, directory):
    """An image whose program is a shell script."""
    program = directory / "program"
    program.write_text("#!/bin/sh\n" + text, encoding="utf-8")
    return sign(program, directory / "script.img", "--version", "9.9")


@pytest.fixture
def own_board(tmp_path):
    """A board whose firmware may change, with a watchdog that does not wait for minutes."""
    board = Board(tmp_path)
    board.options += ["--trial-seconds", "30"]
    try:
        yield board.start()
    finally:
        board.stop()


@pytest.fixture
def patient(own_board):
    """An administrator whose credentials outlive restarts, on a board where nothing moves by itself any more."""
    client = own_board.client()
    client.use_basic("admin", PASSWORD)
    wait_for(lambda: all(client.power_state(node) == "On" for node in (1, 2, 3, 4)), 30, "all nodes on")
    return client


def push(client, image, parameters="{}"):
    files = {"UpdateParameters": (None, parameters, "application/json"), "UpdateFile": (image.name, image.read_bytes(), "application/octet-stream")}
    return client.request("POST", UPLOAD, files=files, timeout=60)


def ended(client, task):
    """The task once it has ended; not while the controller restarts."""
    try:
        document = client.request("GET", task, timeout=5).json()
    except OSError:
        return None
    return document if document.get("TaskState") in ("Completed", "Exception") else None


def finish(client, response):
    assert response.status_code == 202, response.text
    task = response.json()["@odata.id"]
    return wait_for(lambda: ended(client, task), END_TIMEOUT_S, "the update to end")


def slots(client):
    return {slot: client.get(f"{FIRMWARE}/{slot}") for slot in ("BMC_A", "BMC_B")}


def active(client):
    return [slot for slot, document in slots(client).items() if document["Active"]]


def test_the_service_says_what_it_takes(admin):
    service = admin.get(SERVICE)
    assert service["ServiceEnabled"] is True and service["MultipartHttpPushUri"] == UPLOAD
    assert service["MaxImageSizeBytes"] > BUILT.stat().st_size
    found = slots(admin)
    assert found["BMC_A"]["Active"] and found["BMC_A"]["Version"] == BUILT_VERSION.decode() and not found["BMC_A"]["Updateable"]
    assert found["BMC_B"]["Status"]["State"] == "Absent" and "Version" not in found["BMC_B"] and found["BMC_B"]["Updateable"]


def test_a_good_firmware_is_pushed_with_curl_proves_itself_and_is_kept(own_board, patient, good):
    before, entry = now_us(), patient.last_entry_id()
    result = subprocess.run(
        ["curl", "-sS", "--fail-with-body", "--cacert", own_board.state / "tls/cert.pem", "-u", f"admin:{PASSWORD}", "-F",
         "UpdateParameters={};type=application/json", "-F", f"UpdateFile=@{good}", own_board.base_url + UPLOAD],
        capture_output=True, text=True, timeout=60, check=True)
    task = json.loads(result.stdout)["@odata.id"]
    document = wait_for(lambda: ended(patient, task), END_TIMEOUT_S, "the update to end")
    assert document["TaskState"] == "Completed" and document["PercentComplete"] == 100
    assert [message["MessageId"] for message in document["Messages"]] == ["Update.1.3.UpdateSuccessful"]
    found = slots(patient)
    assert found["BMC_B"]["Active"] and found["BMC_B"]["Version"] == NEW_VERSION.decode()
    assert found["BMC_A"]["Status"]["State"] == "StandbyOffline" and found["BMC_A"]["Version"] == BUILT_VERSION.decode()
    manager = patient.get("/redfish/v1/Managers/BMC")
    assert manager["FirmwareVersion"] == NEW_VERSION.decode()
    assert manager["Links"]["ActiveSoftwareImage"]["@odata.id"] == f"{FIRMWARE}/BMC_B"
    for event in ("FirmwareUploaded", "FirmwareStaged", "FirmwareOnTrial", "FirmwareKept"):
        (found,) = patient.entries_after(entry, event)
        assert NEW_VERSION.decode() in found["Message"]
    assert patient.entries_after(entry, "FirmwareUploaded")[0]["Oem"]["Super4C"]["Actor"] == "admin"
    own_board.kill_firmware()  # and it is no trial any more
    own_board.wait_until_served(END_TIMEOUT_S)
    assert active(patient) == ["BMC_B"]
    assert own_board.edges(before) == []


@pytest.mark.parametrize("text", ["exit 1\n", "exec sleep 1000\n"], ids=["ends at once", "hangs"])
def test_a_firmware_that_does_not_live_is_rolled_back(own_board, patient, tmp_path, text):
    before, entry = now_us(), patient.last_entry_id()
    document = finish(patient, push(patient, make(text, tmp_path)))
    assert document["TaskState"] == "Exception"
    (message,) = document["Messages"]
    assert message["MessageId"].endswith(".FirmwareRolledBack") and "ended before it had proven itself" in message["Message"]
    assert patient.entries_after(entry, "FirmwareRolledBack")
    assert active(patient) == ["BMC_A"]
    assert slots(patient)["BMC_B"]["Status"]["State"] == "Disabled"
    assert own_board.edges(before) == []


def test_a_bad_firmware_is_refused_in_clear_words(board, admin, good, tmp_path):
    before = now_us()
    data = good.read_bytes()
    stranger = tmp_path / "stranger.pem"
    subprocess.run(["openssl", "genpkey", "-quiet", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", stranger], check=True)
    image = tmp_path / "bad.img"

    def refused_for(reason):
        response = push(admin, image)
        assert response.status_code == 400 and messages(response) == ["FirmwareRefused"], response.text
        assert reason in words(response)

    sign(BUILT, image, key=stranger)
    refused_for("not signed by the key")
    sign(BUILT, image, "--board", "another")
    refused_for("for another board")
    sign(BUILT, image, "--target", "esp32")
    refused_for("another kind of controller")
    sign(BUILT, image, "--security-version", "0")
    refused_for("security version is too old")
    image.write_bytes(b"no firmware at all" * 100)
    refused_for("no firmware image")
    image.write_bytes(data[:-1000])
    refused_for("not as long as its header says")
    for at in (9, 60, 130, 191):  # in the header and in its signature
        image.write_bytes(data[:at] + bytes([data[at] ^ 0x10]) + data[at + 1 :])
        assert push(admin, image).status_code == 400
    middle = len(data) // 2
    image.write_bytes(data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :])
    document = finish(admin, push(admin, image))
    assert document["TaskState"] == "Exception" and "what was written is not what was signed" in document["Messages"][0]["Message"]
    assert slots(admin)["BMC_B"]["Status"]["State"] == "Absent"
    assert board.edges(before) == []


def test_who_may_not_update_sends_nothing(board, good):
    for user, status in ((None, 401), ("admin", 401)):
        client = board.client()
        if user:
            client.http.auth = (user, "wrong password")
        response = client.request("POST", UPLOAD, data=good.read_bytes()[:100_000], headers={"Content-Type": "application/octet-stream"})
        assert response.status_code == status
    assert board.admin().get(f"{FIRMWARE}/BMC_B")["Status"]["State"] == "Absent"


def test_an_upload_that_breaks_off_leaves_the_next_one_free(board, admin, good):
    def half():
        yield good.read_bytes()[:50_000]
        raise InterruptedError  # and the connection is gone

    with pytest.raises(requests.ConnectionError):
        admin.request("POST", UPLOAD, data=half(), headers={"Content-Type": "application/octet-stream"})
    other = board.admin()
    bad = good.read_bytes()[:1000]

    def tried():
        response = other.request("POST", UPLOAD, data=bad, headers={"Content-Type": "application/octet-stream"})
        return (response,) if response.status_code != 409 else None

    (response,) = wait_for(lambda: tried(), 40, "the broken upload to be given up")
    assert response.status_code == 400 and "not as long" in words(response)
