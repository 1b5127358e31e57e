# SPDX-License-Identifier: Apache-2.0
"""Accounts that a test gives to its client and takes back."""
import contextlib

ACCOUNTS = "/redfish/v1/AccountService/Accounts"
SCOPED_PASSWORD = "fencing key 4711"


def node_role(node):
    """The role that sees one node and nothing else."""
    return f"Node{node}Operator"


@contextlib.contextmanager
def account(admin, user, role, password=SCOPED_PASSWORD):
    response = admin.post(ACCOUNTS, {"UserName": user, "Password": password, "RoleId": role})
    assert response.status_code == 201, f"{role}: {response.status_code} {response.text}"
    try:
        yield user, password
    finally:
        assert admin.request("DELETE", f"{ACCOUNTS}/{user}").status_code in (200, 204)
