# SPDX-License-Identifier: Apache-2.0
"""What the agent of a fully fitted node reports: each item of docs/heartbeat.md, with a value of its own."""
import struct

from agent import BACKPLANE, SERVICE, abilities, boot_id, item, uptime, version

INTERFACE = struct.Struct(">BBHBB4s6sIII2x")


def number(kind, form, *values):
    return item(kind, struct.pack(f">{form}", *values))


def text(kind, value):
    return item(kind, value.encode())


def interface(network, speed_mbps, address, mac, carrier_changes=1, up=True):
    return item(18, INTERFACE.pack(network, up, speed_mbps, 1, 24, bytes(address), bytes.fromhex(mac), carrier_changes, 0, 0))


def report(cpu_deci_c=613, fan_rpm=2740):
    return b"".join([
        boot_id(), uptime(86400), version("0.4.0"), abilities(),
        number(3, "H", 152), number(4, "H", 25), number(5, "H", 310),
        number(6, "I", 8062), number(7, "B", 4),
        number(8, "h", cpu_deci_c), number(9, "I", 0x50005),
        number(10, "H", fan_rpm), number(11, "BB", 125, 0),
        text(12, "KINGSTON SNV2S500G"), text(13, "50026B7686A1B2C3"), number(14, "Q", 500107862016),
        number(15, "h", 447), number(16, "B", 3), number(17, "BB", 2, 1),
        interface(SERVICE, 1000, (192, 168, 1, 12), "2ccf6701020a"),
        interface(BACKPLANE, 2500, (10, 44, 16, 12), "00e04c6800ff", carrier_changes=5),
        text(19, "pi-two"), text(20, "6.12.34+rpt-rpi-2712"), text(21, "Debian GNU/Linux 12 (bookworm)"), number(25, "B", 0),
    ])
