"""How roles change: by an administrator of accounts."""

from app.auth.permissions import Role
from tests.support.service import Caller


async def change_role(admin: Caller, caller: Caller, role: Role) -> None:
    """Give a caller another role."""
    path = f"/api/v1/users/{caller.user.id}"
    assert (await admin.client.patch(path, json={"role": role})).status_code == 200
