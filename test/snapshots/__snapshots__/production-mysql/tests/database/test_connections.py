"""When a connection to a server is used again, and when it is not."""

import pytest
from tortoise.exceptions import OperationalError

from app.database import pool
from app.resources import Resources
from tests.support.operator import end_connections
from tests.support.queries import execute


async def test_a_connection_that_was_idle_is_tried_before_it_is_used(
    resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "_IDLE_SECONDS_BEFORE_PING", 0.0)
    await resources.database.ping()
    [connection] = resources.database._pool._idle
    # As if the driver had not been told.
    monkeypatch.setattr(connection, "_has_hung_up", lambda: False)
    assert await end_connections(resources.settings.database_url.get_secret_value()) >= 1
    await resources.database.ping()
    assert connection not in resources.database._pool._idle


async def test_a_failed_statement_does_not_spoil_the_connection(resources: Resources) -> None:
    with pytest.raises(OperationalError):
        await execute(resources, "SELECT no_such_column FROM users")
    [connection] = resources.database._pool._idle
    await resources.database.ping()
    assert resources.database._pool._idle == [connection]
