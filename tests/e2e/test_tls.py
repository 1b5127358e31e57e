# SPDX-License-Identifier: Apache-2.0
"""What two scanners that others trust say of our TLS: nothing below 1.2, no weak suite, none of the known holes."""
import json
import subprocess
import xml.etree.ElementTree as xml

import pytest

TIMEOUT_S = 300
SUITES = {
    "TLS_AES_256_GCM_SHA384",
    "TLS_CHACHA20_POLY1305_SHA256",
    "TLS_AES_128_GCM_SHA256",
    "ECDHE-ECDSA-AES256-GCM-SHA384",
    "ECDHE-ECDSA-CHACHA20-POLY1305",
    "ECDHE-ECDSA-AES128-GCM-SHA256",
}
NOT_OURS = {
    "BREACH",  # the page's files are compressed; they are public, and testssl.sh looks at them alone (its own hint says so)
    "secure_client_renego",  # told by the clock, so on a busy machine by chance: sslscan asks for a renegotiation and is refused
}
GOOD = ("OK", "INFO", "LOW")


@pytest.fixture(scope="module")
def sslscan(board, tmp_path_factory):
    report = tmp_path_factory.mktemp("sslscan") / "report.xml"
    command = ["sslscan", f"--xml={report}", "--no-colour", f"127.0.0.1:{board.port}"]
    subprocess.run(command, check=True, capture_output=True, timeout=TIMEOUT_S)
    return xml.parse(report).getroot().find("ssltest")


def test_protocols(sslscan):
    offered = {f"{one.get('type')}{one.get('version')}" for one in sslscan.iter("protocol") if one.get("enabled") == "1"}
    tried = {f"{one.get('type')}{one.get('version')}" for one in sslscan.iter("protocol")}
    assert offered == {"tls1.2", "tls1.3"}
    assert {"ssl2", "ssl3", "tls1.0", "tls1.1"} <= tried


def test_suites_and_groups(sslscan):
    suites = {one.get("cipher") for one in sslscan.iter("cipher")}
    assert suites == SUITES
    assert all(one.get("strength") in ("strong", "acceptable") and int(one.get("bits")) >= 128 for one in sslscan.iter("cipher"))
    assert all(int(one.get("bits")) >= 128 for one in sslscan.iter("group"))


def test_certificate_and_renegotiation(sslscan):
    key = sslscan.find("certificates/certificate/pk")
    assert (key.get("error"), key.get("type"), key.get("curve_name")) == ("false", "EC", "prime256v1")
    assert "sha256" in sslscan.findtext("certificates/certificate/signature-algorithm").lower()
    assert sslscan.findtext("certificates/certificate/expired") == "false"
    assert sslscan.find("renegotiation").get("supported") == "0"
    assert all(one.get("vulnerable") == "0" for one in sslscan.iter("heartbleed"))


def test_testssl_finds_nothing(board, tmp_path):
    """Protocols, suites, server preferences, and every vulnerability it knows."""
    report = tmp_path / "report.json"
    command = ["testssl", "--quiet", "--color", "0", "--warnings", "off", "--nodns", "none", "-p", "-s", "-U", "--jsonfile", str(report)]
    subprocess.run([*command, f"127.0.0.1:{board.port}"], capture_output=True, timeout=TIMEOUT_S, check=False, stdin=subprocess.DEVNULL)
    findings = {one["id"]: one for one in json.loads(report.read_text(encoding="utf-8"))}
    assert {"SSLv2", "SSLv3", "TLS1", "TLS1_1", "TLS1_2", "TLS1_3", "cipherlist_LOW", "heartbleed", "ROBOT", "LUCKY13"} <= findings.keys()
    bad = [f"{one['id']}: {one['severity']} {one['finding']}" for one in findings.values() if one["severity"] not in (*GOOD, "WARN", "DEBUG")]
    assert not [words for words in bad if words.partition(":")[0] not in NOT_OURS]
    for old in ("SSLv2", "SSLv3", "TLS1", "TLS1_1"):
        assert findings[old]["finding"] == "not offered"
