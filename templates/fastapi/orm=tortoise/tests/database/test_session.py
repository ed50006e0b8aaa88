"""What a session holds, and for how long."""

import asyncio

import pytest

from app.database.models import UserRow
from app.resources import Resources
from app.users.repository import UserRepository
from tests.support.factories import make_user
from tests.support.service import running_service

ONE_CONNECTION = {"database_pool_size": 1, "database_max_overflow": 0, "database_pool_timeout": 1}


async def test_a_query_that_does_not_say_whose_it_is_fails(resources: Resources) -> None:
    with pytest.raises(RuntimeError, match="using_db"):
        await UserRow.all()


async def test_a_transaction_without_a_statement_holds_nothing(database_url: str) -> None:
    async with running_service(database_url, **ONE_CONNECTION) as service:
        database = service.resources.database
        async with database.transaction(), database.transaction() as transaction:
            await UserRepository(transaction).page(1, None)


async def test_a_session_that_has_ended_takes_no_connection(database_url: str) -> None:
    async with running_service(database_url, **ONE_CONNECTION) as service:
        database = service.resources.database
        async with database.reader() as reader:
            await UserRepository(reader).page(1, None)
        with pytest.raises(RuntimeError, match="ended"):
            await UserRepository(reader).page(1, None)
        await database.ping()


async def test_statements_that_are_asked_side_by_side_take_turns(database_url: str) -> None:
    async with running_service(database_url, **ONE_CONNECTION) as service:
        user = await make_user(service.resources)
        async with service.resources.database.transaction() as transaction:
            users = UserRepository(transaction)
            found = await asyncio.gather(*(users.get(user.id) for _ in range(3)))
            await users.update(user.id, full_name="After")
        assert found == [user] * 3
        async with service.resources.database.reader() as reader:
            after = await UserRepository(reader).get(user.id)
        assert after is not None
        assert after.full_name == "After"


async def test_what_failed_alone_is_undone_alone(resources: Resources) -> None:
    known = await make_user(resources)
    async with resources.database.transaction() as transaction:
        users = UserRepository(transaction)
        await users.update(known.id, full_name="Before")
        assert not await users.add(known)
    async with resources.database.reader() as reader:
        user = await UserRepository(reader).get(known.id)
    assert user is not None
    assert user.full_name == "Before"


async def test_a_cancelled_waiter_takes_no_place(database_url: str) -> None:
    async with running_service(database_url, **ONE_CONNECTION) as service:
        database = service.resources.database
        async with database.reader() as reader:
            await UserRepository(reader).page(1, None)
            waiting = [asyncio.create_task(database.ping()) for _ in range(3)]
            await asyncio.sleep(0)
            for task in waiting:
                task.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)
        await database.ping()


async def test_no_more_than_the_pools_size_stays_open(database_url: str) -> None:
    settings = {**ONE_CONNECTION, "database_max_overflow": 2}
    async with running_service(database_url, **settings) as service:
        database = service.resources.database
        both = asyncio.Barrier(3)

        async def read() -> None:
            async with database.reader() as reader:
                await UserRepository(reader).page(1, None)
                await both.wait()

        await asyncio.gather(*(read() for _ in range(3)))
        assert len(database._pool._idle) == 1


async def test_a_connection_is_used_until_it_is_old(resources: Resources) -> None:
    pool = resources.database._pool
    await resources.database.ping()
    [first] = pool._idle
    await resources.database.ping()
    assert pool._idle == [first]
    first.opened_at -= resources.settings.database_pool_recycle + 1
    await resources.database.ping()
    assert len(pool._idle) == 1
    assert pool._idle != [first]


async def test_the_connection_of_a_cancelled_request_is_not_reused(
    resources: Resources,
) -> None:
    pool = resources.database._pool
    await resources.database.ping()
    [connection] = pool._idle
    waiting = asyncio.create_task(resources.database.ping())
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    assert connection not in pool._idle
    await resources.database.ping()


async def test_a_connection_counts_until_it_is_closed(database_url: str) -> None:
    async with running_service(database_url, **ONE_CONNECTION) as service:
        database = service.resources.database
        await database.ping()
        [connection] = database._pool._idle
        closed = asyncio.Event()

        async def close_slowly() -> None:
            await closed.wait()
            raise OSError

        close, connection.close = connection.close, close_slowly  # type: ignore[method-assign]
        waiting = asyncio.create_task(database.ping())
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        with pytest.raises(TimeoutError):
            await database.ping()
        closed.set()
        await database.ping()
        await close()


async def test_what_comes_back_after_the_end_is_closed(database_url: str) -> None:
    async with running_service(database_url) as service:
        database = service.resources.database
        async with database.reader() as reader:
            await UserRepository(reader).page(1, None)
            await database._pool.close()
        assert database._pool._idle == []
