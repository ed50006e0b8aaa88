"""Notes: the table, and the queries on it.

The owner is part of the query, so that no caller can forget to check it.
"""

from typing import Any
from uuid import UUID

import structlog
from pypika_tortoise.functions import Substring
from structlog.typing import FilteringBoundLogger
from tortoise import Model, fields
from tortoise.expressions import Function
from tortoise.indexes import Index
from tortoise.queryset import QuerySet

from app.database.fields import ShortTextField, UtcDatetimeField
from app.database.models import UserRow
from app.database.session import Session
from app.ids import new_id
from app.notes.model import Note
from app.security.encryption import KEY_ID_BYTES, DecryptionError, FieldCipher

log: FilteringBoundLogger = structlog.get_logger()


class NoteRow(Model):
    id = fields.UUIDField(primary_key=True, default=new_id)
    owner: fields.ForeignKeyRelation[UserRow] = fields.ForeignKeyField(
        "app.UserRow", related_name=False, on_delete=fields.CASCADE
    )
    owner_id: UUID
    title = ShortTextField(200)
    body = fields.BinaryField()
    created_at = UtcDatetimeField()
    updated_at = UtcDatetimeField()

    class Meta(Model.Meta):
        table = "notes"
        # By the name of the column: a migration would take "owner" for a column.
        indexes = (Index(fields=("owner_id", "id"), name="ix_notes_owner_id_id"),)


class _Substring(Function):
    database_func = Substring


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
        await NoteRow.create(
            using_db=self._session,
            id=note.id,
            owner_id=note.owner_id,
            title=note.title,
            body=self._seal(note.id, note.body or ""),
            created_at=note.created_at,
            updated_at=note.updated_at,
        )

    async def get(self, note_id: UUID, owner_id: UUID | None) -> Note | None:
        """Find a note of an owner."""
        return await self._one(self._owned(note_id, owner_id))

    async def page(self, owner_id: UUID, limit: int, after: UUID | None) -> list[Note]:
        """List up to `limit` notes of an owner, newest first, older than `after`."""
        rows = self._rows(owner_id=owner_id).order_by("-id").limit(limit)
        if after is not None:
            rows = rows.filter(id__lt=after)
        return [self._to_note(row) for row in await rows]

    async def lock(self, note_id: UUID, owner_id: UUID | None) -> Note | None:
        """Find and lock a note of an owner."""
        return await self._one(self._owned(note_id, owner_id).select_for_update())

    async def update(self, note: Note) -> None:
        """Store a locked note that was changed."""
        values: dict[str, Any] = {"title": note.title, "updated_at": note.updated_at}
        if note.body is not None:
            values["body"] = self._seal(note.id, note.body)
        await self._rows(id=note.id).update(**values)

    async def owner(self, note_id: UUID) -> UUID | None:
        """Return the owner of a note, even if it cannot be decrypted."""
        row = await self._rows(id=note_id).only("id", "owner_id").get_or_none()
        return None if row is None else row.owner_id

    async def delete(self, note_id: UUID, owner_id: UUID | None) -> bool:
        """Delete a note of an owner; returns False if there was none."""
        return await self._owned(note_id, owner_id).delete() == 1

    async def lock_stale(self, after: UUID | None, limit: int) -> list[tuple[UUID, bytes]]:
        """List up to `limit` bodies encrypted with earlier keys, by id, and lock their notes."""
        rows = self._rows() if after is None else self._rows(id__gt=after)
        rows = rows.annotate(key_id=_Substring("body", 1, KEY_ID_BYTES))
        stale = rows.exclude(key_id=self._cipher.current_key_id).order_by("id").limit(limit)
        return [(row.id, row.body) for row in await stale.select_for_update()]

    async def reseal(self, note_id: UUID, sealed: bytes) -> None:
        """Encrypt a body of `lock_stale` with the newest key; raises `DecryptionError`."""
        body = self._seal(note_id, self._unseal(note_id, sealed))
        await self._rows(id=note_id).update(body=body)

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

    def _rows(self, **conditions: Any) -> QuerySet[NoteRow]:
        return NoteRow.filter(**conditions).using_db(self._session)

    def _owned(self, note_id: UUID, owner_id: UUID | None) -> QuerySet[NoteRow]:
        rows = self._rows(id=note_id)
        return rows if owner_id is None else rows.filter(owner_id=owner_id)

    async def _one(self, query: QuerySet[NoteRow]) -> Note | None:
        row = await query.get_or_none()
        return None if row is None else self._to_note(row)

    def _to_note(self, row: NoteRow) -> Note:
        body = self._read(row.id, row.body)
        return Note(row.id, row.owner_id, row.title, body, row.created_at, row.updated_at)
