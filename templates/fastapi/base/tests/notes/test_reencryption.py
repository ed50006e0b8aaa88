"""`reencrypt`: old rows under the newest key, beside a service that goes on writing."""

import asyncio
import base64
import os
from collections.abc import AsyncIterator
from dataclasses import replace
from uuid import UUID

import pytest

from app.__main__ import main
from app.notes import reencryption
from app.notes.reencryption import reencrypt_notes
from app.notes.repository import NoteRepository
from app.resources import Resources
from app.settings.types import EncryptionKey
from tests.notes.factories import make_note
from tests.notes.stored import replace_body, stored_bodies
from tests.support.environment import ENVIRONMENT
from tests.support.factories import make_user
from tests.support.service import running_service

OLD, NEW = (os.urandom(32) for _ in range(2))
OLD_KEY, NEW_KEY = (base64.b64encode(key).decode() for key in (OLD, NEW))


@pytest.fixture
async def notes(database_url: str) -> AsyncIterator[dict[UUID, str]]:
    """Store seven notes under the old key."""
    async with running_service(database_url, field_encryption_keys=OLD_KEY) as service:
        owner = await make_user(service.resources)
        made = [await make_note(service.resources, owner, body=f"body {i}") for i in range(7)]
        yield {note.id: str(note.body) for note in made}


@pytest.fixture
async def rotated(
    database_url: str, notes: dict[UUID, str], monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Resources]:
    """Run the service with a new key before the old one."""
    monkeypatch.setattr(reencryption, "BATCH", 3)
    keys = f"{NEW_KEY},{OLD_KEY}"
    async with running_service(database_url, field_encryption_keys=keys) as service:
        yield service.resources


async def _key_ids(resources: Resources) -> set[str]:
    return {body[:4].hex() for body in (await stored_bodies(resources)).values()}


async def _read(resources: Resources) -> dict[UUID, str]:
    async with resources.database.reader() as reader:
        repository = NoteRepository(reader, resources.cipher)
        found = [await repository.get(note_id, None) for note_id in await stored_bodies(resources)]
    return {note.id: str(note.body) for note in found if note is not None}


async def test_every_note_comes_under_the_newest_key(
    rotated: Resources, notes: dict[UUID, str]
) -> None:
    assert await _key_ids(rotated) == {EncryptionKey(OLD).id}
    result = await reencrypt_notes(rotated)
    assert (result.count, result.unreadable) == (7, [])
    assert await _key_ids(rotated) == {EncryptionKey(NEW).id}
    assert await _read(rotated) == notes


async def test_the_old_key_is_not_needed_any_more(
    rotated: Resources, notes: dict[UUID, str], database_url: str
) -> None:
    await reencrypt_notes(rotated)
    async with running_service(database_url, field_encryption_keys=NEW_KEY) as service:
        assert await _read(service.resources) == notes


async def test_a_second_run_has_nothing_to_do(rotated: Resources) -> None:
    await reencrypt_notes(rotated)
    before = await stored_bodies(rotated)
    assert (await reencrypt_notes(rotated)).count == 0
    assert await stored_bodies(rotated) == before


async def test_a_run_that_was_stopped_goes_on_where_it_ended(
    rotated: Resources, notes: dict[UUID, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    reseal = NoteRepository.reseal
    done = 0

    async def stop_at_the_fifth(repository: NoteRepository, note_id: UUID, sealed: bytes) -> None:
        nonlocal done
        done += 1
        if done == 5:
            raise KeyboardInterrupt
        await reseal(repository, note_id, sealed)

    with monkeypatch.context() as patch:
        patch.setattr(NoteRepository, "reseal", stop_at_the_fifth)
        with pytest.raises(KeyboardInterrupt):
            await reencrypt_notes(rotated)
    # The batch that was whole is kept, the other one is undone.
    assert (await reencrypt_notes(rotated)).count == 4
    assert await _read(rotated) == notes


async def test_a_note_that_no_key_reads_is_told_and_left_alone(
    rotated: Resources, notes: dict[UUID, str]
) -> None:
    [broken, *others] = notes
    await replace_body(rotated, broken, b"\x00" * 50)
    result = await reencrypt_notes(rotated)
    assert (result.count, result.unreadable) == (6, [broken])
    bodies = await stored_bodies(rotated)
    assert bodies[broken] == b"\x00" * 50
    assert {bodies[note_id][:4].hex() for note_id in others} == {EncryptionKey(NEW).id}


async def test_no_change_that_the_service_makes_meanwhile_is_lost(
    rotated: Resources, notes: dict[UUID, str]
) -> None:
    async def write(note_id: UUID) -> None:
        async with rotated.database.transaction() as transaction:
            repository = NoteRepository(transaction, rotated.cipher)
            note = await repository.lock(note_id, None)
            assert note is not None
            await repository.update(replace(note, body=f"{note.body} changed"))

    await asyncio.gather(reencrypt_notes(rotated), *(write(note_id) for note_id in notes))
    assert await _read(rotated) == {note_id: f"{body} changed" for note_id, body in notes.items()}


async def test_the_command_says_what_it_did(
    notes: dict[UUID, str],
    database_url: str,
    *,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    variables = {"DATABASE_URL": database_url, "FIELD_ENCRYPTION_KEYS": f"{NEW_KEY},{OLD_KEY}"}
    for name, value in {**ENVIRONMENT, **variables}.items():
        monkeypatch.setenv(name, value)
    assert await asyncio.to_thread(main, ["reencrypt"]) == 0
    assert "7 notes re-encrypted with the newest key." in capsys.readouterr().out
    monkeypatch.setenv("FIELD_ENCRYPTION_KEYS", OLD_KEY)
    assert await asyncio.to_thread(main, ["reencrypt"]) == 1
    error = capsys.readouterr().err
    assert all(f"notes: {note_id} cannot be decrypted" in error for note_id in notes)
