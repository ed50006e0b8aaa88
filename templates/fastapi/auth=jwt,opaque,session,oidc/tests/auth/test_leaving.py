"""Deleting one's own account requires a recent sign-in."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from app.auth.permissions import Role
from app.clock import now
from app.resources import Resources
from tests.support.factories import find_user
from tests.support.problems import problem_of
from tests.support.service import Caller, Service

ME = "/api/v1/users/me"
INSUFFICIENT = 'error="insufficient_user_authentication", max_age=900'

Later = Callable[[float], None]


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Later:
    """Advance the clock for the age of a sign-in."""
    begun: datetime = now()

    def go_by(seconds: float) -> None:
        moment = begun + timedelta(seconds=seconds)
        monkeypatch.setattr("app.auth.leaving.now", lambda: moment)

    return go_by


async def test_deleting_an_account_requires_a_recent_sign_in(
    user: Caller, resources: Resources, later: Later
) -> None:
    later(901)
    response = await user.client.delete(ME)
    problem_of(response, 401)
    assert response.headers["www-authenticate"].endswith(INSUFFICIENT)
    assert await find_user(resources, user.user) == user.user
    assert (await user.client.get(ME)).status_code == 200


async def test_nothing_else_takes_a_recent_sign_in(user: Caller, later: Later) -> None:
    later(901)
    assert (await user.client.patch(ME, json={"full_name": "New"})).status_code == 200


async def test_an_account_is_deleted_a_moment_before(
    user: Caller, resources: Resources, later: Later
) -> None:
    later(890)
    assert (await user.client.delete(ME)).status_code == 204
    assert await find_user(resources, user.user) is None


async def test_who_signs_in_again_leaves(service: Service, user: Caller, later: Later) -> None:
    later(901)
    problem_of(await user.client.delete(ME), 401)
    later(0)
    async with service.caller(Role.USER, user.user) as again:
        assert (await again.client.delete(ME)).status_code == 204
