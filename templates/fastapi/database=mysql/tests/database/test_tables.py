"""What the tables hold to, and for whom."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

from app.resources import Resources
from app.users.repository import UserRepository
from tests.support.database import execute
from tests.support.factories import find_user, make_user
from tests.support.problems import problem_of
from tests.support.service import Service


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
