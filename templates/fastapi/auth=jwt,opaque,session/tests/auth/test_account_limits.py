"""RATE_LIMIT_AUTH on the endpoints of accounts."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from app.clock import now
from tests.support.passwords import OTHER_PASSWORD, PASSWORD
from tests.support.service import Service, client_of, running_service

ENDPOINTS: dict[str, dict[str, Any]] = {
    "register": {"email": "ann@example.com", "password": PASSWORD, "full_name": "Ann"},
    "verify-email": {"token": "unknown"},
    "forgot-password": {"email": "ann@example.com"},
    "reset-password": {"token": "unknown", "new_password": OTHER_PASSWORD},
}


@pytest.fixture
async def service(database_url: str) -> AsyncIterator[Service]:
    async with running_service(database_url, rate_limit_auth="5/minute") as service:
        yield service


@pytest.mark.parametrize("endpoint", ENDPOINTS)
async def test_an_address_has_five_attempts_a_minute(service: Service, endpoint: str) -> None:
    url, body = f"/api/v1/auth/{endpoint}", ENDPOINTS[endpoint]
    statuses = {(await service.client.post(url, json=body)).status_code for _ in range(5)}
    assert statuses <= {202, 422}
    refusal = await service.client.post(url, json=body)
    assert refusal.status_code == 429
    assert refusal.headers["content-type"] == "application/problem+json"
    wait = int(refusal.headers["retry-after"])
    assert 1 <= wait <= 60
    assert refusal.headers["ratelimit-policy"].endswith(";q=5;w=60")
    assert f";r=0;t={wait}" in refusal.headers["ratelimit"]
    async with client_of(service.app, "198.51.100.7") as elsewhere:
        assert (await elsewhere.post(url, json=body)).status_code in statuses
    with time_machine.travel(now() + timedelta(seconds=61)):
        assert (await service.client.post(url, json=body)).status_code in statuses


async def test_each_endpoint_counts_for_itself(service: Service) -> None:
    for _ in range(2):
        for endpoint, body in ENDPOINTS.items():
            answer = await service.client.post(f"/api/v1/auth/{endpoint}", json=body)
            assert answer.status_code in {202, 422}


async def test_who_holds_a_session_guesses_the_password_no_faster(service: Service) -> None:
    body = {"current_password": OTHER_PASSWORD, "new_password": "what nobody has guessed"}
    statuses = []
    async with service.caller() as caller:
        for number in range(6):
            # Each time from another address.
            async with client_of(service.app, f"198.51.100.{number}") as client:
                client.headers, client.cookies = caller.client.headers, caller.client.cookies
                answer = await client.post("/api/v1/auth/change-password", json=body)
                statuses.append(answer.status_code)
    assert statuses == [403] * 5 + [429]


async def test_by_default_a_minute_has_five_attempts(service: Service) -> None:
    assert type(service.resources.settings).model_fields["rate_limit_auth"].default == "5/minute"
