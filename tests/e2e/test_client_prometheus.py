# SPDX-License-Identifier: Apache-2.0
"""Prometheus and its promtool on /metrics, with an account that may read metrics and nothing else."""
import json
import subprocess
import urllib.parse
import urllib.request

import pytest

from board import free_port
from client import SESSIONS, SYSTEMS, node_path, wait_for
from clients.accounts import account
from clients.program import environment, run, told

METRICS = "/metrics"
METRICS_ROLE = "MetricsReader"
START_TIMEOUT_S = 30
CONFIGURATION = """
global:
  scrape_interval: 1s
scrape_configs:
  - job_name: super4c
    scheme: https
    metrics_path: /metrics
    basic_auth: {{username: {user}, password: {password}}}
    tls_config: {{ca_file: {certificate}}}
    static_configs: [{{targets: ["127.0.0.1:{port}"]}}]
"""


@pytest.fixture(scope="module")
def reader(board):
    with account(board.admin(), "prometheus", METRICS_ROLE) as credentials:
        yield credentials


@pytest.fixture
def scrape(board, reader):
    client = board.client()
    client.use_basic(*reader)
    return client


class Prometheus:
    """A real one, on a loopback port, with its store in a directory of its own."""

    def __init__(self, board, home, user, password):
        self.url = f"http://127.0.0.1:{free_port()}"
        self.certificate = board.state / "tls/cert.pem"
        configuration = home / "prometheus.yml"
        filled = CONFIGURATION.format(user=user, password=password, certificate=self.certificate, port=board.port)
        configuration.write_text(filled, encoding="utf-8")
        checked = run(board, home, "promtool", "check", "config", configuration)
        assert checked.returncode == 0, told(checked)
        words = ["prometheus", f"--config.file={configuration}", f"--storage.tsdb.path={home / 'data'}"]
        words.append(f"--web.listen-address={self.url.removeprefix('http://')}")
        self.log = (home / "prometheus.log").open("w", encoding="utf-8")
        self.process = subprocess.Popen(words, env=environment(board, home), stdout=self.log, stderr=self.log)

    def get(self, path):
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(self.url + path, timeout=5) as answer:
                return json.load(answer)["data"]
        except OSError:
            return None  # not there yet

    def query(self, expression):
        """The samples of an instant query: labels and value."""
        data = self.get("/api/v1/query?query=" + urllib.parse.quote(expression))
        return [(sample["metric"], float(sample["value"][1])) for sample in data["result"]] if data else []

    def target(self):
        data = self.get("/api/v1/targets")
        return data["activeTargets"][0] if data and data["activeTargets"] else {}

    def stop(self):
        self.process.terminate()
        self.process.wait(20)
        self.log.close()


@pytest.fixture(scope="module")
def prometheus(board, reader, tmp_path_factory):
    server = Prometheus(board, tmp_path_factory.mktemp("prometheus"), *reader)
    try:
        wait_for(lambda: server.target().get("health") in ("up", "down"), START_TIMEOUT_S, "the first scrape")
        yield server
    finally:
        server.stop()


def test_promtool_finds_nothing_wrong(board, scrape, tmp_path):
    response = scrape.request("GET", METRICS, headers={"Accept": "text/plain"})
    assert response.status_code == 200, response.text
    words, variables = ["promtool", "check", "metrics"], environment(board, tmp_path)
    checked = subprocess.run(words, input=response.text, env=variables, capture_output=True, text=True, timeout=20, check=False)
    assert checked.returncode == 0 and checked.stderr == "", checked.stdout + checked.stderr + response.text


def test_openmetrics_is_said_and_ended(scrape):
    """What a Prometheus asks for, and how the text says that it is whole."""
    response = scrape.request("GET", METRICS, headers={"Accept": "application/openmetrics-text;version=1.0.0,text/plain;q=0.5"})
    assert response.headers["Content-Type"].startswith("application/openmetrics-text")
    assert response.text.endswith("\n# EOF\n")


def test_a_real_prometheus_scrapes_it(board, admin, prometheus):
    assert prometheus.target()["health"] == "up", prometheus.target()["lastError"]
    assert prometheus.query("up")[0][1] == 1
    on = prometheus.query("super4c_node_powered")
    assert sorted((labels["node"], value) for labels, value in on) == [(node, 1) for node in "1234"]
    told_v = prometheus.query('super4c_rail_volts{node="1"}')[0][1]
    assert told_v == pytest.approx(board.rail_mv(1) / 1000, abs=0.2)
    admin.must(admin.reset(2, "ForceOff"))
    wait_for(lambda: [value for _, value in prometheus.query('super4c_node_powered{node="2"}')] == [0], 10, "node 2 to be seen off")
    admin.must(admin.reset(2, "On"))


def test_the_account_reads_metrics_and_nothing_else(board, scrape, reader):
    for path in (SYSTEMS, node_path(1), "/redfish/v1/Chassis/Board/Sensors", SESSIONS, "/redfish/v1/AccountService/Accounts"):
        assert scrape.request("GET", path).status_code == 403, path
    assert scrape.reset(1, "ForceOff").status_code == 403
    assert board.client().request("GET", METRICS).status_code == 401
    wrong = board.client()
    wrong.use_basic(reader[0], "wrong words 1")
    assert wrong.request("GET", METRICS).status_code == 401


def test_an_administrator_may_read_them_too(admin):
    assert "# EOF" in admin.request("GET", METRICS, headers={"Accept": "application/openmetrics-text"}).text
