"""Refresh tokens are single-use; reuse ends the session (RFC 9700, 4.14.2)."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx2
import pytest
import time_machine

from app.auth import one_time
from app.auth.refresh_tokens import REFRESH
from app.clock import now
from app.resources import Resources
from app.tokens.redemption import find_token
from app.tokens.repository import TokenRepository
from app.tokens.token import Token
from app.users.model import User
from app.users.repository import UserRepository
from tests.support.factories import make_user
from tests.support.mailbox import Mailbox
from tests.support.passwords import OTHER_PASSWORD, give_password
from tests.support.problems import problem_of
from tests.support.queries import audit_events, audited
from tests.support.sign_in import ME_URL, REFRESH_URL, refreshed, status_with, tokens_of
from tests.support.stored_tokens import stored_digests

REUSED = "auth.refresh.reused"


@pytest.fixture
async def account(resources: Resources) -> User:
    """Give an account that can sign in."""
    user = await make_user(resources)
    await give_password(resources, user)
    return user


async def test_a_refresh_token_gets_the_next_pair(
    client: httpx2.AsyncClient, account: User
) -> None:
    first = await tokens_of(client, account)
    answer = await refreshed(client, first["refresh_token"])
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    second = answer.json()
    assert set(second) == set(first)
    assert second["refresh_token"] != first["refresh_token"]
    assert await status_with(client, second["access_token"]) == 200
    assert (await refreshed(client, second["refresh_token"])).status_code == 200


async def test_a_reused_refresh_token_ends_its_family(
    client: httpx2.AsyncClient, account: User, resources: Resources
) -> None:
    first = await tokens_of(client, account)
    elsewhere = await tokens_of(client, account)
    second = (await refreshed(client, first["refresh_token"])).json()
    third = (await refreshed(client, second["refresh_token"])).json()
    assert (await refreshed(client, first["refresh_token"])).status_code == 401
    for tokens in (first, second, third):
        assert await status_with(client, tokens["access_token"]) == 401
        assert (await refreshed(client, tokens["refresh_token"])).status_code == 401
    assert await status_with(client, elsewhere["access_token"]) == 200
    assert (await audited(resources, account.id)).count(REUSED) == 1


async def test_of_many_refreshes_at_once_one_wins_and_the_session_ends(
    client: httpx2.AsyncClient, account: User, resources: Resources
) -> None:
    tokens = await tokens_of(client, account)
    answers = await asyncio.gather(*[refreshed(client, tokens["refresh_token"]) for _ in range(8)])
    assert sorted(answer.status_code for answer in answers) == [200] + [401] * 7
    (won,) = (answer.json() for answer in answers if answer.status_code == 200)
    assert await status_with(client, won["access_token"]) == 401
    assert (await refreshed(client, won["refresh_token"])).status_code == 401
    assert (await audited(resources, account.id)).count(REUSED) == 1


async def test_a_refresh_token_lives_seven_days(
    client: httpx2.AsyncClient, account: User, resources: Resources
) -> None:
    tokens, other = await tokens_of(client, account), await tokens_of(client, account)
    with time_machine.travel(now() + timedelta(days=6, hours=23, minutes=59)):
        assert (await refreshed(client, other["refresh_token"])).status_code == 200
    with time_machine.travel(now() + timedelta(days=7, seconds=1)):
        answer = await refreshed(client, tokens["refresh_token"])
    assert answer.status_code == 401
    # Late is not stolen.
    assert REUSED not in await audited(resources, account.id)


async def test_a_refreshed_session_expires_thirty_days_after_its_sign_in(
    client: httpx2.AsyncClient, account: User, resources: Resources
) -> None:
    begun = now()
    tokens = await tokens_of(client, account)
    for days in range(6, 30, 6):
        with time_machine.travel(begun + timedelta(days=days)):
            tokens = (await refreshed(client, tokens["refresh_token"])).json()
    with time_machine.travel(begun + timedelta(days=29, hours=23, minutes=55)):
        tokens = (await refreshed(client, tokens["refresh_token"])).json()
        assert 290 <= tokens["expires_in"] <= 300
        assert await status_with(client, tokens["access_token"]) == 200
    with time_machine.travel(begun + timedelta(days=30, seconds=1)):
        assert await status_with(client, tokens["access_token"]) == 401
        assert (await refreshed(client, tokens["refresh_token"])).status_code == 401
    assert REUSED not in await audited(resources, account.id)


async def test_an_end_that_is_set_earlier_counts_for_sessions_that_have_begun(
    client: httpx2.AsyncClient, account: User, resources: Resources
) -> None:
    tokens = await tokens_of(client, account)
    vars(resources.settings).update(refresh_absolute_ttl_seconds=3600)
    with time_machine.travel(now() + timedelta(hours=1, seconds=1)):
        assert (await refreshed(client, tokens["refresh_token"])).status_code == 401


async def test_within_the_leeway_the_token_before_the_newest_may_come_back(
    client: httpx2.AsyncClient, account: User, resources: Resources
) -> None:
    vars(resources.settings).update(refresh_reuse_leeway_seconds=30)
    begun = now()
    first = await tokens_of(client, account)
    lost = (await refreshed(client, first["refresh_token"])).json()
    with time_machine.travel(begun + timedelta(seconds=20)):
        second = (await refreshed(client, first["refresh_token"])).json()
        assert await status_with(client, second["access_token"]) == 200
        third = await refreshed(client, second["refresh_token"])
        assert third.status_code == 200
        # Not the one before the newest any more.
        assert (await refreshed(client, first["refresh_token"])).status_code == 401
    for tokens in (lost, second, third.json()):
        assert (await refreshed(client, tokens["refresh_token"])).status_code == 401
    assert (await audited(resources, account.id)).count(REUSED) == 1


@pytest.mark.parametrize("seconds", [31, 0])
async def test_after_the_leeway_or_a_sign_out_no_token_comes_back(
    client: httpx2.AsyncClient, account: User, resources: Resources, seconds: int
) -> None:
    vars(resources.settings).update(refresh_reuse_leeway_seconds=30)
    begun = now()
    first = await tokens_of(client, account)
    second = (await refreshed(client, first["refresh_token"])).json()
    if not seconds:
        await _log_out(client, second["access_token"], "logout")
    with time_machine.travel(begun + timedelta(seconds=seconds + 1)):
        assert (await refreshed(client, first["refresh_token"])).status_code == 401
        assert (await refreshed(client, second["refresh_token"])).status_code == 401


async def test_of_two_concurrent_refreshes_within_the_leeway_one_succeeds(
    client: httpx2.AsyncClient, account: User, resources: Resources
) -> None:
    vars(resources.settings).update(refresh_reuse_leeway_seconds=60)
    tokens = await tokens_of(client, account)
    answers = await asyncio.gather(*[refreshed(client, tokens["refresh_token"]) for _ in range(4)])
    assert [answer.status_code for answer in answers] == [200] * 4
    alive = await stored_digests(resources, account.id, REFRESH)
    usable = [await _is_usable(resources, digest) for digest in alive]
    assert usable.count(True) == 1


async def _is_usable(resources: Resources, digest: bytes) -> bool:
    async with resources.database.reader() as reader:
        token = await find_token(reader, REFRESH, [digest])
    return token is not None and token.revoked_at is None


async def test_the_owner_is_notified_of_a_reused_token(
    client: httpx2.AsyncClient, account: User, mailbox: Mailbox
) -> None:
    tokens = await tokens_of(client, account)
    await refreshed(client, tokens["refresh_token"])
    for _ in range(3):
        assert (await refreshed(client, tokens["refresh_token"])).status_code == 401
    notice = await mailbox.only(account.email)
    assert "A session has been ended" in notice["Subject"]


async def test_expired_tokens_do_not_pile_up(
    client: httpx2.AsyncClient, account: User, resources: Resources
) -> None:
    for _ in range(3):
        await tokens_of(client, account)
    assert len(await stored_digests(resources, account.id, REFRESH)) == 3
    with time_machine.travel(now() + timedelta(days=8)):
        await tokens_of(client, account)
    assert len(await stored_digests(resources, account.id, REFRESH)) == 1


@pytest.mark.parametrize("body", [{}, {"refresh_token": ""}, {"refresh_token": 1}, {"token": "x"}])
async def test_a_body_without_a_token_is_refused(
    client: httpx2.AsyncClient, body: dict[str, Any]
) -> None:
    assert (await client.post(REFRESH_URL, json=body)).status_code == 422


@pytest.mark.parametrize("age", [None, timedelta(days=400)])
async def test_a_token_that_is_refused_leaves_an_event(
    client: httpx2.AsyncClient, account: User, resources: Resources, age: timedelta | None
) -> None:
    tokens = await tokens_of(client, account)
    token = tokens["refresh_token"] if age else "unknown"
    with time_machine.travel(now() + (age or timedelta())):
        answers = [await refreshed(client, token) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [401, 401]
    events = await audit_events(resources, "auth.credential.refused")
    request_ids = {answer.headers["x-request-id"] for answer in answers}
    assert len([event for event in events if event.request_id in request_ids]) == 1


async def test_an_unknown_field_is_refused(client: httpx2.AsyncClient, account: User) -> None:
    tokens = await tokens_of(client, account)
    body = {"refresh_token": tokens["refresh_token"], "scope": "users:read"}
    assert (await client.post(REFRESH_URL, json=body)).status_code == 422


async def test_other_credentials_are_no_refresh_tokens(
    client: httpx2.AsyncClient, account: User, resources: Resources
) -> None:
    tokens = await tokens_of(client, account)
    async with resources.database.transaction() as transaction:
        code = await one_time.issue(transaction, resources, one_time.RESET_PASSWORD, account.id)
    for secret in (tokens["access_token"][:128], code, "unknown"):
        answer = await refreshed(client, secret)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
    assert (await refreshed(client, tokens["refresh_token"])).status_code == 200


async def test_a_disabled_account_refreshes_nothing(
    client: httpx2.AsyncClient, account: User, resources: Resources
) -> None:
    tokens = await tokens_of(client, account)
    async with resources.database.transaction() as transaction:
        await UserRepository(transaction).update(account.id, is_active=False)
    assert (await refreshed(client, tokens["refresh_token"])).status_code == 401


async def _log_out(client: httpx2.AsyncClient, access_token: str, path: str) -> None:
    headers = {"Authorization": f"Bearer {access_token}"}
    answer = await client.post(f"/api/v1/auth/{path}", headers=headers)
    assert answer.status_code == 204


async def _reset(client: httpx2.AsyncClient, code: str) -> None:
    answer = await client.post(
        "/api/v1/auth/reset-password", json={"token": code, "new_password": OTHER_PASSWORD}
    )
    assert answer.status_code == 204


@pytest.mark.parametrize("way", ["logout", "logout-all", "reset"])
async def test_no_refresh_that_is_under_way_outlives_the_end_of_its_session(
    client: httpx2.AsyncClient,
    account: User,
    resources: Resources,
    monkeypatch: pytest.MonkeyPatch,
    way: str,
) -> None:
    tokens = await tokens_of(client, account)
    async with resources.database.transaction() as transaction:
        code = await one_time.issue(transaction, resources, one_time.RESET_PASSWORD, account.id)
    half_way, go_on = asyncio.Event(), asyncio.Event()
    add = TokenRepository.add

    async def slowly(repository: TokenRepository, token: Token) -> None:
        half_way.set()
        await go_on.wait()
        await add(repository, token)

    monkeypatch.setattr(TokenRepository, "add", slowly)
    refreshing = asyncio.create_task(refreshed(client, tokens["refresh_token"]))
    await half_way.wait()
    if way == "reset":
        ending = asyncio.create_task(_reset(client, code))
    else:
        ending = asyncio.create_task(_log_out(client, tokens["access_token"], way))
    # Until it is at the database, where it has to wait for the refresh.
    await asyncio.sleep(0.3)
    go_on.set()
    answer, _ = await asyncio.gather(refreshing, ending)
    if answer.status_code == 200:
        assert await status_with(client, answer.json()["access_token"]) == 401
        assert (await refreshed(client, answer.json()["refresh_token"])).status_code == 401


async def test_a_refresh_is_no_sign_in(client: httpx2.AsyncClient, account: User) -> None:
    tokens = await tokens_of(client, account)
    with time_machine.travel(now() + timedelta(seconds=901)):
        pair = (await refreshed(client, tokens["refresh_token"])).json()
        headers = {"Authorization": f"Bearer {pair['access_token']}"}
        assert (await client.get(ME_URL, headers=headers)).status_code == 200
        problem_of(await client.delete(ME_URL, headers=headers), 401)
