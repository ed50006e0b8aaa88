"""Brings the bodies of notes under the newest key of `FIELD_ENCRYPTION_KEYS`."""

from typing import Final
from uuid import UUID

from app.notes.repository import NoteRepository
from app.resources import Resources
from app.security.encryption import DecryptionError
from app.security.reencryption import Reencrypted

BATCH: Final = 200


async def reencrypt_notes(resources: Resources) -> Reencrypted:
    """Encrypt notes again, batch by batch.

    Each batch is a transaction that locks its rows, so that the service goes on meanwhile and no
    change of its is lost. What is under the newest key already is left out: one that was stopped
    begins where it ended.
    """
    result = Reencrypted()
    after: UUID | None = None
    while True:
        async with resources.database.transaction() as transaction:
            notes = NoteRepository(transaction, resources.cipher)
            stale = await notes.lock_stale(after, BATCH)
            for note_id, sealed in stale:
                try:
                    await notes.reseal(note_id, sealed)
                except DecryptionError:
                    result.unreadable.append(note_id)
                else:
                    result.count += 1
        if not stale:
            return result
        after = stale[-1][0]
