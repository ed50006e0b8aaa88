"""Encryption of single fields at rest: AES-256-GCM (NIST SP 800-38D, ASVS 5.0 V11.3)."""

import os
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.settings.types import EncryptionKey

NONCE_BYTES: Final = 12
KEY_ID_BYTES: Final = 4


class DecryptionError(Exception):
    """A stored value cannot be decrypted: its key is not configured, or it was altered or moved."""


class UnknownKeyError(DecryptionError):
    """A stored value names a key that is not in `FIELD_ENCRYPTION_KEYS`."""


class FieldCipher:
    """Encrypts with the first key of `FIELD_ENCRYPTION_KEYS`, decrypts with any of them.

    A sealed value is key id (4 bytes), nonce (12 bytes), ciphertext and tag. Table, column and row
    are authenticated with it, so a value copied to another row does not decrypt there.
    """

    def __init__(self, keys: tuple[EncryptionKey, ...]) -> None:
        self.current_key_id = bytes.fromhex(keys[0].id)
        self._ciphers = {bytes.fromhex(key.id): AESGCM(key.material) for key in keys}

    def seal(self, text: str, *, table: str, column: str, row_id: UUID) -> bytes:
        """Encrypt a text for its place in the database."""
        nonce = os.urandom(NONCE_BYTES)
        cipher = self._ciphers[self.current_key_id]
        sealed = cipher.encrypt(nonce, text.encode(), _place(table, column, row_id))
        return self.current_key_id + nonce + sealed

    def unseal(self, sealed: bytes, *, table: str, column: str, row_id: UUID) -> str:
        """Decrypt a value read from its place; raises `DecryptionError`."""
        key_id, rest = sealed[:KEY_ID_BYTES], sealed[KEY_ID_BYTES:]
        nonce, ciphertext = rest[:NONCE_BYTES], rest[NONCE_BYTES:]
        cipher = self._ciphers.get(key_id)
        if cipher is None:
            raise UnknownKeyError(f"no key {key_id.hex()} in FIELD_ENCRYPTION_KEYS")
        try:
            return cipher.decrypt(nonce, ciphertext, _place(table, column, row_id)).decode()
        except (InvalidTag, ValueError):
            raise DecryptionError(f"{table}.{column} of {row_id} was altered or moved") from None


def _place(table: str, column: str, row_id: UUID) -> bytes:
    return f"{table}.{column}".encode() + row_id.bytes
