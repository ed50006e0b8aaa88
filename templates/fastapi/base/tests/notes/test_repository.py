"""Notes as they lie in the database: encrypted, and bound to their rows."""

import asyncio
from dataclasses import replace

from app.notes.repository import NoteRepository
from app.resources import Resources
from tests.notes.factories import make_note
from tests.notes.stored import replace_body, stored_bodies
from tests.support.factories import make_user
from tests.support.service import Caller

NOTES = "/api/v1/notes"
TEXT = "the plain text of a note"


async def test_the_stored_body_shows_nothing(resources: Resources) -> None:
    user = await make_user(resources)
    note = await make_note(resources, user, body=TEXT)
    [stored] = (await stored_bodies(resources)).values()
    # A short word may well turn up in random bytes.
    assert not [word for word in TEXT.encode().split() if len(word) > 3 and word in stored]
    key = resources.settings.field_encryption_keys[0]
    assert stored[:4].hex() == key.id
    async with resources.database.reader() as reader:
        found = await NoteRepository(reader, resources.cipher).get(note.id, user.id)
    assert found == note


async def test_a_changed_body_is_encrypted_as_well(user: Caller, resources: Resources) -> None:
    note = await make_note(resources, user.user)
    before = await stored_bodies(resources)
    path = f"/api/v1/notes/{note.id}"
    assert (await user.client.patch(path, json={"body": TEXT})).status_code == 200
    after = await stored_bodies(resources)
    assert after[note.id] != before[note.id]
    assert TEXT.encode() not in after[note.id]


async def test_a_body_that_was_moved_to_another_row_is_not_read(
    user: Caller, resources: Resources
) -> None:
    victim = await make_note(resources, await make_user(resources), body=TEXT)
    mine = await make_note(resources, user.user)
    await replace_body(resources, mine.id, (await stored_bodies(resources))[victim.id])
    response = await user.client.get(f"/api/v1/notes/{mine.id}")
    assert response.json()["body"] is None
    assert TEXT not in response.text


async def test_an_undecryptable_body_does_not_break_a_list_and_is_kept(
    user: Caller, resources: Resources
) -> None:
    broken, whole = [await make_note(resources, user.user, body=TEXT) for _ in range(2)]
    await replace_body(resources, broken.id, b"damaged")
    page = (await user.client.get(NOTES)).json()["items"]
    assert [(note["id"], note["body"]) for note in page] == [
        (str(whole.id), TEXT),
        (str(broken.id), None),
    ]
    changed = await user.client.patch(f"{NOTES}/{broken.id}", json={"title": "Kept"})
    assert (changed.json()["title"], changed.json()["body"]) == ("Kept", None)
    assert (await stored_bodies(resources))[broken.id] == b"damaged"
    rewritten = await user.client.patch(f"{NOTES}/{broken.id}", json={"body": "new"})
    assert rewritten.json()["body"] == "new"


async def test_the_owner_is_in_the_query(resources: Resources) -> None:
    owner, stranger = [await make_user(resources) for _ in range(2)]
    note = await make_note(resources, owner)
    async with resources.database.transaction() as transaction:
        notes = NoteRepository(transaction, resources.cipher)
        assert await notes.get(note.id, stranger.id) is None
        assert await notes.lock(note.id, stranger.id) is None
        assert await notes.delete(note.id, stranger.id) is False
        assert await notes.page(stranger.id, 10, None) == []
        assert await notes.get(note.id, owner.id) == await notes.get(note.id, None) == note


async def test_a_locked_note_is_changed_by_one_at_a_time(resources: Resources) -> None:
    note = await make_note(resources, await make_user(resources))

    async def read_locked() -> str:
        async with resources.database.transaction() as transaction:
            locked = await NoteRepository(transaction, resources.cipher).lock(note.id, None)
            return "" if locked is None else locked.title

    async with resources.database.transaction() as transaction:
        notes = NoteRepository(transaction, resources.cipher)
        assert await notes.lock(note.id, None) == note
        rival = asyncio.create_task(read_locked())
        await asyncio.sleep(0.05)
        assert not rival.done()
        await notes.update(replace(note, title="Changed"))
    assert await rival == "Changed"
