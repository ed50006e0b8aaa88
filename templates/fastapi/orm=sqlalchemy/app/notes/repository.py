"""Notes: the table, and the queries on it.

The owner is part of the query, so that no caller can forget to check it.
"""

from datetime import datetime
from typing import Any, cast
from uuid import UUID

import structlog
from sqlalchemy import (
    CursorResult,
    ForeignKey,
    Index,
    LargeBinary,
    Row,
    Select,
    String,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column
from structlog.typing import FilteringBoundLogger

from app.database.models import Base
from app.database.session import Session
from app.notes.model import Note
from app.security.encryption import KEY_ID_BYTES, DecryptionError, FieldCipher

log: FilteringBoundLogger = structlog.get_logger()


class NoteRow(Base):
    __tablename__ = "notes"
    __table_args__ = (Index(None, "owner_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    title: Mapped[str] = mapped_column(String(200))
    body: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


_COLUMNS = (
    NoteRow.id,
    NoteRow.owner_id,
    NoteRow.title,
    NoteRow.body,
    NoteRow.created_at,
    NoteRow.updated_at,
)


class NoteRepository:
    """Notes with their bodies encrypted at rest.

    With `owner_id=None`, all owners match. A body that no key decrypts is None: it does not make a
    list fail, and the stored value is kept until it is replaced.
    """

    def __init__(self, session: Session, cipher: FieldCipher) -> None:
        self._session = session
        self._cipher = cipher

    async def add(self, note: Note) -> None:
        """Store a new note."""
        query = insert(NoteRow).values(
            id=note.id,
            owner_id=note.owner_id,
            title=note.title,
            body=self._seal(note.id, note.body or ""),
            created_at=note.created_at,
            updated_at=note.updated_at,
        )
        await self._session.execute(query)

    async def get(self, note_id: UUID, owner_id: UUID | None) -> Note | None:
        """Find a note of an owner."""
        query = _owned(select(*_COLUMNS).where(NoteRow.id == note_id), owner_id)
        row = (await self._session.execute(query)).one_or_none()
        return None if row is None else self._to_note(row)

    async def page(self, owner_id: UUID, limit: int, after: UUID | None) -> list[Note]:
        """List up to `limit` notes of an owner, newest first, older than `after`."""
        query = select(*_COLUMNS).where(NoteRow.owner_id == owner_id)
        query = query.order_by(NoteRow.id.desc()).limit(limit)
        if after is not None:
            query = query.where(NoteRow.id < after)
        return [self._to_note(row) for row in await self._session.execute(query)]

    async def lock(self, note_id: UUID, owner_id: UUID | None) -> Note | None:
        """Find and lock a note of an owner."""
        query = _owned(select(*_COLUMNS).where(NoteRow.id == note_id), owner_id)
        row = (await self._session.execute(query.with_for_update())).one_or_none()
        return None if row is None else self._to_note(row)

    async def update(self, note: Note) -> None:
        """Store a locked note that was changed."""
        values: dict[str, Any] = {"title": note.title, "updated_at": note.updated_at}
        if note.body is not None:
            values["body"] = self._seal(note.id, note.body)
        await self._session.execute(update(NoteRow).where(NoteRow.id == note.id).values(**values))

    async def owner(self, note_id: UUID) -> UUID | None:
        """Return the owner of a note, even if it cannot be decrypted."""
        owner_id: UUID | None = await self._session.scalar(
            select(NoteRow.owner_id).where(NoteRow.id == note_id)
        )
        return owner_id

    async def delete(self, note_id: UUID, owner_id: UUID | None) -> bool:
        """Delete a note of an owner; returns False if there was none."""
        query = delete(NoteRow).where(NoteRow.id == note_id)
        if owner_id is not None:
            query = query.where(NoteRow.owner_id == owner_id)
        result = await self._session.execute(query)
        return cast("CursorResult[Any]", result).rowcount == 1

    async def lock_stale(self, after: UUID | None, limit: int) -> list[tuple[UUID, bytes]]:
        """List up to `limit` bodies encrypted with earlier keys, by id, and lock their notes."""
        key_id = func.substr(NoteRow.body, 1, KEY_ID_BYTES, type_=LargeBinary)
        query = select(NoteRow.id, NoteRow.body).where(key_id != self._cipher.current_key_id)
        if after is not None:
            query = query.where(NoteRow.id > after)
        query = query.order_by(NoteRow.id).limit(limit).with_for_update()
        return [(row.id, row.body) for row in await self._session.execute(query)]

    async def reseal(self, note_id: UUID, sealed: bytes) -> None:
        """Encrypt a body of `lock_stale` with the newest key; raises `DecryptionError`."""
        body = self._seal(note_id, self._unseal(note_id, sealed))
        await self._session.execute(update(NoteRow).where(NoteRow.id == note_id).values(body=body))

    def _read(self, note_id: UUID, sealed: bytes) -> str | None:
        try:
            return self._unseal(note_id, sealed)
        except DecryptionError:
            log.error("note.unreadable", note_id=str(note_id))
            return None

    def _seal(self, note_id: UUID, body: str) -> bytes:
        return self._cipher.seal(body, table="notes", column="body", row_id=note_id)

    def _unseal(self, note_id: UUID, sealed: bytes) -> str:
        return self._cipher.unseal(sealed, table="notes", column="body", row_id=note_id)

    def _to_note(self, row: Row[*tuple[Any, ...]]) -> Note:
        body = self._read(row.id, row.body)
        return Note(row.id, row.owner_id, row.title, body, row.created_at, row.updated_at)


def _owned(query: Select[*tuple[Any, ...]], owner_id: UUID | None) -> Select[*tuple[Any, ...]]:
    return query if owner_id is None else query.where(NoteRow.owner_id == owner_id)
