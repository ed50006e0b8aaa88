"""Pages: their bounds, their cursors, and what they cost."""

import base64

import pytest

from app.auth.permissions import Role
from app.resources import Resources
from tests.support.factories import make_note, make_user
from tests.support.problems import fields_of
from tests.support.queries import recorded_statements
from tests.support.service import Caller, running_service

NOTES = "/api/v1/notes"
USERS = "/api/v1/users"


async def _walk(caller: Caller, path: str, limit: int) -> list[list[str]]:
    pages = []
    cursor: str | None = None
    while True:
        query = {"limit": limit} | ({"cursor": cursor} if cursor else {})
        page = (await caller.client.get(path, params=query)).json()
        assert set(page) == {"items", "next_cursor"}
        pages.append([item["id"] for item in page["items"]])
        if (cursor := page["next_cursor"]) is None:
            return pages


async def test_pages_hold_every_row_once_newest_first(user: Caller, resources: Resources) -> None:
    notes = [str((await make_note(resources, user.user)).id) for _ in range(7)]
    newest = notes[::-1]
    assert await _walk(user, NOTES, 3) == [newest[:3], newest[3:6], newest[6:]]
    assert await _walk(user, NOTES, 7) == [newest]
    assert await _walk(user, NOTES, 8) == [newest]


async def test_a_page_of_nothing_is_empty(user: Caller) -> None:
    assert (await user.client.get(NOTES)).json() == {"items": [], "next_cursor": None}


async def test_a_page_has_twenty_rows_unless_told_otherwise(
    user: Caller, resources: Resources
) -> None:
    for _ in range(21):
        await make_note(resources, user.user)
    assert [len(page) for page in await _walk(user, NOTES, 20)] == [20, 1]
    assert len((await user.client.get(NOTES)).json()["items"]) == 20


async def test_a_limit_is_from_1_to_100(user: Caller) -> None:
    for limit in ("1", "100"):
        assert (await user.client.get(NOTES, params={"limit": limit})).status_code == 200
    for limit in ("0", "101", "-1", "", "1.5", "many", "9" * 5000, "1e2", "\0"):
        assert fields_of(await user.client.get(NOTES, params={"limit": limit})) == ["limit"], limit


async def test_a_page_stays_where_it_is_while_rows_come_and_go(
    user: Caller, resources: Resources
) -> None:
    notes = [str((await make_note(resources, user.user)).id) for _ in range(6)]
    first = (await user.client.get(NOTES, params={"limit": 2})).json()
    await make_note(resources, user.user)
    await user.client.delete(f"{NOTES}/{notes[5]}")
    await user.client.delete(f"{NOTES}/{notes[4]}")
    second = (
        await user.client.get(NOTES, params={"limit": 2, "cursor": first["next_cursor"]})
    ).json()
    assert [item["id"] for item in second["items"]] == [notes[3], notes[2]]


@pytest.mark.parametrize("path", [NOTES, USERS])
async def test_a_cursor_that_this_list_did_not_make_is_refused(
    admin: Caller, resources: Resources, path: str
) -> None:
    other = {NOTES: USERS, USERS: NOTES}[path]
    for _ in range(2):
        await make_note(resources, await make_user(resources))
        await make_note(resources, admin.user)
    cursor = (await admin.client.get(path, params={"limit": 1})).json()["next_cursor"]
    foreign = (await admin.client.get(other, params={"limit": 1})).json()["next_cursor"]
    altered = ("B" if cursor[0] == "A" else "A") + cursor[1:]
    signature = cursor[:-2] + ("BA" if cursor.endswith("AA") else "AA")
    unsigned = base64.urlsafe_b64encode(bytes(48)).decode()
    forged = (
        foreign,
        altered,
        signature,
        unsigned,
        cursor[:-4],
        cursor * 2,
        "",
        "x",
        "\u20ac",
        "\0",
    )
    for text in forged:
        response = await admin.client.get(path, params={"cursor": text})
        assert fields_of(response) == ["cursor"], text
    assert (await admin.client.get(path, params={"cursor": cursor})).status_code == 200


async def test_a_cursor_lives_on_while_keys_rotate(database_url: str) -> None:
    old, new = "o" * 32, "n" * 32
    async with running_service(database_url, secret_key=old) as before:
        admin = await make_user(before.resources, Role.ADMIN)
        await make_user(before.resources)
        async with before.caller(user=admin) as caller:
            page = (await caller.client.get(USERS, params={"limit": 1})).json()
    query = {"cursor": page["next_cursor"]}
    for fallbacks, status in ((old, 200), ("", 422)):
        async with (
            running_service(database_url, secret_key=new, secret_key_fallbacks=fallbacks) as after,
            after.caller(user=admin) as caller,
        ):
            assert (await caller.client.get(USERS, params=query)).status_code == status


# Who is calling, and the rows; of others' data, the audit event as well.
@pytest.mark.parametrize(("path", "queries"), [(NOTES, 2), (USERS, 3)])
async def test_a_page_costs_as_many_queries_however_long_it_is(
    admin: Caller, resources: Resources, path: str, queries: int
) -> None:
    for limit in (99, 100):
        with recorded_statements() as statements:
            page = (await admin.client.get(path, params={"limit": limit})).json()
        assert len([text for text in statements if not text.startswith("BEGIN")]) == queries
        for _ in range(20):
            await make_note(resources, admin.user)
            await make_user(resources)
    assert len(page["items"]) >= 20
