"""How long ago the bearer of a token signed in at the provider."""

import time
from typing import Any

import pytest

from app.auth.permissions import Role
from tests.support.factories import find_user
from tests.support.problems import problem_of
from tests.support.service import Caller, Service
from tests.support.sign_in import bearing, token_of

ME = "/api/v1/users/me"


def _bear(caller: Caller, **claims: Any) -> None:
    bearing(caller.client, token_of(str(caller.user.id), Role.USER, **claims))


async def test_a_fresh_token_of_an_old_sign_in_deletes_nothing(
    service: Service, user: Caller
) -> None:
    _bear(user, auth_time=int(time.time()) - 901)
    problem_of(await user.client.delete(ME), 401)
    assert await find_user(service.resources, user.user) == user.user
    _bear(user, auth_time=int(time.time()))
    assert (await user.client.delete(ME)).status_code == 204


async def test_a_token_that_does_not_tell_counts_from_when_it_was_issued(user: Caller) -> None:
    at = int(time.time())
    _bear(user, iat=at - 901, exp=at + 60)
    problem_of(await user.client.delete(ME), 401)


async def test_a_sign_in_that_is_still_to_come_invalidates_a_token(user: Caller) -> None:
    _bear(user, auth_time=int(time.time()) + 3_600)
    problem_of(await user.client.get(ME), 401)


@pytest.mark.parametrize("auth_time", ["1", True, [], {}, -1, 1e300])
async def test_a_malformed_time_invalidates_a_token(user: Caller, auth_time: object) -> None:
    _bear(user, auth_time=auth_time)
    problem_of(await user.client.get(ME), 401)
