# SPDX-License-Identifier: Apache-2.0
"""What MAAS, and Ironic below Metal3, send to a board: sequences written down from their sources, request by request, to be sent again.

They stand for the machine managers, where no test can start a whole cloud. A step is a request with the answers that its sender goes on
with. `{node}` is the system's id; `keep` remembers a header, or by JSON pointer a property, of the answer for `{its_name}` later.
"""
import dataclasses

SYSTEM = "/redfish/v1/Systems/{node}"
RESET = SYSTEM + "/Actions/ComputerSystem.Reset"
OK, DONE, ACCEPTED_OR_DONE = frozenset({200}), frozenset({200, 204}), frozenset({200, 202, 204})
POWER_DELAY_S = 1  # Ironic's, before it looks for the first time; MAAS's is longer
POWER_TIMEOUT_S = 30  # both wait for 60 s; the board must not need them


@dataclasses.dataclass
class Step:
    method: str
    path: str
    body: dict | None = None
    expect: frozenset = OK
    headers: dict = dataclasses.field(default_factory=dict)
    keep: dict = dataclasses.field(default_factory=dict)  # name: pointer to a property, or ("header", name)
    until: tuple | None = None  # (property, value): the step is repeated until the answer says so


def until_power(state, headers=None):
    return Step("GET", SYSTEM, headers=headers or {}, until=("PowerState", state))


# MAAS: twisted's Agent, a connection each, Basic. Its driver keeps one set of headers for a whole action: once it has PATCHed, every
# later request carries the If-Match of before the PATCH, the Reset and the polling too.
MAAS_HEADERS = {"User-Agent": "MAAS", "Accept": "application/json", "Content-Type": "application/json"}
MAAS_STALE = {**MAAS_HEADERS, "If-Match": "{etag}"}
MAAS_BOOT = {"Boot": {"BootSourceOverrideEnabled": "Once", "BootSourceOverrideTarget": "Pxe"}}


def maas(method, path, **options):
    return Step(method, path, headers=options.pop("headers", MAAS_HEADERS), **options)


# Without a node_id it takes the first member.
MAAS_DISCOVERY = [maas("GET", "/redfish/v1/Systems", keep={"node": "/Members/0/@odata.id"})]
MAAS_SET_PXE = [
    maas("GET", SYSTEM, keep={"etag": "/@odata.etag"}),
    maas("PATCH", SYSTEM, body=MAAS_BOOT, expect=DONE, headers=MAAS_STALE),
]
MAAS_QUERY = [maas("GET", SYSTEM)]
MAAS_POWER_ON_FROM_ON = [
    *MAAS_QUERY,
    maas("POST", RESET, body={"ResetType": "ForceOff"}, expect=ACCEPTED_OR_DONE),
    until_power("Off", MAAS_HEADERS),
    *MAAS_SET_PXE,
    maas("POST", RESET, body={"ResetType": "On"}, expect=ACCEPTED_OR_DONE, headers=MAAS_STALE),
    until_power("On", MAAS_STALE),
]
MAAS_POWER_OFF = [
    *MAAS_QUERY,
    maas("POST", RESET, body={"ResetType": "ForceOff"}, expect=ACCEPTED_OR_DONE),
    until_power("Off", MAAS_HEADERS),
    *MAAS_SET_PXE,
]
MAAS_POWER_ON_FROM_OFF = [
    *MAAS_QUERY,
    *MAAS_SET_PXE,
    maas("POST", RESET, body={"ResetType": "On"}, expect=ACCEPTED_OR_DONE, headers=MAAS_STALE),
    until_power("On", MAAS_STALE),
]
# Releases before 2.9 put the slash at once, those after it when they got a 404.
MAAS_SLASHES = [
    maas("GET", SYSTEM + "/"),
    maas("POST", RESET + "/", body={"ResetType": "On"}, expect=ACCEPTED_OR_DONE),
    maas("GET", "/redfish/v1/Systems/"),
]

# Ironic: sushy, a session of its own for each conductor, `Connection: close`. Metal3 and OKD drive it.
IRONIC_HEADERS = {"OData-Version": "4.0", "Accept-Encoding": "identity", "Connection": "close"}


def ironic(method, path, **options):
    return Step(method, path, headers={**IRONIC_HEADERS, **options.pop("headers", {})}, **options)


def ironic_patch_boot(boot):
    return [
        ironic("GET", SYSTEM, keep={"etag": ("header", "ETag")}),
        ironic("PATCH", SYSTEM, body={"Boot": boot}, expect=DONE, headers={"If-Match": "{etag}"}),
    ]


IRONIC_REGISTER = [
    ironic("GET", "/redfish/v1/"),
    ironic("GET", "/redfish/v1/SessionService", expect=OK | {401}),
    ironic("GET", SYSTEM),
]
# The firmware's version and virtual media are looked for here; a key for one node does not see it, and Ironic goes on.
IRONIC_MANAGER = [
    ironic("GET", "/redfish/v1/Managers", keep={"manager": "/Members/0/@odata.id"}),
    ironic("GET", "{manager}"),
]
# What inspection reads, and what of it may be absent.
IRONIC_INSPECT = [
    ironic("GET", SYSTEM, keep={"processors": "/Processors/@odata.id"}),
    ironic("GET", SYSTEM, keep={"nics": "/EthernetInterfaces/@odata.id"}),
    ironic("GET", SYSTEM, keep={"storage": "/Storage/@odata.id"}),
    ironic("GET", "{processors}", keep={"processor": "/Members/0/@odata.id"}),
    ironic("GET", "{processor}"),
    ironic("GET", "{nics}", keep={"nic": "/Members/0/@odata.id"}),
    ironic("GET", "{nic}"),
    ironic("GET", "{storage}", keep={"unit": "/Members/0/@odata.id"}),
    ironic("GET", "{unit}"),
    ironic("GET", SYSTEM + "/Bios", expect=frozenset({404})),
    ironic("GET", SYSTEM + "/SecureBoot", expect=frozenset({404})),
]
IRONIC_REBOOT = [
    *ironic_patch_boot({"BootSourceOverrideTarget": "Pxe", "BootSourceOverrideEnabled": "Once"}),
    ironic("POST", RESET, body={"ResetType": "ForceRestart"}, expect=ACCEPTED_OR_DONE),
    until_power("On", IRONIC_HEADERS),
]
# A deployment: off, boot from the network once in UEFI mode, on; then the installed disk for good, and a restart.
IRONIC_DEPLOY = [
    ironic("POST", RESET, body={"ResetType": "ForceOff"}, expect=ACCEPTED_OR_DONE | {400, 409}),
    until_power("Off", IRONIC_HEADERS),
    *ironic_patch_boot({"BootSourceOverrideTarget": "Pxe", "BootSourceOverrideEnabled": "Once"}),
    *ironic_patch_boot({"BootSourceOverrideMode": "UEFI"}),
    ironic("POST", RESET, body={"ResetType": "On"}, expect=ACCEPTED_OR_DONE),
    until_power("On", IRONIC_HEADERS),
    ironic("POST", RESET, body={"ResetType": "ForceOff"}, expect=ACCEPTED_OR_DONE),
    until_power("Off", IRONIC_HEADERS),
    *ironic_patch_boot({"BootSourceOverrideTarget": "Hdd", "BootSourceOverrideEnabled": "Continuous"}),
    ironic("POST", RESET, body={"ResetType": "On"}, expect=ACCEPTED_OR_DONE),
    until_power("On", IRONIC_HEADERS),
    *IRONIC_REBOOT,
]
# What a conductor asks of a machine at rest, every minute and for each of them.
IRONIC_SYNC = [ironic("GET", SYSTEM)]
