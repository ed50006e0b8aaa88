"""The bodies of notes as they lie in the database."""

from uuid import UUID

from app.notes.repository import NoteRow
from app.resources import Resources


async def stored_bodies(resources: Resources) -> dict[UUID, bytes]:
    """Read the bodies of all notes as they lie in the database."""
    async with resources.database.reader() as reader:
        rows = await NoteRow.all(using_db=reader).order_by("id").values("id", "body")
        return {row["id"]: row["body"] for row in rows}


async def replace_body(resources: Resources, note_id: UUID, body: bytes) -> None:
    """Replace the stored body of a note, as an attacker with access to the database could."""
    async with resources.database.transaction() as transaction:
        await NoteRow.filter(id=note_id).using_db(transaction).update(body=body)
