"""The bodies of notes as they lie in the database."""

from uuid import UUID

from sqlalchemy import select, update

from app.notes.repository import NoteRow
from app.resources import Resources


async def stored_bodies(resources: Resources) -> dict[UUID, bytes]:
    """Read the bodies of all notes as they lie in the database."""
    async with resources.database.reader() as reader:
        rows = await reader.execute(select(NoteRow.id, NoteRow.body).order_by(NoteRow.id))
        return {row.id: row.body for row in rows}


async def replace_body(resources: Resources, note_id: UUID, body: bytes) -> None:
    """Replace the stored body of a note, as an attacker with access to the database could."""
    async with resources.database.transaction() as transaction:
        await transaction.execute(update(NoteRow).where(NoteRow.id == note_id).values(body=body))
