"""Notes over HTTP."""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import Depends

from app.auth.dependencies import CurrentPrincipal, require
from app.auth.permissions import Permission
from app.database.transaction import Reader, Transaction
from app.errors import NotFound, documented
from app.notes import service
from app.notes.model import Note
from app.notes.repository import NoteRepository
from app.notes.schemas import NoteCreate, NoteOut, NotePage, NoteUpdate
from app.pagination import PageQuery
from app.resources import ResourcesDep
from app.routing import MadeDep, Router

router = Router(prefix="/notes", tags=["notes"])

MayRead = Depends(require(Permission.NOTES_READ))
MayWrite = Depends(require(Permission.NOTES_WRITE))


async def _readable(resources: ResourcesDep, reader: Reader) -> NoteRepository:
    return NoteRepository(reader, resources.cipher)


async def _writable(resources: ResourcesDep, transaction: Transaction) -> NoteRepository:
    return NoteRepository(transaction, resources.cipher)


ReadableNotes = Annotated[NoteRepository, Depends(_readable)]
WritableNotes = Annotated[NoteRepository, Depends(_writable)]


@router.get("", response_model=NotePage, dependencies=[MayRead])
async def list_notes(page: PageQuery, principal: CurrentPrincipal, notes: ReadableNotes) -> object:
    """List the caller's own notes."""
    return page.of(await notes.page(principal.user.id, page.limit + 1, page.after))


@router.post("", response_model=NoteOut, status_code=HTTPStatus.CREATED, dependencies=[MayWrite])
async def create_note(
    body: NoteCreate,
    principal: CurrentPrincipal,
    transaction: Transaction,
    notes: WritableNotes,
    made: MadeDep,
) -> Note:
    """Create a note."""
    note = await service.create(transaction, notes, principal, body.title, body.body)
    made.at(note.id)
    return note


@router.get(
    "/{note_id}",
    response_model=NoteOut,
    responses=documented(NotFound),
    dependencies=[MayRead],
)
async def read_note(note_id: UUID, principal: CurrentPrincipal, resources: ResourcesDep) -> Note:
    """Read a note.

    It must belong to the caller, unless the caller has `notes:read_any`.
    """
    return await service.read(resources, principal, note_id)


@router.patch(
    "/{note_id}",
    response_model=NoteOut,
    responses=documented(NotFound),
    dependencies=[MayWrite],
)
async def update_note(
    note_id: UUID,
    body: NoteUpdate,
    principal: CurrentPrincipal,
    transaction: Transaction,
    notes: WritableNotes,
) -> Note:
    """Change one of the caller's notes."""
    changes = body.model_dump(exclude_unset=True)
    return await service.update(transaction, notes, principal, note_id, changes)


@router.delete(
    "/{note_id}",
    status_code=HTTPStatus.NO_CONTENT,
    responses=documented(NotFound),
    dependencies=[MayWrite],
)
async def delete_note(
    note_id: UUID, principal: CurrentPrincipal, transaction: Transaction, notes: WritableNotes
) -> None:
    """Delete a note.

    It must belong to the caller, unless the caller has `notes:delete_any`.
    """
    await service.delete(transaction, notes, principal, note_id)
