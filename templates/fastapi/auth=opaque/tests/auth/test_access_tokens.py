"""Access tokens are references: nothing but what is stored says what they allow."""

from datetime import timedelta

import httpx2
import pytest
import time_machine

from app.auth import one_time
from app.auth.access_tokens import ACCESS
from app.clock import now
from app.resources import Resources
from app.tokens.token import digest
from app.users.model import User
from app.users.repository import UserRepository
from tests.support.digests import is_readable
from tests.support.factories import make_user
from tests.support.passwords import give_password
from tests.support.sign_in import refreshed, status_with, tokens_of
from tests.support.stored_tokens import stored_digests


@pytest.fixture
async def account(resources: Resources) -> User:
    """Give an account that can sign in."""
    user = await make_user(resources)
    await give_password(resources, user)
    return user


async def test_a_token_is_256_random_bits_and_says_nothing(
    client: httpx2.AsyncClient, account: User
) -> None:
    tokens = [(await tokens_of(client, account))["access_token"] for _ in range(3)]
    assert len(set(tokens)) == 3
    assert all(len(token) == 43 for token in tokens)


async def test_a_token_is_stored_hashed(
    client: httpx2.AsyncClient, account: User, resources: Resources
) -> None:
    token = (await tokens_of(client, account))["access_token"]
    (stored,) = await stored_digests(resources, account.id, ACCESS)
    assert stored == digest(token)
    assert not is_readable(stored, token)


async def test_a_token_expires_after_fifteen_minutes(
    client: httpx2.AsyncClient, account: User
) -> None:
    token = (await tokens_of(client, account))["access_token"]
    with time_machine.travel(now() + timedelta(minutes=14, seconds=50)):
        assert await status_with(client, token) == 200
    with time_machine.travel(now() + timedelta(minutes=15, seconds=1)):
        assert await status_with(client, token) == 401


async def test_a_token_of_an_answer_that_was_asked_for_again_has_ended(
    client: httpx2.AsyncClient, account: User, resources: Resources
) -> None:
    vars(resources.settings).update(refresh_reuse_leeway_seconds=30)
    first = await tokens_of(client, account)
    lost = (await refreshed(client, first["refresh_token"])).json()
    assert await status_with(client, lost["access_token"]) == 200
    second = (await refreshed(client, first["refresh_token"])).json()
    assert await status_with(client, lost["access_token"]) == 401
    assert await status_with(client, second["access_token"]) == 200


async def test_a_token_of_another_kind_is_refused(
    client: httpx2.AsyncClient, account: User, resources: Resources
) -> None:
    tokens = await tokens_of(client, account)
    async with resources.database.transaction() as transaction:
        codes = [
            await one_time.issue(transaction, resources, kind, account.id)
            for kind in (one_time.VERIFY_EMAIL, one_time.RESET_PASSWORD)
        ]
    for secret in (tokens["refresh_token"], *codes):
        assert await status_with(client, secret) == 401
    assert await status_with(client, tokens["access_token"]) == 200


async def test_the_digest_of_a_token_is_no_token(
    client: httpx2.AsyncClient, account: User, resources: Resources
) -> None:
    await tokens_of(client, account)
    for stored in await stored_digests(resources, account.id):
        assert await status_with(client, stored.hex()) == 401


@pytest.mark.parametrize("token", ["unknown", "x" * 43, "x" * 5000, "a b", "\xe9", "."])
async def test_a_token_that_was_not_issued_is_refused(
    client: httpx2.AsyncClient, token: str
) -> None:
    headers = [(b"authorization", f"Bearer {token}".encode("latin-1"))]
    answer = await client.get("/api/v1/users/me", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'


async def test_the_tokens_of_two_refreshes_live_side_by_side_and_end_together(
    client: httpx2.AsyncClient, account: User
) -> None:
    first = await tokens_of(client, account)
    second = (await refreshed(client, first["refresh_token"])).json()
    for tokens in (first, second):
        assert await status_with(client, tokens["access_token"]) == 200
    headers = {"Authorization": f"Bearer {second['access_token']}"}
    assert (await client.post("/api/v1/auth/logout", headers=headers)).status_code == 204
    for tokens in (first, second):
        assert await status_with(client, tokens["access_token"]) == 401


async def test_a_token_of_a_disabled_account_is_refused(
    client: httpx2.AsyncClient, account: User, resources: Resources
) -> None:
    token = (await tokens_of(client, account))["access_token"]
    async with resources.database.transaction() as transaction:
        await UserRepository(transaction).update(account.id, is_active=False)
    assert await status_with(client, token) == 401


async def test_expired_tokens_do_not_pile_up(
    client: httpx2.AsyncClient, account: User, resources: Resources
) -> None:
    for _ in range(3):
        await tokens_of(client, account)
    assert len(await stored_digests(resources, account.id, ACCESS)) == 3
    with time_machine.travel(now() + timedelta(minutes=16)):
        await tokens_of(client, account)
        assert len(await stored_digests(resources, account.id, ACCESS)) == 1
