# SPDX-License-Identifier: Apache-2.0
"""Hardware that does not follow: an order then ends as an error and an event, and "Off" is never said of a live rail."""
import pytest

from board import NODES, now_us
from client import messages, wait_for, words

OFF_MV = 500


@pytest.fixture(autouse=True)
def repaired(board, admin):
    yield
    for node in NODES:
        board.twinctl("rail", node, "ok")
        board.twinctl("pmic", node, "ok")
    board.twinctl("i2c", "ok")
    wait_for(lambda: all("Order" not in admin.oem(node) for node in NODES), 20, "all orders to end")
    wait_for(lambda: all(admin.power_state(node) is not None for node in NODES), 10, "measurements")
    for node in NODES:
        if admin.power_state(node) != "On":
            admin.must(admin.reset(node, "On"))


def watch_until_finished(admin, node, response):
    """All power states told while the order runs, and whether it was done."""
    told = set()

    def ended():
        view = admin.node(node)
        told.add(view["PowerState"])
        return "Order" not in view["Oem"]["Super4C"]

    wait_for(ended, 20, "the order to end", interval_s=0.05)
    return admin.finish(response), told


def test_rail_that_stays_on_is_an_error_and_never_off(board, admin):
    entry = admin.last_entry_id()
    board.twinctl("rail", 3, "stuck-on")
    response = admin.reset(3, "ForceOff")
    done, told = watch_until_finished(admin, 3, response)
    assert not done
    assert board.rail_mv(3) > OFF_MV
    assert admin.power_state(3) != "Off" and "Off" not in told
    event = admin.wait_for_event(entry, "PowerOrderFailed", 3)
    assert event["Severity"] == "Critical" and " mV" in event["Message"]
    assert admin.entries_after(entry, "PowerOrderCompleted", 3) == []
    assert admin.oem(3)["LastOrderFailure"]
    if response.status_code == 500:
        assert messages(response) == ["PowerOrderFailed"] and "mV" in words(response)


def test_rail_that_stays_off_is_an_error_and_the_channel_is_cut_again(board, admin):
    admin.must(admin.reset(2, "ForceOff"))
    entry = admin.last_entry_id()
    board.twinctl("rail", 2, "stuck-off")
    done, _ = watch_until_finished(admin, 2, admin.reset(2, "On"))
    assert not done
    wait_for(lambda: admin.power_state(2) == "Off", 2, "the measured truth")
    assert admin.wait_for_event(entry, "PowerOrderFailed", 2)["Severity"] == "Critical"
    pins = board.status()["pins"]
    assert (pins["BMC_PSU2"], pins["CM5_2_PMIC_ENABLE"]) == (1, 0), "no module is left released on a dead rail"
    board.twinctl("rail", 2, "ok")
    admin.must(admin.reset(2, "On"))
    assert "LastOrderFailure" not in admin.oem(2)


def test_restart_without_effect_is_an_error(board, admin):
    wait_for(lambda: board.twin_node(1)["state"] == "up", 30, "node 1 up")
    entry = admin.last_entry_id()
    board.twinctl("pmic", 1, "stuck")
    done, _ = watch_until_finished(admin, 1, admin.reset(1, "ForceRestart"))
    assert not done
    admin.wait_for_event(entry, "PowerOrderFailed", 1)


def test_lost_sensor_makes_states_unknown_not_off(board, admin):
    entry = admin.last_entry_id()
    start = now_us()
    board.twinctl("i2c", "fault")
    wait_for(lambda: all(admin.power_state(node) is None for node in NODES), 5, "power states to become unknown")
    assert admin.wait_for_event(entry, "SensorLost")["Severity"] == "Critical"
    for node in NODES:
        assert admin.oem(node)["StateReason"]
        assert "RailMilliVolts" not in admin.oem(node) or admin.oem(node)["MeasuredAgeMilliSeconds"] > 0
    sensors = "/redfish/v1/Chassis/Node1/Sensors"
    rail = admin.get(f"{sensors}/Node1RailVoltage")
    assert "Reading" not in rail and rail["Status"]["State"] == "UnavailableOffline"
    assert board.edges(start) == [], "a lost sensor moves no pin"

    board.twinctl("i2c", "ok")
    wait_for(lambda: all(admin.power_state(node) == "On" for node in NODES), 5, "power states to be known again")
    admin.wait_for_event(entry, "SensorRestored")
    assert 5.0 < admin.get(f"{sensors}/Node1RailVoltage")["Reading"] < 5.4


def test_off_without_a_sensor_is_carried_out_but_not_called_off(board, admin):
    board.twinctl("i2c", "fault")
    wait_for(lambda: admin.power_state(4) is None, 5, "an unknown power state")
    done, told = watch_until_finished(admin, 4, admin.reset(4, "ForceOff"))
    assert not done, "no sensor proved it"
    assert told == {None}
    assert board.rail_mv(4) < OFF_MV
    board.twinctl("i2c", "ok")
    wait_for(lambda: admin.power_state(4) == "Off", 5, "the measured truth")


def test_button_at_the_board_is_seen(board, admin):
    entry = admin.last_entry_id()
    board.twinctl("button", 2, 1500)
    admin.wait_for_event(entry, "RailLost", 2)
    admin.wait_for_event(entry, "RailReturned", 2)
