# SPDX-License-Identifier: Apache-2.0
"""The HTTPS certificate: looked at, asked for, replaced while people are connected, and kept over a crash. The authority is OpenSSL."""
import http.client
import ssl
import subprocess

import pytest

from board import PASSWORD
from client import Client, messages

SERVICE = "/redfish/v1/CertificateService"
CERTIFICATES = "/redfish/v1/Managers/BMC/NetworkProtocol/HTTPS/Certificates"
REQUEST = f"{SERVICE}/Actions/CertificateService.GenerateCSR"
REPLACE = f"{SERVICE}/Actions/CertificateService.ReplaceCertificate"


class Authority:
    def __init__(self, directory):
        self.directory = directory
        self.root = directory / "root.pem"
        key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", directory / "root-key.pem")
        self.openssl("req", "-x509", *key, "-days", "30", "-subj", "/CN=Authority", "-out", self.root)

    def openssl(self, *words):
        result = subprocess.run(["openssl", *map(str, words)], capture_output=True, text=True, check=False)
        assert result.returncode == 0, result.stderr
        return result.stdout

    def sign(self, request):
        """The certificate for a request as PEM, with the names the request asks for."""
        asked = self.directory / "request.pem"
        asked.write_text(request, encoding="ascii")
        key = ("-CA", self.root, "-CAkey", self.directory / "root-key.pem", "-CAcreateserial")
        return self.openssl("x509", "-req", "-in", asked, *key, "-days", "20", "-copy_extensions", "copy")

    def foreign(self):
        """A certificate of a key that the board has never seen."""
        key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", self.directory / "foreign-key.pem")
        return self.sign(self.openssl("req", "-new", *key, "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"))


@pytest.fixture
def authority(tmp_path):
    return Authority(tmp_path)


def ask(admin, **more):
    body = {"CommonName": "super4c.example", "AlternativeNames": ["super4c.example", "localhost", "127.0.0.1"], **more}
    response = admin.post(REQUEST, {**body, "CertificateCollection": {"@odata.id": CERTIFICATES}})
    assert response.status_code == 200, response.text
    return response.json()["CSRString"]


def replace(admin, pem, kind="PEM"):
    return admin.post(REPLACE, {"CertificateString": pem, "CertificateType": kind, "CertificateUri": {"@odata.id": f"{CERTIFICATES}/1"}})


def served(board):
    return ssl.get_server_certificate(("127.0.0.1", board.port))


def same(one, other):
    return ssl.PEM_cert_to_DER_cert(one) == ssl.PEM_cert_to_DER_cert(other)


def test_what_is_shown_is_what_is_served(board, admin):
    locations = admin.get(f"{SERVICE}/CertificateLocations")["Links"]["Certificates"]
    assert locations == [{"@odata.id": f"{CERTIFICATES}/1"}]
    shown = admin.get(f"{CERTIFICATES}/1")
    assert same(shown["CertificateString"], served(board))
    assert "127.0.0.1" in shown["Subject"]["AlternativeNames"]
    assert shown["KeyUsage"] == ["DigitalSignature", "ServerAuthentication"]


def test_request_is_a_well_formed_one(admin, authority):
    request = ask(admin, Country="KR", Organization="Example & Sons", Email="ops@example.org")
    path = authority.directory / "request.pem"
    path.write_text(request, encoding="ascii")
    words = authority.openssl("req", "-in", path, "-noout", "-text", "-verify", "-nameopt", "utf8,sep_comma_plus")
    for part in ("CN=super4c.example", "C=KR", "O=Example & Sons", "DNS:super4c.example", "IP Address:127.0.0.1", "prime256v1", "Digital Signature"):
        assert part in words, words


def test_new_certificate_is_served_without_dropping_anyone(make_board, authority):
    board = make_board()
    admin = board.admin()
    token = admin.http.headers["X-Auth-Token"]
    old = http.client.HTTPSConnection("127.0.0.1", board.port, context=ssl.create_default_context(cafile=board.state / "tls/cert.pem"), timeout=20)
    old.connect()
    connected = old.sock.getpeercert(binary_form=True)
    certificate = authority.sign(ask(admin))
    assert replace(admin, certificate + authority.root.read_text(encoding="ascii"), "PEMchain").status_code == 204

    assert same(served(board), certificate)
    fresh = Client(board.base_url, authority.root)
    fresh.http.headers["X-Auth-Token"] = token
    assert fresh.get(f"{CERTIFICATES}/1")["Issuer"]["CommonName"] == "Authority"
    assert [entry["MessageArgs"] for entry in fresh.entries_after(0, "CertificateReplaced")] == [["super4c.example"]]
    for _ in range(3):  # the one connection that was there before goes on
        old.request("GET", "/redfish/v1/Systems", headers={"X-Auth-Token": token})
        response = old.getresponse()
        assert response.read() and response.status == 200
        assert old.sock.getpeercert(binary_form=True) == connected

    board.kill_firmware()
    board.wait_until_served()
    assert same(served(board), certificate)
    assert (board.state / "tls/key.pem").stat().st_mode & 0o077 == 0
    assert sorted(path.name for path in (board.state / "tls").iterdir()) == ["cert.pem", "key.pem"]


def test_unfit_certificates_change_nothing(board, admin, authority):
    before = served(board)
    root = authority.root.read_text(encoding="ascii")
    unfit = (
        (authority.foreign(), "another key"),
        (root, "another key"),
        ("no certificate", "PEM"),
        (authority.sign(ask(admin)) + before, "issued by the next"),
    )
    for pem, word in unfit:
        refused = replace(admin, pem)
        assert refused.status_code == 400 and messages(refused) == ["ActionParameterValueError"], refused.text
        assert word in refused.json()["error"]["@Message.ExtendedInfo"][0]["Resolution"], refused.text
        assert "PRIVATE" not in refused.text
    assert replace(admin, root * 8).status_code == 413
    assert served(board) == before


def test_only_who_may_configure_the_manager_may_do_it(board, admin):
    accounts = "/redfish/v1/AccountService/Accounts"
    assert admin.post(accounts, {"UserName": "looker", "Password": PASSWORD, "RoleId": "Operator"}).status_code == 201
    try:
        looker = board.client()
        looker.login("looker", PASSWORD)
        assert looker.get(f"{CERTIFICATES}/1")["Id"] == "1"
        assert replace(looker, served(board)).status_code == 403
        assert looker.post(REQUEST, {"CommonName": "x", "CertificateCollection": {"@odata.id": CERTIFICATES}}).status_code == 403
    finally:
        assert admin.request("DELETE", f"{accounts}/looker").status_code in (200, 204)
    for path in (f"{CERTIFICATES}/1", SERVICE):
        assert board.client().request("GET", path).status_code == 401
