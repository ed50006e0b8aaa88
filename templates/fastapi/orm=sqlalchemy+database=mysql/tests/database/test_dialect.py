"""What MySQL needs to be told."""

import asyncio

import pytest
from sqlalchemy import Column, LargeBinary, MetaData, Table, text
from sqlalchemy.dialects.mysql import insert
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.audit.trail import record
from app.clock import now
from app.database import idle
from app.database.driver import Connection
from app.database.models import AuditEventRow
from app.ids import new_id
from app.resources import Resources
from app.users.repository import UserRepository
from tests.support.database import as_owner
from tests.support.factories import find_user, make_user
from tests.support.operator import end_connections, granted
from tests.support.problems import problem_of
from tests.support.queries import audit_events
from tests.support.service import Caller, Service, running_service


async def test_a_kept_event_cannot_be_replaced(resources: Resources, database_url: str) -> None:
    actor_id = new_id()
    async with resources.database.transaction() as transaction:
        await record(transaction, "user.disabled", actor_id=actor_id)
    [event] = await audit_events(resources, "user.disabled", actor_id=actor_id)
    forged = insert(AuditEventRow).values(
        id=event.id, created_at=now(), event="forged", details="{}"
    )
    for attempt in (
        text("REPLACE INTO audit_events SELECT * FROM audit_events"),
        forged.on_duplicate_key_update(event="forged"),
    ):
        async with (
            granted(database_url, "UPDATE, DELETE", "audit_events"),
            resources.database.transaction() as transaction,
        ):
            with pytest.raises(DBAPIError, match="append-only"):
                await transaction.execute(attempt)
    assert await audit_events(resources, "user.disabled", actor_id=actor_id) == [event]


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


async def test_a_connection_that_was_idle_is_tried_before_it_is_used(
    resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(idle, "_IDLE_SECONDS_BEFORE_PING", 0.0)
    # As if the driver had not been told.
    monkeypatch.setattr(Connection, "is_open", True)
    await resources.database.ping()
    assert await end_connections(resources.settings.database_url.get_secret_value()) >= 1
    await resources.database.ping()


async def test_a_connection_that_hung_up_is_not_tried(user: Caller, resources: Resources) -> None:
    assert await end_connections(resources.settings.database_url.get_secret_value()) >= 1
    await asyncio.sleep(0.1)
    assert (await user.client.get("/api/v1/users/me")).status_code == 200


async def test_a_cancelled_request_stays_cancelled(resources: Resources) -> None:
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


async def test_bytes_of_a_known_length_are_found_by_an_index(database_url: str) -> None:
    digest = Column("digest", LargeBinary(32), unique=True)
    kept = Table("kept", MetaData(), digest, prefixes=["TEMPORARY"])
    async with (
        running_service(as_owner(database_url)) as owner,
        owner.resources.database.transaction() as transaction,
    ):
        await transaction.run_sync(lambda session: kept.create(session.connection()))
        await transaction.execute(insert(kept).values(digest=b"d" * 32))
        explained = await transaction.execute(
            text("EXPLAIN SELECT * FROM kept WHERE digest = :digest"), {"digest": b"d" * 32}
        )
        assert explained.mappings().one()["key"] == "digest"


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
