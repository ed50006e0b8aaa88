"""Notes that tests start from, made by the service's own repository."""

from app.clock import now
from app.ids import new_id
from app.notes.model import Note
from app.notes.repository import NoteRepository
from app.resources import Resources
from app.users.model import User


async def make_note(
    resources: Resources, owner: User, title: str = "Title", body: str = "Body"
) -> Note:
    """Store a note."""
    at = now()
    note = Note(new_id(), owner.id, title, body, created_at=at, updated_at=at)
    async with resources.database.transaction() as transaction:
        await NoteRepository(transaction, resources.cipher).add(note)
    return note
