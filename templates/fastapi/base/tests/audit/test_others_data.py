"""Whoever sees or changes what is somebody else's leaves an event."""

from app.auth.permissions import Role
from tests.support.factories import make_note
from tests.support.queries import audit_events
from tests.support.service import Caller, Service

NOTES = "/api/v1/notes"
USERS = "/api/v1/users"


async def test_a_moderator_who_reads_or_deletes_a_note_of_another_leaves_an_event(
    service: Service, user: Caller, moderator: Caller
) -> None:
    note = await make_note(service.resources, user.user)
    assert (await moderator.client.get(f"{NOTES}/{note.id}")).status_code == 200
    assert (await moderator.client.delete(f"{NOTES}/{note.id}")).status_code == 204
    for name in ("note.read", "note.deleted"):
        [event] = await audit_events(service.resources, name, actor_id=moderator.user.id)
        assert (event.subject_id, event.details) == (user.user.id, {"note": str(note.id)})
        assert event.client_address is not None


async def test_ones_own_notes_and_account_leave_none(service: Service, moderator: Caller) -> None:
    note = await make_note(service.resources, moderator.user)
    await moderator.client.get(f"{USERS}/me")
    await moderator.client.get(f"{NOTES}/{note.id}")
    await moderator.client.delete(f"{NOTES}/{note.id}")
    for name in ("note.read", "note.deleted", "user.read"):
        assert await audit_events(service.resources, name, actor_id=moderator.user.id) == []


async def test_an_admin_who_reads_accounts_leaves_events(
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
        note = await make_note(service.resources, user.user)
        assert (await other.client.get(f"{NOTES}/{note.id}")).status_code == 404
        assert await audit_events(service.resources, "note.read", actor_id=other.user.id) == []
