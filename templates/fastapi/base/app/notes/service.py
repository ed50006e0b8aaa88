"""Rules of notes: who may read, change or delete which note."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from app.audit.trail import record
from app.auth.permissions import Permission
from app.auth.principal import Principal
from app.auth.recheck import recheck
from app.clock import now
from app.database.transaction import Transaction
from app.errors import NotFound
from app.ids import new_id
from app.notes.model import Note
from app.notes.repository import NoteRepository
from app.resources import Resources


async def create(
    transaction: Transaction, notes: NoteRepository, principal: Principal, title: str, body: str
) -> Note:
    """Create a note of the caller."""
    await recheck(transaction, principal, Permission.NOTES_WRITE)
    at = now()
    note = Note(new_id(), principal.user.id, title, body, created_at=at, updated_at=at)
    await notes.add(note)
    return note


async def read(resources: Resources, principal: Principal, note_id: UUID) -> Note:
    """Read a note; another owner's is `NotFound` without `notes:read_any`."""
    owner_id = _reach(principal, Permission.NOTES_READ_ANY)
    async with resources.database.reader() as reader:
        note = _found(await NoteRepository(reader, resources.cipher).get(note_id, owner_id))
    if note.owner_id != principal.user.id:
        async with resources.database.transaction() as transaction:
            await record(
                transaction,
                "note.read",
                actor_id=principal.user.id,
                subject_id=note.owner_id,
                note=str(note_id),
            )
    return note


async def update(
    transaction: Transaction,
    notes: NoteRepository,
    principal: Principal,
    note_id: UUID,
    changes: dict[str, Any],
) -> Note:
    """Change one of the caller's notes."""
    await recheck(transaction, principal, Permission.NOTES_WRITE)
    note = _found(await notes.lock(note_id, principal.user.id))
    changed = replace(note, **changes, updated_at=now())
    await notes.update(changed)
    return changed


async def delete(
    transaction: Transaction, notes: NoteRepository, principal: Principal, note_id: UUID
) -> None:
    """Delete a note; another owner's is `NotFound` without `notes:delete_any`."""
    current = await recheck(transaction, principal, Permission.NOTES_WRITE)
    owner_id = _reach(current, Permission.NOTES_DELETE_ANY) or await notes.owner(note_id)
    if owner_id is None or not await notes.delete(note_id, owner_id):
        raise NotFound
    if owner_id != principal.user.id:
        await record(
            transaction,
            "note.deleted",
            actor_id=principal.user.id,
            subject_id=owner_id,
            note=str(note_id),
        )


def _reach(principal: Principal, permission: Permission) -> UUID | None:
    """Return the owner whose notes the caller may access; None means every owner."""
    return None if principal.may(permission) else principal.user.id


def _found(note: Note | None) -> Note:
    # The same response for a missing note and for another owner's (API1:2023).
    if note is None:
        raise NotFound
    return note
