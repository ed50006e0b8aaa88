"""Access to data of another account is recorded."""

from app.auth.permissions import Role
from tests.support.queries import audit_events
from tests.support.service import Caller, Service

USERS = "/api/v1/users"


async def test_ones_own_account_leaves_none(service: Service, admin: Caller) -> None:
    await admin.client.get(f"{USERS}/me")
    await admin.client.get(f"{USERS}/{admin.user.id}")
    assert await audit_events(service.resources, "user.read", actor_id=admin.user.id) == []


async def test_an_admin_reading_accounts_is_recorded(
    service: Service, user: Caller, admin: Caller
) -> None:
    for path in ("", "/export", f"/{user.user.id}", f"/{admin.user.id}"):
        assert (await admin.client.get(f"{USERS}{path}")).status_code == 200
    for name, subject_id in (
        ("user.listed", None),
        ("user.exported", None),
        ("user.read", user.user.id),
    ):
        [event] = await audit_events(service.resources, name, actor_id=admin.user.id)
        assert event.subject_id == subject_id


async def test_disabling_and_enabling_leave_events(
    service: Service, user: Caller, admin: Caller
) -> None:
    for is_active in (False, False, True, True):
        path = f"{USERS}/{user.user.id}"
        await admin.client.patch(path, json={"is_active": is_active})
    for name in ("user.disabled", "user.enabled"):
        [event] = await audit_events(service.resources, name, actor_id=admin.user.id)
        assert event.subject_id == user.user.id


async def test_what_is_refused_is_not_told_as_read(service: Service, user: Caller) -> None:
    async with service.caller(Role.USER) as other:
        assert (await other.client.get(f"{USERS}/{user.user.id}")).status_code == 403
        assert await audit_events(service.resources, "user.read", actor_id=other.user.id) == []
