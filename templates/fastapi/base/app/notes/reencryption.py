"""Re-encrypts the bodies of notes with the newest key of `FIELD_ENCRYPTION_KEYS`."""

from typing import Final
from uuid import UUID

from app.notes.repository import NoteRepository
from app.resources import Resources
from app.security.encryption import DecryptionError
from app.security.reencryption import Reencrypted

BATCH: Final = 200


async def reencrypt_notes(resources: Resources) -> Reencrypted:
    """Re-encrypt notes in batches.

    Each batch is a transaction that locks its rows, so that it can run beside the service without
    losing a change. Values under the newest key are skipped, so an interrupted run can be resumed.
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
