# SPDX-License-Identifier: Apache-2.0
"""Finding the board by SSDP, as DMTF's protocol validator searches: over the loopback, which the group is joined on."""
import contextlib
import http.client
import io
import socket
import struct
import time

from client import wait_for

GROUP, PORT, LOOPBACK = "239.255.255.250", 1900, "127.0.0.1"
URN = "urn:dmtf-org:service:redfish-rest:1"
PROTOCOL = "/redfish/v1/Managers/BMC/NetworkProtocol"
ANSWER_S = 1


class Datagram(io.BytesIO):
    """What http.client takes for a socket."""

    def makefile(self, *_):
        return self


def headers(message):
    """Of a NOTIFY, whose first line is a request's."""
    return http.client.parse_headers(io.BytesIO(message.split(b"\r\n", 1)[1]))


def search(target, address=GROUP):
    """The headers of all answers by the UUID in their USN. Other boards of this machine may answer as well."""
    found = {}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(LOOPBACK))
        lines = ("M-SEARCH * HTTP/1.1", f"Host: {GROUP}:{PORT}", 'Man: "ssdp:discover"', f"ST: {target}", "MX: 1", "", "")
        client.sendto("\r\n".join(lines).encode(), (address, PORT))
        deadline = time.monotonic() + ANSWER_S
        with contextlib.suppress(TimeoutError):
            while True:
                client.settimeout(max(0.01, deadline - time.monotonic()))
                response = http.client.HTTPResponse(Datagram(client.recv(2048)))
                response.begin()
                assert response.status == 200
                found[response.getheader("USN").split("::")[0].removeprefix("uuid:")] = response.headers
    return found


def uuid_of(board):
    return board.client().get("/redfish/v1")["UUID"]


def test_answer_leads_to_the_service_root(board):
    uuid = uuid_of(board)
    for target in (URN, f"{URN}:6", "ssdp:all", "upnp:rootdevice"):
        answer = search(target)[uuid]
        assert answer["AL"] == f"{board.base_url}/redfish/v1/"
        assert answer["ST"].startswith(URN)
        assert answer["USN"] == f"uuid:{uuid}::{answer['ST']}"
        assert answer["EXT"] == ""
        assert int(answer["CACHE-CONTROL"].removeprefix("max-age=")) >= 1800


def test_other_searches_are_not_answered(board):
    uuid = uuid_of(board)
    for target in (f"{URN}:99", "urn:dmtf-org:service:redfish-rest:2", "urn:schemas-upnp-org:device:MediaServer:1", ""):
        assert uuid not in search(target)


def test_switched_off_it_is_silent_at_once(board, admin):
    uuid = uuid_of(board)
    assert uuid in search("ssdp:all")
    try:
        answer = admin.patch(PROTOCOL, {"SSDP": {"ProtocolEnabled": False}})
        assert answer.status_code == 200 and answer.json()["SSDP"]["ProtocolEnabled"] is False
        assert uuid not in search("ssdp:all")
        assert uuid not in search(URN)
    finally:
        assert admin.patch(PROTOCOL, {"SSDP": {"ProtocolEnabled": True}}).status_code == 200
    assert uuid in search("ssdp:all")


@contextlib.contextmanager
def notifications(uuid):
    """Yields a function that gives the kinds of the notifications of this board heard so far."""
    kinds = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ear:
        ear.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        ear.bind(("", PORT))
        ear.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, struct.pack("4s4s", socket.inet_aton(GROUP), socket.inet_aton(LOOPBACK)))
        ear.setblocking(False)

        def heard():
            with contextlib.suppress(BlockingIOError):
                while True:
                    message = ear.recv(2048)
                    if message.startswith(b"NOTIFY * ") and uuid.encode() in message:
                        assert headers(message)["AL"].endswith("/redfish/v1/")
                        kinds.append(headers(message)["NTS"])
            return kinds

        yield heard


def test_comings_and_goings_are_announced(board, admin):
    with notifications(uuid_of(board)) as heard:
        assert admin.patch(PROTOCOL, {"SSDP": {"ProtocolEnabled": False}}).status_code == 200
        wait_for(lambda: heard() == ["ssdp:byebye"], 5, "byebye")
        assert admin.patch(PROTOCOL, {"SSDP": {"ProtocolEnabled": True}}).status_code == 200
        wait_for(lambda: heard() == ["ssdp:byebye", "ssdp:alive"], 5, "alive")


def test_the_answer_is_the_same_after_a_restart(make_board):
    board = make_board()
    uuid = uuid_of(board)
    before = dict(search(URN)[uuid])
    board.kill_firmware()
    board.wait_until_served()
    assert dict(search(URN)[uuid]) == before
