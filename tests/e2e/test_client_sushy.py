# SPDX-License-Identifier: Apache-2.0
"""sushy, the library through which Ironic and Metal3 speak Redfish. Each of its requests is a TLS connection of its own."""
import time

import pytest
import sushy
from sushy import auth as sushy_auth
from sushy import exceptions

from board import NODES, PASSWORD
from client import SESSIONS, node_path, wait_for
from clients.accounts import account, node_role

OFF_MV = 500
LEAKED_SESSIONS = 60
IRONIC_DELAY_S = 1
AUTHENTICATIONS = {"session": sushy_auth.SessionAuth, "basic": sushy_auth.BasicAuth, "session or basic": sushy_auth.SessionOrBasicAuth}


def connect(board, auth=None, user="admin", password=PASSWORD):
    auth = auth or sushy_auth.SessionOrBasicAuth
    return sushy.Sushy(board.base_url, auth=auth(user, password), verify=str(board.state / "tls/cert.pem"))


def vanish(root):
    """Forgets a connection as a conductor that dies does: without signing out."""
    root._auth = None  # pylint: disable=protected-access


@pytest.fixture(scope="module", autouse=True)
def no_environment():
    """requests believes it before what it is told, for certificates and proxies."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "HTTPS_PROXY", "https_proxy"):
            patch.delenv(name, raising=False)
        yield


@pytest.fixture(scope="module")
def root(board, no_environment):
    return connect(board)


@pytest.fixture
def node2(board, admin, root):
    yield root.get_system(node_path(2))
    if admin.power_state(2) != "On":
        admin.must(admin.reset(2, "On"))


def wait_for_power(system, state):
    """As Ironic does: the answer to a reset means nothing to it, and it looks for the first time a second after that."""

    def reached():
        system.refresh(force=True)
        return system.power_state == state

    time.sleep(IRONIC_DELAY_S)
    wait_for(reached, 20, f"{state}")


@pytest.mark.parametrize("kind", AUTHENTICATIONS)
def test_every_authentication(board, kind):
    root = connect(board, AUTHENTICATIONS[kind])
    assert [system.identity for system in root.get_system_collection().get_members()] == [f"Node{node}" for node in NODES]


def test_power(board, admin, node2):
    wanted = {sushy.RESET_ON, sushy.RESET_FORCE_OFF, sushy.RESET_FORCE_RESTART}
    assert wanted <= node2.get_allowed_reset_system_values()
    node2.reset_system(sushy.RESET_FORCE_OFF)
    wait_for_power(node2, sushy.SYSTEM_POWER_STATE_OFF)
    assert board.rail_mv(2) < OFF_MV
    node2.reset_system(sushy.RESET_FORCE_OFF)  # already so: not an error
    node2.reset_system(sushy.RESET_FORCE_ON)
    wait_for_power(node2, sushy.SYSTEM_POWER_STATE_ON)
    boot_id = board.twin_node(2)["boot_id"]
    node2.reset_system(sushy.RESET_FORCE_RESTART)
    wait_for(lambda: board.twin_node(2)["boot_id"] != boot_id and "Order" not in admin.oem(2), 10, "another boot")
    node2.reset_system(sushy.ResetType.POWER_CYCLE)
    wait_for(lambda: "Order" not in admin.oem(2), 20, "the end of the power cycle")
    wait_for_power(node2, sushy.SYSTEM_POWER_STATE_ON)


def test_boot_override(node2):
    targets = node2.get_allowed_system_boot_source_values()
    assert {sushy.BOOT_SOURCE_TARGET_PXE, sushy.BOOT_SOURCE_TARGET_HDD, sushy.BOOT_SOURCE_TARGET_CD} <= targets
    for target, enabled in (
        (sushy.BOOT_SOURCE_TARGET_PXE, sushy.BOOT_SOURCE_ENABLED_ONCE),
        (sushy.BOOT_SOURCE_TARGET_CD, None),  # Ironic leaves out what does not change
        (sushy.BOOT_SOURCE_TARGET_HDD, sushy.BOOT_SOURCE_ENABLED_CONTINUOUS),
    ):
        node2.set_system_boot_options(target, enabled=enabled)
        node2.refresh(force=True)
        assert node2.boot["target"] == target and enabled in (None, node2.boot["enabled"])
    # Ironic sets the mode when it is told none, and gives up a deployment when that fails.
    node2.set_system_boot_options(mode=sushy.BOOT_SOURCE_MODE_UEFI)
    node2.refresh(force=True)
    assert node2.boot["mode"] == sushy.BOOT_SOURCE_MODE_UEFI
    node2.set_system_boot_options(enabled=sushy.BOOT_SOURCE_ENABLED_DISABLED)
    node2.refresh(force=True)
    assert node2.boot["enabled"] == sushy.BOOT_SOURCE_ENABLED_DISABLED


def test_indicator(node2):
    for state in (sushy.INDICATOR_LED_BLINKING, sushy.INDICATOR_LED_LIT, sushy.INDICATOR_LED_OFF):
        node2.set_indicator_led(state)
        node2.refresh(force=True)
        assert node2.indicator_led == state


def test_inventory(node2):
    assert node2.processors.summary.count == 4
    interfaces = node2.ethernet_interfaces.get_members()
    assert len(interfaces) == 2
    storage = node2.storage.get_members()
    assert [member.identity for member in storage] == ["NVMe"]
    assert [drive.identity for member in storage for drive in member.drives] == ["NVMe"]
    assert [volume for member in storage for volume in member.volumes.get_members()] == []
    assert [manager.identity for manager in node2.managers] == ["BMC"]
    assert [chassis.identity for chassis in node2.chassis] == ["Node2"]


def test_power_and_thermal(root):
    """Ironic's sensor data comes from these two alone."""
    chassis = {chassis.identity: chassis for chassis in root.get_chassis_collection().get_members()}
    supplies = {supply.name: supply for supply in chassis["Board"].power.power_supplies}
    assert list(supplies) == ["DC1", "DC2"]
    assert supplies["DC1"].line_input_voltage == pytest.approx(19, abs=1)
    assert supplies["DC1"].status.health == sushy.HEALTH_OK
    fans = [fan for node in NODES for fan in chassis[f"Node{node}"].thermal.fans]
    assert len(fans) == len(NODES) and all(fan.identity and fan.status.state for fan in fans)
    assert chassis["Board"].chassis_type and chassis["Node1"].chassis_type == sushy.CHASSIS_TYPE_MODULE


def test_services(board, root):
    manager = root.get_manager()
    assert manager.manager_type == sushy.MANAGER_TYPE_BMC and manager.firmware_version
    assert {system.identity for system in manager.systems} == {f"Node{node}" for node in NODES}
    assert sushy.RESET_MANAGER_GRACEFUL_RESTART in manager.get_allowed_reset_manager_values()
    update = root.get_update_service()
    assert {firmware.identity for firmware in update.firmware_inventory.get_members()} == {"BMC_A", "BMC_B"}
    assert root.get_task_service().identity and root.get_session_service().session_timeout
    assert root.get_certificate_service().identity
    # Debian's package lacks sushy's own copies of the standard registries, so root.registries, which joins them with these, cannot be had.
    files = {file.registry: file for file in root._get_registry_collection().get_members()}
    assert files["Super4C.1.0"].get_message_registry("en", None).messages["PowerOrderFailed"].message


def test_subscriptions(root):
    """A subscription is made, found and deleted; the test event goes to nobody, for the listener is gone by then."""
    events = root.get_event_service()
    events.subscriptions.create({"Destination": "https://127.0.0.1:9/", "Protocol": "Redfish", "Context": "of sushy"})
    events.subscriptions.refresh(force=True)
    made = [member for member in events.subscriptions.get_members() if member.context == "of sushy"]
    assert [(member.destination, member.protocol) for member in made] == [("https://127.0.0.1:9/", "Redfish")]
    made[0].delete()
    events.subscriptions.refresh(force=True)
    assert [member for member in events.subscriptions.get_members() if member.context == "of sushy"] == []


def test_refusals_reach_the_user_in_words(root, node2):
    with pytest.raises(exceptions.ResourceNotFoundError) as not_found:
        root.get_system(node_path(9))
    assert not_found.value.status_code == 404 and "Systems/Node9" in str(not_found.value)
    with pytest.raises(exceptions.BadRequestError) as refused:
        node2._conn.patch(node2.path, data={"Boot": {"BootSourceOverrideTarget": "Tape"}})
    assert "Tape" in str(refused.value) and "BootSourceOverrideTarget" in str(refused.value)


def test_patch_with_the_etag_that_was_read(node2):
    """412 for one that is out of date, weak or strong, and done for the present one."""
    with pytest.raises(exceptions.HTTPError) as stale:
        node2._conn._op("PATCH", node2.path, data={"AssetTag": "x"}, headers={"If-Match": '"0"'})
    assert stale.value.status_code == 412
    etag = node2._conn.get(node2.path).headers["ETag"]
    node2._conn.patch(node2.path, data={"AssetTag": "by etag"}, etag=etag)
    strong = node2._conn.get(node2.path).headers["ETag"].removeprefix("W/")
    node2._conn._op("PATCH", node2.path, data={"AssetTag": ""}, headers={"If-Match": strong})
    node2.refresh(force=True)
    assert node2.asset_tag == ""


def test_one_node_only(board, admin):
    """With a key for one node the default system is found without an id."""
    with account(admin, "ironic3", node_role(3)) as (user, password):
        root = connect(board, sushy_auth.BasicAuth, user, password)
        assert root.get_system().identity == "Node3"
        with pytest.raises(exceptions.ResourceNotFoundError):
            root.get_system(node_path(1))


def test_leaked_sessions_lock_nobody_out(board, admin):
    """The oldest idle ones are given up; a session in use stays, and so does the way in."""
    leaked = []
    for _ in range(LEAKED_SESSIONS):
        leaked.append(connect(board, sushy_auth.SessionAuth))
        assert admin.power_state(1) == "On"
    newest = leaked[-1]
    assert newest.get_system(node_path(1)).power_state == sushy.SYSTEM_POWER_STATE_ON
    open_count = admin.get(SESSIONS)["Members@odata.count"]
    assert open_count < LEAKED_SESSIONS
    for root in leaked:
        vanish(root)
    board.client().login("admin", PASSWORD)
