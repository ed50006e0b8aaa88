"""RATE_LIMIT_AUTH on signing in: by client address and by account."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import time_machine

from app.clock import now
from tests.support.factories import make_user
from tests.support.passwords import OTHER_PASSWORD, give_password
from tests.support.service import Service, client_of, running_service
from tests.support.sign_in import (
    REVOKE_URL,
    TOKEN_URL,
    attempt_sign_in,
    refreshed,
    tokens_of,
)


@pytest.fixture
async def service(database_url: str) -> AsyncIterator[Service]:
    async with running_service(
        database_url, rate_limit_auth="5/minute", rate_limit_default="20/minute"
    ) as service:
        yield service


async def status_from(service: Service, address: str, email: str) -> int:
    async with client_of(service.app, address) as client:
        return (await attempt_sign_in(client, email, OTHER_PASSWORD)).status_code


async def test_an_address_has_five_attempts_a_minute_whatever_the_account(
    service: Service,
) -> None:
    for number in range(5):
        assert await status_from(service, "192.0.2.9", f"a{number}@example.com") == 401
    refusal = await attempt_sign_in(service.client, "b@example.com")
    assert refusal.status_code == 401
    async with client_of(service.app, "192.0.2.9") as client:
        refusal = await attempt_sign_in(client, "a6@example.com")
    assert refusal.status_code == 429
    wait = int(refusal.headers["retry-after"])
    assert 1 <= wait <= 60
    assert refusal.headers["ratelimit-policy"].endswith(";q=5;w=60")
    assert f";r=0;t={wait}" in refusal.headers["ratelimit"]
    with time_machine.travel(now() + timedelta(seconds=61)):
        assert await status_from(service, "192.0.2.9", "a7@example.com") == 401


async def test_an_account_has_five_attempts_a_minute_from_all_addresses(
    service: Service,
) -> None:
    account = await make_user(service.resources, email="ann@example.com")
    await give_password(service.resources, account)
    spellings = ["ann@example.com", "ANN@example.com", " ann@example.com", "Ann@Example.com  "]
    for number, email in enumerate([*spellings, "ann@EXAMPLE.com"]):
        assert await status_from(service, f"198.51.100.{number}", email) == 401
    async with client_of(service.app, "198.51.100.99") as client:
        assert (await attempt_sign_in(client, account.email)).status_code == 429
        assert (await attempt_sign_in(client, "bob@example.com")).status_code == 401


async def test_what_is_refused_is_not_hashed(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        await attempt_sign_in(service.client, "ann@example.com")

    def never(_password: str, _hash: str) -> tuple[bool, str | None]:
        raise AssertionError("a refused attempt must cost nothing")

    monkeypatch.setattr(service.resources.passwords._hasher, "verify_and_update", never)
    assert (await attempt_sign_in(service.client, "ann@example.com")).status_code == 429


async def test_addresses_of_one_ipv6_subscriber_count_as_one(service: Service) -> None:
    for number in range(5):
        assert await status_from(service, f"2001:db8::{number}", f"a{number}@example.com") == 401
    assert await status_from(service, "2001:db8::ffff", "b@example.com") == 429
    assert await status_from(service, "2001:db8:0:1::1", "b@example.com") == 401


async def test_refreshing_counts_as_any_other_request(service: Service) -> None:
    account = await make_user(service.resources)
    await give_password(service.resources, account)
    token = (await tokens_of(service.client, account))["refresh_token"]
    for number in range(20):
        if number % 2:
            answer = await refreshed(service.client, token)
        else:
            form = {"grant_type": "refresh_token", "refresh_token": token}
            answer = await service.client.post(TOKEN_URL, data=form)
        assert answer.status_code == 200
        token = answer.json()["refresh_token"]
    for refusal in (
        await refreshed(service.client, token),
        await service.client.post(TOKEN_URL, data={**form, "refresh_token": token}),
    ):
        assert refusal.status_code == 429
        assert refusal.headers["ratelimit-policy"].endswith(";q=20;w=60")


async def test_revoking_counts_as_any_other_request(service: Service) -> None:
    form = {"token": "unknown"}
    answers = [await service.client.post(REVOKE_URL, data=form) for _ in range(21)]
    assert [answer.status_code for answer in answers] == [200] * 20 + [429]


async def test_limits_can_be_off(database_url: str) -> None:
    async with running_service(
        database_url, rate_limit_auth="1/day", rate_limit_enabled=False
    ) as service:
        for _ in range(3):
            assert (await attempt_sign_in(service.client, "a@example.com")).status_code == 401
