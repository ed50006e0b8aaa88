"""What MySQL needs to be told."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import pytest
from sqlalchemy import Column, CursorResult, LargeBinary, MetaData, Table, text, update
from sqlalchemy.dialects.mysql import insert
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.__main__ import main
from app.audit.trail import record
from app.clock import now
from app.database import dialect
from app.database.models import AuditEventRow, UserRow
from app.ids import new_id
from app.resources import Resources
from app.users.repository import UserRepository
from tests.support.database import SERVER, connected, empty_database, execute
from tests.support.environment import ENVIRONMENT
from tests.support.factories import find_user, make_user
from tests.support.operator import end_connections
from tests.support.problems import problem_of
from tests.support.queries import audit_events
from tests.support.server import free_port
from tests.support.service import Service, running_service


@asynccontextmanager
async def _account_of_the_service(database_url: str) -> AsyncIterator[str]:
    """Make the account that the README describes; yields its URL."""
    url = urlsplit(database_url)
    name = f"{url.username}_s"
    rights = f"SELECT, INSERT, UPDATE, DELETE ON {url.path[1:]}.*"
    await execute(
        SERVER, f"CREATE USER {name} IDENTIFIED BY 'hunter2'", f"GRANT {rights} TO {name}"
    )
    try:
        yield url._replace(netloc=f"{name}:hunter2@{url.netloc.rpartition('@')[2]}").geturl()
    finally:
        await execute(SERVER, f"DROP USER {name}")


async def test_a_kept_event_cannot_be_replaced(resources: Resources) -> None:
    actor_id = new_id()
    async with resources.database.transaction() as transaction:
        await record(transaction, "test.happened", actor_id=actor_id)
    [event] = await audit_events(resources, "test.happened", actor_id=actor_id)
    forged = insert(AuditEventRow).values(
        id=event.id, created_at=now(), event="forged", details="{}"
    )
    for attempt in (
        text("REPLACE INTO audit_events SELECT * FROM audit_events"),
        forged.on_duplicate_key_update(event="forged"),
    ):
        async with resources.database.transaction() as transaction:
            with pytest.raises(DBAPIError, match="append-only"):
                await transaction.execute(attempt)
    assert await audit_events(resources, "test.happened", actor_id=actor_id) == [event]


async def test_the_services_own_account_can_neither_empty_a_table_nor_change_one(
    database_url: str,
) -> None:
    async with _account_of_the_service(database_url) as url:
        async with running_service(url) as service, service.caller() as caller:
            answer = await caller.client.post("/api/v1/notes", json={"title": "t"})
            assert answer.status_code == 201
        for statement in (
            "TRUNCATE audit_events",
            "DROP TABLE audit_events",
            "DROP TRIGGER audit_events_refuse_update",
            "ALTER TABLE audit_events DROP details",
            "CREATE TABLE other (id INT)",
        ):
            with pytest.raises(Exception, match="denied"):
                await execute(url, statement)


async def test_a_snapshot_cannot_write(resources: Resources) -> None:
    async with resources.database.snapshot() as snapshot:
        with pytest.raises(DBAPIError, match="READ ONLY transaction"):
            await snapshot.execute(text("DELETE FROM users"))
    await make_user(resources)


async def test_a_deadlock_passes_and_is_no_crash(service: Service) -> None:
    users = [await make_user(service.resources) for _ in range(2)]

    async def deadlock() -> None:
        both = asyncio.Barrier(2)

        async def lock(first: int, second: int) -> None:
            async with service.resources.database.transaction() as transaction:
                await UserRepository(transaction).lock(users[first].id)
                await both.wait()
                await UserRepository(transaction).lock(users[second].id)

        results = await asyncio.gather(lock(0, 1), lock(1, 0), return_exceptions=True)
        [error] = [result for result in results if isinstance(result, Exception)]
        raise error

    service.app.add_api_route("/deadlock", deadlock)
    problem_of(await service.client.get("/deadlock"), 503)


async def test_waiting_too_long_for_a_lock_passes_and_is_no_crash(service: Service) -> None:
    user = await make_user(service.resources)

    async def wait() -> None:
        async with service.resources.database.transaction() as transaction:
            await transaction.execute(text("SET innodb_lock_wait_timeout = 1"))
            await UserRepository(transaction).lock(user.id)

    service.app.add_api_route("/wait", wait)
    async with service.resources.database.transaction() as transaction:
        await UserRepository(transaction).lock(user.id)
        problem_of(await service.client.get("/wait"), 503)


async def test_a_mistake_in_a_statement_is_a_crash(service: Service) -> None:
    async def mistake() -> None:
        async with service.resources.database.reader() as reader:
            await reader.execute(text("SELECT no_such_column FROM users"))

    service.app.add_api_route("/mistake", mistake)
    response = await service.client.get("/mistake")
    problem_of(response, 500)
    assert "no_such_column" not in response.text


async def test_a_connection_that_was_idle_is_tried_before_it_is_used(
    resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dialect, "_IDLE_SECONDS_BEFORE_PING", 0.0)
    await resources.database.ping()
    assert await end_connections(resources.settings.database_url.get_secret_value()) >= 1
    await resources.database.ping()


async def test_a_request_that_is_given_up_stays_given_up(resources: Resources) -> None:
    async def wait() -> None:
        async with resources.database.reader() as reader:
            await reader.execute(text("SELECT SLEEP(60)"))

    waiting = asyncio.create_task(wait())
    await asyncio.sleep(0.2)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await resources.database.ping()


async def test_a_reader_makes_one_round_trip_for_each_statement(database_url: str) -> None:
    one_connection = {"database_pool_size": 1, "database_max_overflow": 0}
    async with running_service(database_url, **one_connection) as service:

        async def asked() -> int:
            async with service.resources.database.reader() as reader:
                query = text("SHOW SESSION STATUS LIKE 'Questions'")
                return int((await reader.execute(query)).one()[1])

        await make_user(service.resources)
        before = await asked()
        await service.resources.database.ping()
        assert await asked() - before == 2


async def test_text_is_compared_to_the_letter(resources: Resources) -> None:
    emails = [
        "ann@example.com",
        "Ann@example.com",
        "\u00e1nn@example.com",
        "ann@example.com ",
        "a\u0000nn@example.com",
    ]
    users = [await make_user(resources, email=email) for email in emails]
    async with resources.database.reader() as reader:
        found = [await UserRepository(reader).get_by_email(email) for email in emails]
    assert found == users


async def test_a_time_is_kept_to_the_microsecond_and_in_utc(resources: Resources) -> None:
    user = await make_user(resources)
    precise = replace(user, created_at=datetime(2026, 2, 28, 23, 59, 59, 999_999, tzinfo=UTC))
    async with resources.database.transaction() as transaction:
        await UserRepository(transaction).update(user.id, created_at=precise.created_at)
    assert await find_user(resources, user) == precise
    [[elsewhere]] = await execute(
        resources.settings.database_url.get_secret_value(),
        "SET time_zone = '+05:30'",
        "SELECT created_at FROM users",
    )
    assert elsewhere.replace(tzinfo=UTC) == precise.created_at


async def test_bytes_of_a_known_length_are_found_by_an_index(resources: Resources) -> None:
    digest = Column("digest", LargeBinary(32), unique=True)
    kept = Table("kept", MetaData(), digest, prefixes=["TEMPORARY"])
    async with resources.database.transaction() as transaction:
        await transaction.run_sync(lambda session: kept.create(session.connection()))
        await transaction.execute(insert(kept).values(digest=b"d" * 32))
        explained = await transaction.execute(
            text("EXPLAIN SELECT * FROM kept WHERE digest = :digest"), {"digest": b"d" * 32}
        )
        assert explained.mappings().one()["key"] == "digest"


async def test_a_row_counts_as_found_even_if_nothing_in_it_changes(resources: Resources) -> None:
    user = await make_user(resources)
    query = update(UserRow).where(UserRow.id == user.id).values(full_name=user.full_name)
    async with resources.database.transaction() as transaction:
        result = cast("CursorResult[Any]", await transaction.execute(query))
    assert result.rowcount == 1


async def test_what_is_too_long_is_refused_and_not_cut_to_size(resources: Resources) -> None:
    user = await make_user(resources)
    async with resources.database.transaction() as transaction:
        with pytest.raises(DBAPIError, match="too long"):
            await UserRepository(transaction).update(user.id, full_name="n" * 201)
    assert await find_user(resources, user) == user


async def test_no_error_holds_an_address(resources: Resources) -> None:
    user, other = [await make_user(resources) for _ in range(2)]
    async with resources.database.transaction() as transaction:
        with pytest.raises(IntegrityError) as raised:
            await UserRepository(transaction).update(user.id, email=other.email)
    error: BaseException | None = raised.value
    while error is not None:
        assert other.email not in f"{error} {error.args}"
        error = error.__cause__ or error.__context__


async def test_no_warning_reaches_the_log(
    resources: Resources, caplog: pytest.LogCaptureFixture
) -> None:
    async with resources.database.reader() as reader:
        await reader.execute(text("SELECT CAST('hunter2' AS SIGNED)"))
    assert "hunter2" not in caplog.text


def test_migrating_without_a_server_fails_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"mysql://owner:hunter2@127.0.0.1:{free_port()}/nowhere"
    for name, value in {**ENVIRONMENT, "DATABASE_URL": url}.items():
        monkeypatch.setenv(name, value)
    assert main(["migrate"]) == 1
    assert capsys.readouterr().err == (
        "The database is out of reach, or not migrated: ConnectionRefusedError.\n"
    )


def test_a_migration_that_stops_half_way_says_so_and_can_be_repeated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with empty_database(tmp_path) as url:
        for name, value in {**ENVIRONMENT, "DATABASE_URL": url}.items():
            monkeypatch.setenv(name, value)
        asyncio.run(execute(url, "CREATE TABLE notes (in_the_way INT)"))
        assert main(["migrate"]) == 1
        out = capsys.readouterr().out
        assert "migration.failed" in out
        assert "CREATE TABLE notes" in out
        assert "Undo it, then migrate again." in out
        assert asyncio.run(execute(url, "SELECT version_num FROM alembic_version")) == []
        asyncio.run(execute(url, "DROP TABLE notes", "DROP TABLE users"))
        assert main(["migrate"]) == 0
        assert "migration.failed" not in capsys.readouterr().out


def test_a_migration_waits_for_one_that_is_running(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dialect, "_MIGRATION_TURN_SECONDS", 1)
    with empty_database(tmp_path) as url:
        for name, value in {**ENVIRONMENT, "DATABASE_URL": url}.items():
            monkeypatch.setenv(name, value)

        async def migrate_beside_another() -> int:
            async with connected(url) as connection, connection.cursor() as cursor:
                await cursor.execute("SELECT GET_LOCK(MD5(CONCAT('migrate ', DATABASE())), 0)")
                return await asyncio.to_thread(main, ["migrate"])

        assert asyncio.run(migrate_beside_another()) == 1
        assert asyncio.run(execute(url, "SHOW TABLES")) == []
        assert main(["migrate"]) == 0
