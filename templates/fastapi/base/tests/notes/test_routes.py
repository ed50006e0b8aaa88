"""Notes over HTTP: whose they are, and what may be in them."""

from datetime import datetime
from uuid import UUID, uuid4

import httpx2

from app.resources import Resources
from tests.notes.factories import make_note
from tests.support.factories import make_user
from tests.support.problems import fields_of, problem_of
from tests.support.service import Caller

NOTES = "/api/v1/notes"
FIELDS = {"id", "owner_id", "title", "body", "created_at", "updated_at"}


async def test_anonymous_callers_cannot_read_notes(client: httpx2.AsyncClient) -> None:
    problem_of(await client.get(NOTES), 401)


async def test_a_note_is_made_for_its_caller(user: Caller) -> None:
    response = await user.client.post(NOTES, json={"title": "Title", "body": "Body"})
    assert response.status_code == 201
    note = response.json()
    assert set(note) == FIELDS
    assert note["owner_id"] == str(user.user.id)
    assert (note["title"], note["body"]) == ("Title", "Body")
    assert UUID(note["id"]).version == 7
    assert note["created_at"] == note["updated_at"]
    assert note["created_at"].endswith("Z")
    assert (await user.client.get(f"{NOTES}/{note['id']}")).json() == note


async def test_a_note_needs_no_body(user: Caller) -> None:
    response = await user.client.post(NOTES, json={"title": "Title"})
    assert response.json()["body"] == ""


async def test_a_note_that_breaks_a_rule_is_refused(user: Caller) -> None:
    broken: list[tuple[str, dict[str, object]]] = [
        ("title", {}),
        ("title", {"title": ""}),
        ("title", {"title": "t" * 201}),
        ("title", {"title": 1}),
        ("title", {"title": None}),
        ("title", {"title": ["t"]}),
        ("body", {"title": "t", "body": "b" * 10_001}),
        ("body", {"title": "t", "body": None}),
        ("owner_id", {"title": "t", "owner_id": str(uuid4())}),
        ("id", {"title": "t", "id": str(uuid4())}),
        ("created_at", {"title": "t", "created_at": "2026-01-31T12:00:00Z"}),
        ("unknown", {"title": "t", "unknown": 1}),
    ]
    for field, body in broken:
        assert fields_of(await user.client.post(NOTES, json=body)) == [field], body
    assert (await user.client.get(NOTES)).json()["items"] == []


async def test_the_longest_note_is_kept_to_the_letter(user: Caller) -> None:
    body = {
        "title": "\U0001f512" * 200,
        "body": "<b>\u00e9\n\t'\"; DROP TABLE notes --" + "x" * 9_000,
    }
    note = (await user.client.post(NOTES, json=body)).json()
    kept = (await user.client.get(f"{NOTES}/{note['id']}")).json()
    assert {name: kept[name] for name in body} == body


async def test_the_list_has_the_callers_own_notes_alone(
    user: Caller, moderator: Caller, resources: Resources
) -> None:
    own = await make_note(resources, user.user)
    await make_note(resources, moderator.user)
    items = (await user.client.get(NOTES)).json()["items"]
    assert [item["id"] for item in items] == [str(own.id)]
    assert set(items[0]) == FIELDS


async def test_each_page_has_the_callers_own_notes_once(
    user: Caller, moderator: Caller, resources: Resources
) -> None:
    own = []
    for _ in range(3):
        own.append(await make_note(resources, user.user))
        await make_note(resources, moderator.user)
    first = (await user.client.get(NOTES, params={"limit": 2})).json()
    query = {"limit": 2, "cursor": first["next_cursor"]}
    second = (await user.client.get(NOTES, params=query)).json()
    assert second["next_cursor"] is None
    found = [item["id"] for item in first["items"] + second["items"]]
    assert found == [str(note.id) for note in reversed(own)]


async def test_a_change_keeps_what_it_does_not_name(user: Caller, resources: Resources) -> None:
    note = await make_note(resources, user.user, "Old", "Kept")
    response = await user.client.patch(f"{NOTES}/{note.id}", json={"title": "New"})
    assert response.status_code == 200
    changed = response.json()
    assert (changed["title"], changed["body"]) == ("New", "Kept")
    assert datetime.fromisoformat(changed["updated_at"]) > note.updated_at
    assert datetime.fromisoformat(changed["created_at"]) == note.created_at
    assert (await user.client.get(f"{NOTES}/{note.id}")).json() == changed


async def test_a_change_that_breaks_a_rule_changes_nothing(
    user: Caller, resources: Resources
) -> None:
    note = await make_note(resources, user.user)
    broken: list[tuple[str, dict[str, object]]] = [
        ("title", {"title": None}),
        ("title", {"title": ""}),
        ("body", {"body": "b" * 10_001}),
        ("owner_id", {"owner_id": str(uuid4())}),
        ("unknown", {"title": "t", "unknown": 1}),
    ]
    for field, body in broken:
        response = await user.client.patch(f"{NOTES}/{note.id}", json=body)
        assert fields_of(response) == [field], body
    kept = (await user.client.get(f"{NOTES}/{note.id}")).json()
    assert (kept["title"], kept["body"]) == (note.title, note.body)


async def test_a_deleted_note_is_gone(user: Caller, resources: Resources) -> None:
    note = await make_note(resources, user.user)
    response = await user.client.delete(f"{NOTES}/{note.id}")
    assert (response.status_code, response.content) == (204, b"")
    problem_of(await user.client.get(f"{NOTES}/{note.id}"), 404)
    problem_of(await user.client.delete(f"{NOTES}/{note.id}"), 404)


async def test_another_accounts_note_looks_like_a_missing_one(
    user: Caller, resources: Resources
) -> None:
    note = await make_note(resources, await make_user(resources))
    for method in ("GET", "PATCH", "DELETE"):
        body = {"title": "New"} if method == "PATCH" else None
        theirs = await user.client.request(method, f"{NOTES}/{note.id}", json=body)
        absent = await user.client.request(method, f"{NOTES}/{uuid4()}", json=body)
        assert _without_request_id(theirs) == _without_request_id(absent)


async def test_a_moderator_can_delete_any_note(moderator: Caller, resources: Resources) -> None:
    owner = await make_user(resources)
    note = await make_note(resources, owner)
    assert (await moderator.client.delete(f"{NOTES}/{note.id}")).status_code == 204
    problem_of(await moderator.client.get(f"{NOTES}/{note.id}"), 404)


async def test_what_is_no_id_is_refused(user: Caller) -> None:
    for note_id in ("1", "me", "%00", "%FF", "0" * 500, "' OR 1=1"):
        assert fields_of(await user.client.get(f"{NOTES}/{note_id}")) == ["note_id"]


def _without_request_id(response: httpx2.Response) -> dict[str, object]:
    return problem_of(response, 404) | {"request_id": ""}


async def test_notes_go_with_their_account(
    user: Caller, moderator: Caller, resources: Resources
) -> None:
    note = await make_note(resources, user.user)
    assert (await user.client.delete("/api/v1/users/me")).status_code == 204
    problem_of(await moderator.client.get(f"{NOTES}/{note.id}"), 404)
