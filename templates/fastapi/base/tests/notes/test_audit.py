"""Reading or deleting a note of another account is recorded."""

from app.auth.permissions import Role
from tests.notes.factories import make_note
from tests.support.queries import audit_events
from tests.support.service import Caller, Service

NOTES = "/api/v1/notes"


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


async def test_ones_own_notes_leave_none(service: Service, moderator: Caller) -> None:
    note = await make_note(service.resources, moderator.user)
    await moderator.client.get(f"{NOTES}/{note.id}")
    await moderator.client.delete(f"{NOTES}/{note.id}")
    for name in ("note.read", "note.deleted"):
        assert await audit_events(service.resources, name, actor_id=moderator.user.id) == []


async def test_what_is_refused_is_not_told_as_read(service: Service, user: Caller) -> None:
    async with service.caller(Role.USER) as other:
        note = await make_note(service.resources, user.user)
        assert (await other.client.get(f"{NOTES}/{note.id}")).status_code == 404
        assert await audit_events(service.resources, "note.read", actor_id=other.user.id) == []
