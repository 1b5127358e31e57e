# SPDX-License-Identifier: Apache-2.0
"""The same five resources of several Redfish services, measured in one run: each resource of one service after the other, so that what
else the machine does falls on all of them. What the others are, and where they come from, is up to who starts them."""
import base64
import json
import re
import shutil
import ssl
import subprocess
import urllib.parse
import urllib.request

CONNECTIONS = 4
REQUEST_TIMEOUT_S = 10
UNITS_MS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}


class Service:
    """At a URL, which may carry a user and a password."""

    def __init__(self, name, url, headers=None):
        parts = urllib.parse.urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"'{url}' is no URL of a service")
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        self.name, self.base = name, f"{parts.scheme}://{host}" + (f":{parts.port}" if parts.port else "")
        self.headers = dict(headers or {})
        if parts.username is not None:
            pair = f"{urllib.parse.unquote(parts.username)}:{urllib.parse.unquote(parts.password or '')}"
            self.headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
        self.tls = ssl.create_default_context()
        self.tls.check_hostname, self.tls.verify_mode = False, ssl.CERT_NONE  # a benchmark's certificate is anybody's

    def get(self, path):
        request = urllib.request.Request(self.base + path, headers=self.headers)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=self.tls))
        with opener.open(request, timeout=REQUEST_TIMEOUT_S) as response:
            return json.load(response)

    def resources(self):
        """(what, path) of the five."""
        root = self.get("/redfish/v1/")

        def first(collection):
            return self.get(root[collection]["@odata.id"])["Members"][0]["@odata.id"]

        return [
            ("service root", "/redfish/v1/"),
            ("collection of systems", root["Systems"]["@odata.id"]),
            ("first system", first("Systems")),
            ("first chassis", first("Chassis")),
            ("first manager", first("Managers")),
        ]

    def measure(self, path, seconds):
        """Requests a second, the p99 in milliseconds, and how many failed."""
        headers = [word for name, value in self.headers.items() for word in ("-H", f"{name}: {value}")]
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency", *headers, self.base + path]
        output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        rate = float(re.search(r"Requests/sec:\s+([\d.]+)", output).group(1))
        value, unit = re.search(r"99%\s+([\d.]+)(us|ms|s|m)\b", output).groups()
        failed = sum(map(int, re.findall(r"Non-2xx or 3xx responses: (\d+)", output)))
        sockets = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", output)
        failed += sum(map(int, sockets.groups())) if sockets else 0
        return rate, float(value) * UNITS_MS[unit], failed


def parse(text):
    """NAME=URL."""
    name, _, url = text.partition("=")
    if not name or not url:
        raise ValueError(f"'{text}' is not NAME=URL")
    return Service(name, url)


def print_beside(services, seconds):
    if not shutil.which("wrk"):
        print("beside others: wrk is not installed")
        return
    paths = {service.name: service.resources() for service in services}
    print(f"beside others: requests/s (p99 ms), {CONNECTIONS} connections, kept alive where the service keeps them; {seconds} s each", flush=True)
    print(" " * 24 + "".join(f"{service.name + ' ' + service.base.partition(':')[0]:>28}" for service in services), flush=True)
    for index, (what, _) in enumerate(paths[services[0].name]):
        figures = []
        for service in services:
            rate, p99_ms, failed = service.measure(paths[service.name][index][1], seconds)
            figures.append(f"{rate:.0f} ({p99_ms:.2f})" + (f", {failed} failed" if failed else ""))
        print(f"{what:<24}" + "".join(f"{figure:>28}" for figure in figures), flush=True)
