"""Pages: their bounds, their cursors, and what they cost."""

import base64

from app.auth.permissions import Role
from app.pagination import PageRequest
from app.resources import Resources
from tests.support.factories import make_user
from tests.support.problems import fields_of
from tests.support.queries import recorded_statements
from tests.support.service import Caller, running_service

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


async def _made(resources: Resources, count: int) -> list[str]:
    """Make accounts; returns their ids, newest first."""
    return [str((await make_user(resources)).id) for _ in range(count)][::-1]


async def test_pages_hold_every_row_once_newest_first(admin: Caller, resources: Resources) -> None:
    newest = [*await _made(resources, 6), str(admin.user.id)]
    assert await _walk(admin, USERS, 3) == [newest[:3], newest[3:6], newest[6:]]
    assert await _walk(admin, USERS, 7) == [newest]
    assert await _walk(admin, USERS, 8) == [newest]


async def test_a_page_has_twenty_rows_unless_told_otherwise(
    admin: Caller, resources: Resources
) -> None:
    await _made(resources, 20)
    assert [len(page) for page in await _walk(admin, USERS, 20)] == [20, 1]
    assert len((await admin.client.get(USERS)).json()["items"]) == 20


async def test_a_limit_is_from_1_to_100(admin: Caller) -> None:
    for limit in ("1", "100"):
        assert (await admin.client.get(USERS, params={"limit": limit})).status_code == 200
    bounds, numbers = ("0", "101", "-1", "9" * 5000), ("", "1.5", "many", "1e2", "\0")
    spellings = (" 1", "1 ", "+1", "01", "1_0", "1.0", "\u0661")
    for limit in (*bounds, *numbers, *spellings):
        assert fields_of(await admin.client.get(USERS, params={"limit": limit})) == ["limit"], limit


async def test_a_page_stays_where_it_is_while_rows_come_and_go(
    admin: Caller, resources: Resources
) -> None:
    newest = await _made(resources, 6)
    first = (await admin.client.get(USERS, params={"limit": 2})).json()
    await make_user(resources)
    for user_id in newest[:2]:
        assert (await admin.client.delete(f"{USERS}/{user_id}")).status_code == 204
    query = {"limit": 2, "cursor": first["next_cursor"]}
    second = (await admin.client.get(USERS, params=query)).json()
    assert [item["id"] for item in second["items"]] == newest[2:4]


async def test_a_foreign_cursor_is_refused(admin: Caller, resources: Resources) -> None:
    users = [await make_user(resources) for _ in range(2)]
    cursor = (await admin.client.get(USERS, params={"limit": 1})).json()["next_cursor"]
    foreign = PageRequest(resources.keys, "/api/v1/others", 1, None).of(users)["next_cursor"]
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
        response = await admin.client.get(USERS, params={"cursor": str(text)})
        assert fields_of(response) == ["cursor"], text
    assert (await admin.client.get(USERS, params={"cursor": cursor})).status_code == 200


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


async def test_a_page_costs_as_many_queries_however_long_it_is(
    admin: Caller, resources: Resources
) -> None:
    for limit in (99, 100):
        with recorded_statements() as statements:
            page = (await admin.client.get(USERS, params={"limit": limit})).json()
        # Who is calling, the rows, and the audit event of who reads accounts.
        assert len([text for text in statements if not text.startswith("BEGIN")]) == 3
        await _made(resources, 20)
    assert len(page["items"]) >= 20
