"""A commit that fails leaves no event in the log."""

import pytest
import structlog

from app.audit.trail import record
from app.database.engine import UNUSABLE
from app.resources import Resources
from tests.support.operator import end_connections


async def test_an_event_whose_commit_fails_is_not_logged(
    resources: Resources, database_url: str
) -> None:
    async def fail() -> None:
        async with resources.database.transaction() as transaction:
            await record(transaction, "user.deleted")
            assert await end_connections(database_url) >= 1

    with structlog.testing.capture_logs() as lines, pytest.raises(UNUSABLE):
        await fail()
    assert [line for line in lines if line.get("channel") == "audit"] == []
