"""Encryption of fields: what it binds, what it refuses, and how its keys rotate."""

import hashlib
import os
from uuid import UUID

import pytest

from app.ids import new_id
from app.security.encryption import NONCE_BYTES, DecryptionError, FieldCipher
from app.settings.types import EncryptionKey

ROW = new_id()
OLD = EncryptionKey(os.urandom(32))
NEW = EncryptionKey(os.urandom(32))
CIPHER = FieldCipher((NEW, OLD))


def _seal(text: str, cipher: FieldCipher = CIPHER) -> bytes:
    return cipher.seal(text, table="things", column="text", row_id=ROW)


def _unseal(
    sealed: bytes,
    cipher: FieldCipher = CIPHER,
    *,
    table: str = "things",
    column: str = "text",
    row_id: UUID = ROW,
) -> str:
    return cipher.unseal(sealed, table=table, column=column, row_id=row_id)


@pytest.mark.parametrize("text", ["", "text", "\u00e9\U0001f512\x7f", "x" * 100_000])
def test_what_is_sealed_comes_back(text: str) -> None:
    assert _unseal(_seal(text)) == text


def test_the_key_id_is_the_contracts() -> None:
    assert NEW.id == hashlib.sha256(NEW.material).hexdigest()[:8]
    assert _seal("text")[:4].hex() == NEW.id


def test_nothing_of_the_text_shows() -> None:
    assert b"hunter2" not in _seal("hunter2" * 100)
    assert len(_seal("abc")) == 4 + NONCE_BYTES + 3 + 16


def test_no_two_seals_are_alike() -> None:
    assert len({_seal("text")[4 : 4 + NONCE_BYTES] for _ in range(1_000)}) == 1_000


def test_a_value_that_was_moved_cannot_be_read() -> None:
    sealed = _seal("text")
    with pytest.raises(DecryptionError):
        _unseal(sealed, table="users")
    with pytest.raises(DecryptionError):
        _unseal(sealed, column="title")
    with pytest.raises(DecryptionError):
        _unseal(sealed, row_id=new_id())


def test_a_value_that_was_altered_cannot_be_read() -> None:
    sealed = _seal("text")
    for place in range(len(sealed)):
        altered = bytearray(sealed)
        altered[place] ^= 1
        with pytest.raises(DecryptionError):
            _unseal(bytes(altered))


def test_a_value_that_was_cut_or_is_something_else_cannot_be_read() -> None:
    sealed = _seal("text")
    for length in range(len(sealed)):
        with pytest.raises(DecryptionError):
            _unseal(sealed[:length])
    with pytest.raises(DecryptionError):
        _unseal(b"plain text that nobody encrypted")


def test_earlier_keys_decrypt_and_the_newest_encrypts() -> None:
    sealed = _seal("text", FieldCipher((OLD,)))
    assert _unseal(sealed) == "text"
    assert _seal("text")[:4].hex() == NEW.id
    with pytest.raises(DecryptionError, match=OLD.id):
        _unseal(sealed, FieldCipher((NEW,)))


def test_an_error_tells_no_key_and_no_text() -> None:
    with pytest.raises(DecryptionError) as raised:
        _unseal(_seal("hunter2"), row_id=new_id())
    assert "hunter2" not in str(raised.value)
    assert NEW.material.hex() not in repr(CIPHER) + repr(NEW) + str(raised.value)
