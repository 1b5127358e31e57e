# SPDX-License-Identifier: Apache-2.0
"""curl, as a person uses it at a shell. The board's certificate is verified."""
import json
import subprocess
import time

import pytest

from board import PASSWORD
from client import SESSIONS, node_path, wait_for
from clients.program import environment, run, told

CREDENTIALS = ["--user", f"admin:{PASSWORD}"]
JSON_BODY = ["--header", "Content-Type: application/json"]
UNAUTHORIZED, PRECONDITION_FAILED = "401", "412"
SSE_S = 15


class Curl:
    def __init__(self, board, home):
        self.board, self.home = board, home

    def run(self, path, *options):
        return run(self.board, self.home, "curl", "--silent", "--show-error", *options, self.board.base_url + path)

    def __call__(self, path, *options):
        """What a request answers; an error status is an error."""
        result = self.run(path, "--fail-with-body", *options)
        assert result.returncode == 0, told(result)
        return json.loads(result.stdout) if result.stdout else None

    def status(self, path, *options):
        return self.run(path, "--output", "/dev/null", "--write-out", "%{http_code}", *options).stdout

    def headers(self, path, *options):
        lines = self.run(path, "--output", "/dev/null", "--dump-header", "-", *options).stdout.splitlines()[1:]
        return {name.lower(): value.strip() for name, value in (line.split(":", 1) for line in lines if ":" in line)}


@pytest.fixture
def curl(board, tmp_path):
    return Curl(board, tmp_path)


def test_what_needs_no_credentials(curl):
    assert curl("/redfish") == {"v1": "/redfish/v1/"}
    root = curl("/redfish/v1")
    assert root == curl("/redfish/v1/") and root["@odata.id"] == "/redfish/v1/"
    assert curl.status(node_path(1)) == UNAUTHORIZED


def test_a_session(admin, curl):
    body = json.dumps({"UserName": "admin", "Password": PASSWORD})
    made = curl.headers(SESSIONS, *JSON_BODY, "--data", body)
    token = ["--header", f"X-Auth-Token: {made['x-auth-token']}"]
    location = made["location"].removeprefix(curl.board.base_url)
    assert curl(node_path(1), *token)["Id"] == "Node1"
    curl(node_path(1), *token, "--request", "PATCH", "--json", '{"AssetTag": "by hand"}')
    assert admin.node(1)["AssetTag"] == "by hand"
    assert curl.status(location, *token, "--request", "DELETE") in ("200", "204")
    assert curl.status(node_path(1), *token) == UNAUTHORIZED


def test_basic_and_a_reset(admin, curl):
    reset = f"{node_path(2)}/Actions/ComputerSystem.Reset"
    curl(reset, *CREDENTIALS, *JSON_BODY, "--data", '{"ResetType": "ForceOff"}')
    assert curl(node_path(2), *CREDENTIALS)["PowerState"] == "Off"
    curl(reset, *CREDENTIALS, *JSON_BODY, "--data", '{"ResetType": "On"}')
    wait_for(lambda: admin.power_state(2) == "On", 10, "node 2 to be on")


def test_etags(curl, tmp_path):
    assert curl(node_path(1), *CREDENTIALS)["@odata.etag"] == curl.headers(node_path(1), *CREDENTIALS)["etag"]
    path, kept = "/redfish/v1/AccountService/Accounts/admin", tmp_path / "etag"
    curl(path, *CREDENTIALS, "--etag-save", kept)
    assert curl.status(path, *CREDENTIALS, "--etag-compare", kept) == "304"
    stale = ["--header", 'If-Match: "stale"', "--request", "DELETE"]
    assert curl.status(path, *CREDENTIALS, *stale) == PRECONDITION_FAILED


def test_a_collection_in_one_request(curl):
    sensors = curl("/redfish/v1/Chassis/Board/Sensors?$expand=.($levels=1)", "--globoff", *CREDENTIALS)["Members"]
    assert {"DC1Voltage", "DC2Power"} <= {sensor["Id"] for sensor in sensors}
    assert all("ReadingType" in sensor for sensor in sensors)
    assert [node["Id"] for node in curl("/redfish/v1/Systems?$expand=.", *CREDENTIALS)["Members"]] == ["Node1", "Node2", "Node3", "Node4"]
    assert curl("/redfish/v1/Managers?only", *CREDENTIALS)["Id"] == "BMC"


def test_head_and_unknown_parameters(curl):
    headers = curl.headers(node_path(1), *CREDENTIALS, "--head")
    assert headers["odata-version"] == "4.0" and "PATCH" in headers["allow"]
    assert "describedby" in headers["link"] and headers["etag"]
    assert curl.status(f"{node_path(1)}?$nonsense=1", *CREDENTIALS) == "501"
    assert curl.status(f"{node_path(1)}?nonsense=1", *CREDENTIALS) == "200"


def test_the_event_stream(board, admin, curl, tmp_path):
    """An event arrives at a curl that stands open."""
    words = ["curl", "--silent", "--no-buffer", *CREDENTIALS, f"{board.base_url}/redfish/v1/EventService/SSE"]
    with subprocess.Popen(words, env=environment(board, tmp_path), stdout=subprocess.PIPE, text=True) as stream:
        try:
            read_until(stream, "MetricReport")  # so it is open
            admin.must(admin.reset(3, "ForceRestart"))
            assert '"/redfish/v1/Systems/Node3"' in read_until(stream, "PowerOrdered")
        finally:
            stream.terminate()


def read_until(stream, words):
    """The first data line with these words."""
    deadline = time.monotonic() + SSE_S
    for line in stream.stdout:  # a line comes at least each second: the live readings
        if line.startswith("data:") and words in line:
            return line
        assert time.monotonic() < deadline, f"no {words} within {SSE_S} s"
    raise AssertionError(f"the stream ended before {words}")
