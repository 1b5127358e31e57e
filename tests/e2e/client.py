# SPDX-License-Identifier: Apache-2.0
"""A Redfish client as a person with a few lines of Python would write it. The certificate is always verified."""
import time

import requests
import urllib3

SYSTEMS = "/redfish/v1/Systems"
SESSIONS = "/redfish/v1/SessionService/Sessions"
ENTRIES = "/redfish/v1/Managers/BMC/LogServices/EventLog/Entries"
REQUEST_TIMEOUT_S = 20
PAGE_COUNT = 24  # entries on a page of the log


def node_path(node):
    return f"{SYSTEMS}/Node{node}"


def messages(response):
    """The message ids of an error body, without registry and version."""
    return [info["MessageId"].split(".")[-1] for info in response.json()["error"]["@Message.ExtendedInfo"]]


def words(response):
    """All an error says to people."""
    return " ".join(info["Message"] for info in response.json()["error"]["@Message.ExtendedInfo"])


class Client:
    def __init__(self, base_url, certificate):
        self.base_url = base_url.rstrip("/")
        self.http = requests.Session()
        self.http.trust_env = False  # no proxy, no .netrc
        self.http.verify = str(certificate)
        # A connection that was idle may be closed by the server just as it is used again (RFC 9112, 9.3.1): reading is tried anew.
        again = urllib3.Retry(total=1, connect=0, read=1, status=0, redirect=0, other=0, allowed_methods=frozenset({"GET"}),
                              respect_retry_after_header=False)
        self.http.mount("https://", requests.adapters.HTTPAdapter(max_retries=again))

    def request(self, method, path, **options):
        options.setdefault("timeout", REQUEST_TIMEOUT_S)
        return self.http.request(method, self.base_url + path, **options)

    def get(self, path, **options):
        response = self.request("GET", path, **options)
        assert response.status_code == 200, f"GET {path}: {response.status_code} {response.text}"
        return response.json()

    def post(self, path, body, **options):
        return self.request("POST", path, json=body, **options)

    def patch(self, path, body, **options):
        return self.request("PATCH", path, json=body, **options)

    def try_login(self, user, password):
        return self.post(SESSIONS, {"UserName": user, "Password": password})

    def login(self, user, password):
        """From now on in a session of this user."""
        self.http.headers.pop("X-Auth-Token", None)
        response = self.try_login(user, password)
        assert response.status_code == 201, f"sign-in as {user}: {response.status_code} {response.text}"
        self.http.headers["X-Auth-Token"] = response.headers["X-Auth-Token"]
        return response

    def use_basic(self, user, password):
        """From now on with credentials in every request, which outlives a restart of the controller."""
        self.http.headers.pop("X-Auth-Token", None)
        self.http.auth = (user, password)

    # --- nodes

    def node(self, node):
        return self.get(node_path(node))

    def power_state(self, node):
        return self.node(node)["PowerState"]

    def oem(self, node):
        return self.node(node)["Oem"]["Super4C"]

    def reset(self, node, reset_type):
        return self.post(f"{node_path(node)}/Actions/ComputerSystem.Reset", {"ResetType": reset_type})

    def module_off(self, node):
        return self.post(f"{node_path(node)}/Actions/Oem/Super4C.ModuleOff", {})

    def finish(self, response, timeout_s=25):
        """Follows an order to its end: 202 names a task monitor, which says 202 until it has the answer. True when it was done."""
        monitor = response.headers.get("Location", "")
        if response.status_code == 202:
            path = monitor[monitor.index("/redfish") :]
            (response,) = wait_for(lambda: self.answered(path), timeout_s, "the task to end")
        assert response.status_code in (204, 500), f"{response.status_code} {response.text}"
        return response.status_code == 204

    def answered(self, path):
        """In a tuple, as an answer that is an error counts as false."""
        response = self.request("GET", path)
        return None if response.status_code == 202 else (response,)

    def must(self, response, timeout_s=25):
        assert self.finish(response, timeout_s), f"{response.status_code} {response.text}"

    # --- the event log

    def entries(self, count=48):
        """The newest entries, oldest first."""
        found, path = [], f"{ENTRIES}?$top={count}" if count <= PAGE_COUNT else ENTRIES
        while path and len(found) < count:
            page = self.get(path)
            found += page["Members"]
            path = page.get("Members@odata.nextLink")
        return sorted(found[:count], key=lambda entry: int(entry["Id"]))

    def last_entry_id(self):
        entries = self.entries(1)
        return int(entries[-1]["Id"]) if entries else 0

    def entries_after(self, entry_id, event=None, node=None):
        """Entries newer than that, of one event (the last part of its MessageId) and one node if wanted."""
        found = [entry for entry in self.entries(256) if int(entry["Id"]) > entry_id]
        if event:
            found = [entry for entry in found if entry["MessageId"].endswith("." + event)]
        if node:
            found = [entry for entry in found if entry["Oem"]["Super4C"].get("Node") == node]
        return found

    def wait_for_event(self, entry_id, event, node=None, timeout_s=10):
        return wait_for(lambda: self.entries_after(entry_id, event, node), timeout_s, f"event {event}")[0]


def wait_for(condition, timeout_s, what, interval_s=0.1):
    """Polls until the condition yields something true, and returns that."""
    deadline = time.monotonic() + timeout_s
    while True:
        result = condition()
        if result:
            return result
        assert time.monotonic() < deadline, f"waited {timeout_s} s in vain for {what}"
        time.sleep(interval_s)
