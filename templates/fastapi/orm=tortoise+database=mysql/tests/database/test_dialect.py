"""What MySQL needs to be told."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from tortoise.context import TortoiseContext
from tortoise.exceptions import IntegrityError
from tortoise.transactions import in_transaction

from app.audit.trail import record
from app.clock import now
from app.database.dialect import statement
from app.database.engine import UNUSABLE
from app.database.mysql_migrations import MigrationSession
from app.database.orm import CONNECTION_NAME, migration_config
from app.ids import new_id
from app.resources import Resources
from app.users.repository import UserRepository
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
    insert = "INTO audit_events (id, created_at, event, details) VALUES (%s, %s, 'forged', '{}')"
    for attempt in (f"REPLACE {insert}", f"INSERT {insert} ON DUPLICATE KEY UPDATE event = 'x'"):
        async with (
            granted(database_url, "UPDATE, DELETE", "audit_events"),
            resources.database.transaction() as transaction,
        ):
            with pytest.raises(UNUSABLE, match="append-only"):
                await transaction.run(attempt, [event.id, now()])
    assert await audit_events(resources, "user.disabled", actor_id=actor_id) == [event]


async def test_waiting_too_long_for_a_lock_passes_and_is_no_crash(service: Service) -> None:
    user = await make_user(service.resources)

    async def wait() -> None:
        async with service.resources.database.transaction() as transaction:
            await transaction.run("SET innodb_lock_wait_timeout = 1")
            await UserRepository(transaction).lock(user.id)

    service.app.add_api_route("/wait", wait)
    async with service.resources.database.transaction() as transaction:
        await UserRepository(transaction).lock(user.id)
        problem_of(await service.client.get("/wait"), 503)


@pytest.mark.parametrize(
    ("statement", "values"),
    [
        ("UPDATE users SET email = NULL, full_name = %s", ["hunter2"]),
        ("UPDATE users SET full_name = %s", ["hunter2" * 40]),
        ("UPDATE users SET is_active = %s", ["hunter2"]),
        ("UPDATE users SET created_at = %s", ["hunter2"]),
        ("UPDATE users SET nothing = %s", ["hunter2"]),
    ],
)
async def test_an_error_shows_the_statement_and_none_of_its_values(
    resources: Resources, statement: str, values: list[Any]
) -> None:
    await make_user(resources)
    async with resources.database.transaction() as transaction:
        with pytest.raises(UNUSABLE) as raised:
            await transaction.run(statement, values)
    assert statement in str(raised.value)
    assert "hunter2" not in str(raised.value)
    assert raised.value.__suppress_context__


async def test_who_is_calling_costs_one_round_trip(database_url: str) -> None:
    one_connection = {"database_pool_size": 1, "database_max_overflow": 0}
    async with running_service(database_url, **one_connection) as service, service.caller() as user:

        async def asked() -> int:
            async with service.resources.database.reader() as reader:
                _, [[_, count]] = await reader.run("SHOW SESSION STATUS LIKE 'Questions'")
                return int(count)

        await user.client.get("/api/v1/users/me")
        before = await asked()
        assert (await user.client.get("/api/v1/users/me")).status_code == 200
        assert await asked() - before == 2


async def test_a_connection_that_hung_up_is_not_tried(user: Caller, resources: Resources) -> None:
    assert await end_connections(resources.settings.database_url.get_secret_value()) >= 1
    await asyncio.sleep(0.1)
    assert (await user.client.get("/api/v1/users/me")).status_code == 200


async def test_a_cancelled_request_stays_cancelled(resources: Resources) -> None:
    async def wait() -> None:
        async with resources.database.transaction() as transaction:
            await transaction.run("SELECT SLEEP(60)")

    waiting = asyncio.create_task(wait())
    await asyncio.sleep(0.2)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await resources.database.ping()


async def test_a_time_of_another_zone_is_the_same_time(resources: Resources) -> None:
    elsewhere = datetime(2026, 3, 1, 1, 30, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    async with resources.database.reader() as reader:
        _, [[at]] = await reader.run("SELECT CAST(%s AS DATETIME(6))", [elsewhere])
    assert at.replace(tzinfo=UTC) == elsewhere


async def test_a_digest_is_found_by_an_index(resources: Resources) -> None:
    async with TortoiseContext() as context:
        await context.init(migration_config(resources.settings))
        columns = await context.db().execute_query_dict(
            "SELECT column_type AS type FROM information_schema.columns "
            "WHERE table_schema = DATABASE() AND column_name = 'digest'"
        )
    assert {column["type"] for column in columns} <= {"varbinary(32)"}


async def test_a_step_of_a_migration_changes_all_its_rows_or_none(resources: Resources) -> None:
    user = await make_user(resources)

    async def change(*and_then: str) -> None:
        async with in_transaction(CONNECTION_NAME) as step:
            await step.execute_query("UPDATE users SET full_name = 'Changed'")
            for statement in and_then:
                await step.execute_query(statement)

    async with TortoiseContext() as context:
        await context.init(migration_config(resources.settings))
        assert isinstance(context.db(), MigrationSession)
        with pytest.raises(IntegrityError):
            await change("INSERT INTO users SELECT * FROM users")
        assert await find_user(resources, user) == user
        await change()
        assert await find_user(resources, user) == replace(user, full_name="Changed")


def test_the_parameters_of_a_statement_come_in_their_order() -> None:
    assert statement("SELECT $1\n  WHERE a = $2") == "SELECT %s WHERE a = %s"
    for text in ("SELECT $2, $1", "SELECT $1, $1"):
        with pytest.raises(ValueError, match="in their order"):
            statement(text)
