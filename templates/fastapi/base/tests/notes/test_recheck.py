"""A moderator who is demoted meanwhile."""

from app.auth.permissions import Role
from tests.notes.factories import make_note
from tests.support.factories import make_user
from tests.support.loss import after_loss, demote
from tests.support.service import Caller, Service


async def test_a_moderator_who_has_been_demoted_reaches_the_own_notes_alone(
    service: Service, moderator: Caller
) -> None:
    note = await make_note(service.resources, await make_user(service.resources))
    delete = ("DELETE", "/api/v1/notes/{note_id}")
    statuses = await after_loss(service, moderator, demote, [delete], path_value=note.id)
    assert statuses == {delete: 404}
    async with service.caller(Role.MODERATOR) as other:
        assert (await other.client.get(f"/api/v1/notes/{note.id}")).status_code == 200
