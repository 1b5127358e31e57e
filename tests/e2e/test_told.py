# SPDX-License-Identifier: Apache-2.0
"""What a node's agent reports over the wire stands where clients look for it, until nobody reports any more."""
import pytest

import fitted
from agent import BACKPLANE, SERVICE, Agent
from client import node_path

NODE = 2
CHASSIS = f"/redfish/v1/Chassis/Node{NODE}"


@pytest.fixture
def agent(admin):
    made = admin.post(f"{node_path(NODE)}/Actions/Oem/Super4C.EnrolAgent", {}).json()
    with Agent(made["Word"], made["Port"]) as one:
        yield one
    admin.post(f"{node_path(NODE)}/Actions/Oem/Super4C.RevokeAgent", {})


def test_a_fitted_node_is_told_everywhere(admin, agent):
    agent.heard(fitted.report(), network=SERVICE)
    agent.heard(fitted.report(cpu_deci_c=642), network=BACKPLANE)
    system = admin.get(node_path(NODE))
    host = system["Oem"]["Super4C"]["Host"]
    assert system["HostName"] == "pi-two" and system["MemorySummary"] == {"TotalSystemMemoryGiB": 7.873}
    assert (host["Kernel"], host["Load"]) == ("6.12.34+rpt-rpi-2712", 1.52)
    assert admin.get(f"{CHASSIS}/Sensors/Node{NODE}CPUTemperature")["Reading"] == 64.2
    assert admin.get(f"{CHASSIS}/Thermal")["Fans"][0]["Reading"] == 2740
    drive = admin.get(f"{CHASSIS}/Drives/NVMe")
    assert (drive["Model"], drive["CapacityBytes"], drive["Status"]) == ("KINGSTON SNV2S500G", 500107862016, {"State": "Enabled", "Health": "OK"})
    backplane = admin.get(f"{node_path(NODE)}/EthernetInterfaces/Backplane")
    assert (backplane["MACAddress"], backplane["SpeedMbps"]) == ("00:E0:4C:68:00:FF", 2500)
    assert backplane["IPv4Addresses"] == [{"Address": "10.44.16.12", "SubnetMask": "255.255.255.0"}]
    metrics = admin.request("GET", "/metrics").text
    assert f'super4c_node_cpu_celsius{{node="{NODE}"}} 64.2\n' in metrics
    assert f'super4c_node_network_speed_bytes{{node="{NODE}",network="backplane"}} 312500000\n' in metrics


def test_a_fan_that_stands_still_is_critical_and_one_that_is_gone_absent(admin, agent):
    agent.heard(fitted.report(fan_rpm=0))
    assert admin.get(f"{CHASSIS}/ThermalSubsystem/Fans/Fan")["Status"] == {"State": "Enabled", "Health": "Critical"}
    agent.heard(fitted.number(8, "h", 500))
    assert admin.get(f"{CHASSIS}/ThermalSubsystem/Fans/Fan")["Status"] == {"State": "Absent"}
    assert admin.get(f"{CHASSIS}/Drives/NVMe")["Status"] == {"State": "Absent"}


def test_a_node_that_is_cut_reads_nothing(admin, agent):
    agent.heard(fitted.report())
    admin.must(admin.reset(NODE, "ForceOff"))
    try:
        sensor = admin.get(f"{CHASSIS}/Sensors/Node{NODE}CPUTemperature")
        assert "Reading" not in sensor and sensor["Status"] == {"State": "UnavailableOffline"}
        assert admin.get(f"{CHASSIS}/Drives/NVMe")["Model"] == "KINGSTON SNV2S500G"
        assert "cpu_celsius" not in admin.request("GET", "/metrics").text
    finally:
        admin.must(admin.reset(NODE, "On"))
