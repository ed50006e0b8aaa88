"""When a route's transaction ends."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tests.support.problems import problem_of
from tests.support.service import Caller, Service

ME = "/api/v1/users/me"


async def test_no_success_is_sent_for_a_change_that_is_not_committed(
    service: Service, user: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    transaction = service.resources.database.transaction

    @asynccontextmanager
    async def lost_before_its_commit() -> AsyncIterator[Any]:
        async with transaction() as session:
            yield session
            raise ConnectionError

    with monkeypatch.context() as patch:
        patch.setattr(service.resources.database, "transaction", lost_before_its_commit)
        problem_of(await user.client.patch(ME, json={"full_name": "New"}), 503)
    assert (await user.client.get(ME)).json()["full_name"] == user.user.full_name
