"""The provider's keys: caching, rotation and outages."""

import asyncio
import json
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import httpx2
import pytest
from structlog.testing import capture_logs

from app.auth.provider import MAX_AGE_SECONDS
from app.auth.provider import Provider as ProviderKeys
from app.errors import Unavailable
from tests.support.problems import problem_of
from tests.support.provider import DISCOVERY, JWKS, Provider
from tests.support.service import Service, running_service, settings_for

ME = "/api/v1/users/me"


class Clock:
    """The monotonic time that the service sees."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("app.auth.provider.monotonic", clock)
    return clock


async def call(service: Service, token: str) -> httpx2.Response:
    return await service.client.get(ME, headers={"Authorization": f"Bearer {token}"})


async def status(service: Service, token: str) -> int:
    return (await call(service, token)).status_code


def foreign(provider: Provider, key_id: str) -> str:
    """Make a token with an invented key id."""
    return provider.token("somebody", {"kid": key_id})


async def test_keys_are_fetched_by_the_first_token_and_never_before(
    trusting: Service, provider: Provider
) -> None:
    assert (await trusting.client.get(ME)).status_code == 401
    assert provider.requests == {}
    assert [await status(trusting, provider.token("a")) for _ in range(3)] == [200, 200, 200]
    assert provider.requests == {DISCOVERY: 1, JWKS: 1}


async def test_a_new_key_is_found_once_the_interval_has_passed(
    trusting: Service, provider: Provider, clock: Clock
) -> None:
    old = provider.token("a")
    assert await status(trusting, old) == 200
    provider.rotate()
    clock.seconds += 59
    assert await status(trusting, provider.token("a")) == 401
    assert provider.requests[JWKS] == 1
    clock.seconds += 1
    assert await status(trusting, provider.token("a")) == 200
    assert await status(trusting, old) == 200
    assert provider.requests[JWKS] == 2


async def test_made_up_key_ids_cause_one_fetch_per_interval(
    trusting: Service, provider: Provider, clock: Clock
) -> None:
    assert await status(trusting, provider.token("a")) == 200
    for fetches in (2, 3):
        clock.seconds += 60
        storm = [status(trusting, foreign(provider, f"key-{number}")) for number in range(30)]
        assert set(await asyncio.gather(*storm)) == {401}
        assert await status(trusting, foreign(provider, "late")) == 401
        assert provider.requests == {DISCOVERY: fetches, JWKS: fetches}
    assert await status(trusting, provider.token("a")) == 200


async def test_one_fetch_serves_all_who_wait_for_it(trusting: Service, provider: Provider) -> None:
    provider.delay = 0.2
    calls = [status(trusting, provider.token("a")) for _ in range(20)]
    assert set(await asyncio.gather(*calls)) == {200}
    assert provider.requests == {DISCOVERY: 1, JWKS: 1}


async def test_a_fetch_that_takes_longer_than_the_interval_is_still_the_only_one(
    trusting: Service, provider: Provider, clock: Clock
) -> None:
    provider.delay = 0.2
    first = asyncio.create_task(status(trusting, provider.token("a")))
    await asyncio.sleep(0.1)
    clock.seconds += 60
    second = asyncio.create_task(status(trusting, provider.token("a")))
    assert [await first, await second] == [200, 200]
    assert provider.requests == {DISCOVERY: 1, JWKS: 1}


async def test_a_cancelled_request_does_not_cancel_the_fetch_for_others(
    trusting: Service, provider: Provider
) -> None:
    provider.delay = 0.2
    keys = trusting.resources.provider
    impatient = asyncio.create_task(keys.key(provider.key_id, "RS256"))
    patient = asyncio.create_task(keys.key(provider.key_id, "RS256"))
    await asyncio.sleep(0.05)
    impatient.cancel()
    assert await patient is not None


async def test_a_withdrawn_key_stops_working_and_nobody_waits_for_that(
    trusting: Service, provider: Provider, clock: Clock
) -> None:
    stolen = provider.token("a")
    assert await status(trusting, stolen) == 200
    provider.rotate(withdraw=True)
    clock.seconds += MAX_AGE_SECONDS
    provider.delay = 0.05
    assert await status(trusting, stolen) == 200
    await asyncio.sleep(0.3)
    assert await status(trusting, stolen) == 401
    assert await status(trusting, provider.token("a")) == 200


async def test_a_withdrawn_key_stops_working_without_any_token_if_somebody_asks_for_readiness(
    trusting: Service, provider: Provider, clock: Clock
) -> None:
    stolen = provider.token("a")
    assert await status(trusting, stolen) == 200
    provider.rotate(withdraw=True)
    clock.seconds += MAX_AGE_SECONDS
    await ready(trusting)
    assert await status(trusting, stolen) == 401


async def test_known_keys_are_fetched_again_soon_after_a_fetch_has_failed(
    trusting: Service, provider: Provider, clock: Clock
) -> None:
    stolen = provider.token("a")
    assert await status(trusting, stolen) == 200
    provider.fail()
    clock.seconds += MAX_AGE_SECONDS
    assert await status(trusting, stolen) == 200
    await asyncio.sleep(0.2)
    provider.publish()
    provider.rotate(withdraw=True)
    clock.seconds += 60
    assert await status(trusting, stolen) == 200
    await asyncio.sleep(0.2)
    assert await status(trusting, stolen) == 401


async def test_known_keys_are_fetched_no_more_often_than_the_interval_allows(
    database_url: str, provider: Provider, clock: Clock
) -> None:
    async with running_service(
        database_url, oidc_issuer=provider.issuer, oidc_jwks_min_refresh_seconds=1200
    ) as service:
        for seconds, fetches in ((0, 1), (1199, 1), (1, 2)):
            clock.seconds += seconds
            assert await status(service, provider.token("a")) == 200
            await asyncio.sleep(0.1)
            assert provider.requests[JWKS] == fetches


async def test_an_outage_is_503_for_unknown_keys_only(
    trusting: Service, provider: Provider, clock: Clock
) -> None:
    known = provider.token("a")
    assert await status(trusting, known) == 200
    provider.fail()
    provider.private_keys.clear()
    clock.seconds += MAX_AGE_SECONDS
    assert await status(trusting, known) == 200
    await asyncio.sleep(0.2)
    assert await status(trusting, known) == 200
    other = Provider()
    try:
        response = await call(trusting, other.token("a"))
    finally:
        other._server.server_close()
    problem_of(response, 503)
    assert 1 <= int(response.headers["retry-after"]) <= 60


async def test_after_an_outage_keys_are_fetched_again(
    trusting: Service, provider: Provider, clock: Clock
) -> None:
    provider.fail()
    problem_of(await call(trusting, provider.token("a")), 503)
    provider.publish()
    problem_of(await call(trusting, provider.token("a")), 503)
    assert provider.requests == {DISCOVERY: 1}
    clock.seconds += 60
    assert await status(trusting, provider.token("a")) == 200


async def test_an_unreachable_provider_is_503(database_url: str) -> None:
    gone = Provider()
    gone._server.server_close()
    async with keys_of(database_url, gone) as keys:
        with pytest.raises(Unavailable):
            await keys.key(gone.key_id, "RS256")


async def test_a_provider_that_never_answers_is_503(
    trusting: Service, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.auth.provider._FETCH_SECONDS", 0.1)
    provider.delay = 0.5
    problem_of(await call(trusting, provider.token("a")), 503)


async def test_keys_without_ids_are_looked_at_again_each_interval(
    trusting: Service, provider: Provider, clock: Clock
) -> None:
    provider.publish(keys=[without_id(key) for key in provider.public_keys()])
    assert await status(trusting, nameless(provider)) == 200
    provider.rotate(withdraw=True)
    provider.publish(keys=[without_id(key) for key in provider.public_keys()])
    assert await status(trusting, nameless(provider)) == 401
    clock.seconds += 60
    await status(trusting, nameless(provider))
    await asyncio.sleep(0.2)
    assert await status(trusting, nameless(provider)) == 200
    assert provider.requests[JWKS] == 2


def without_id(key: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in key.items() if name != "kid"}


def nameless(provider: Provider) -> str:
    """Sign a token that does not say with which key."""
    return provider.token("a", {"kid": None})


async def ready(service: Service) -> tuple[int, str]:
    response = await service.client.get("/health/ready")
    return response.status_code, response.json()["checks"]["provider"]


async def test_a_provider_that_names_another_issuer_is_not_ready_and_the_log_says_why(
    trusting: Service, provider: Provider, clock: Clock
) -> None:
    provider.publish(issuer="https://other.example.com")
    with capture_logs() as lines:
        assert await ready(trusting) == (503, "unavailable")
    [line] = [line for line in lines if line["event"] == "oidc.provider.unavailable"]
    assert line["reason"] == "the discovery document does not name OIDC_ISSUER as its issuer"
    problem_of(await call(trusting, provider.token("a")), 503)
    provider.publish()
    assert await ready(trusting) == (503, "unavailable")
    # That nobody answers now does not make it the right one.
    provider.fail()
    clock.seconds += 60
    assert await ready(trusting) == (503, "unavailable")
    provider.publish()
    clock.seconds += 60
    assert await ready(trusting) == (200, "ok")
    assert await status(trusting, provider.token("a")) == 200


async def test_an_outage_of_the_provider_takes_no_service_out_of_rotation(
    trusting: Service, provider: Provider, clock: Clock
) -> None:
    provider.fail()
    assert await ready(trusting) == (200, "ok")
    clock.seconds += 60
    provider.publish()
    provider.delay = 2.0
    began = time.monotonic()
    assert await ready(trusting) == (200, "ok")
    assert time.monotonic() - began < 1.9


async def test_readiness_asks_a_provider_once(
    trusting: Service, provider: Provider, clock: Clock
) -> None:
    for _ in range(3):
        assert await ready(trusting) == (200, "ok")
        clock.seconds += 60
    assert provider.requests == {DISCOVERY: 1, JWKS: 1}


async def test_the_discovery_document_may_be_elsewhere(
    database_url: str, provider: Provider
) -> None:
    issuer = "https://public.example.com/realms/test"
    provider.publish(issuer=issuer)
    async with running_service(
        database_url,
        oidc_issuer=issuer,
        oidc_discovery_url=provider.issuer + "/.well-known/openid-configuration",
    ) as service:
        assert await status(service, provider.token("a", iss=issuer)) == 200
        assert await status(service, provider.token("a")) == 401


Spoil = Callable[[Provider], Any]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda it: it.publish(issuer="https://other.example.com"),
        lambda it: it.publish(issuer=it.issuer + "/"),
        lambda it: it.publish(jwks_uri=None),
        lambda it: it.publish(jwks_uri="http://keys.example.com/keys"),
        lambda it: it.publish(jwks_uri="file:///etc/passwd"),
        lambda it: it.publish(jwks_uri="//127.0.0.1/keys"),
        lambda it: it.publish(keys=[]),
        lambda it: it.publish(keys=[{"kty": "RSA"}, "nonsense"]),
        lambda it: it.answers.update({JWKS: (200, b'{"keys": {}}')}),
        lambda it: it.answers.update({JWKS: (200, b"[]")}),
        lambda it: it.answers.update({JWKS: (200, b"<html>")}),
        lambda it: it.answers.update({JWKS: (200, b"\xff")}),
        lambda it: it.answers.update({JWKS: (200, b"[" * 100_000)}),
        lambda it: it.answers.update({JWKS: (200, it.answers[JWKS][1] + b" " * 1024 * 1024)}),
        lambda it: it.answers.update({JWKS: (404, it.answers[JWKS][1])}),
        lambda it: it.answers.update(
            {"/moved": it.answers[DISCOVERY], DISCOVERY: (302, b"/moved")}
        ),
    ],
)
async def test_an_invalid_response_of_the_provider_is_an_outage(
    trusting: Service, provider: Provider, spoil: Spoil
) -> None:
    spoil(provider)
    problem_of(await call(trusting, provider.token("a")), 503)


@pytest.mark.parametrize(
    "change",
    [
        {"use": "enc"},
        {"alg": "RSA-OAEP"},
        {"alg": "HS256"},
        {"kty": "oct", "k": "c2VjcmV0", "alg": None},
        {"kid": None},
        {"kid": 7},
        {"key_ops": ["sign"]},
        {"key_ops": "verify"},
        {"use": ["sig"]},
        {"alg": ["RS256"]},
        {"kty": ["RSA"]},
        {"crv": ["P-256"]},
        {"n": 7},
        {"e": "AA"},
        {"kty": "EC", "crv": "P-256", "x": "A" * 43, "y": "A" * 43, "alg": "ES256"},
        {"d": "c2VjcmV0"},
    ],
)
async def test_keys_that_sign_no_tokens_are_not_used(
    trusting: Service, provider: Provider, change: dict[str, Any]
) -> None:
    [key] = provider.public_keys()
    changed = {name: value for name, value in {**key, **change}.items() if value is not None}
    spare = {**key, "kid": "spare"}
    provider.publish(keys=[changed, spare])
    assert await status(trusting, provider.token("a")) == 401


async def test_a_key_whose_id_is_no_text_is_not_the_only_key_of_tokens_without_one(
    trusting: Service, provider: Provider
) -> None:
    [key] = provider.public_keys()
    provider.publish(keys=[{**key, "kid": 7}])
    problem_of(await call(trusting, nameless(provider)), 503)


@pytest.mark.parametrize(
    ("issuer", "keys"),
    [
        ("https://127.0.0.1:1", "http://127.0.0.1:1/keys"),
        ("http://127.0.0.1:1", "http://keys.example.com/keys"),
        ("http://127.0.0.1:1", "//127.0.0.1:1/keys"),
    ],
)
async def test_the_provider_cannot_redirect_the_service_to_plain_http(
    database_url: str, issuer: str, keys: str
) -> None:
    settings = settings_for(database_url, oidc_issuer=issuer)
    asked = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(request.url.path)
        document = {"issuer": issuer, "jwks_uri": keys}
        return httpx2.Response(200, content=json.dumps(document).encode())

    async with httpx2.AsyncClient(transport=httpx2.MockTransport(answer)) as client:
        with pytest.raises(Unavailable):
            await ProviderKeys(settings, client).key("any", "RS256")
    assert asked == ["/.well-known/openid-configuration"]


async def test_a_fetch_that_is_under_way_ends_with_the_service(
    database_url: str, provider: Provider
) -> None:
    provider.delay = 0.3
    before = asyncio.all_tasks()
    async with keys_of(database_url, provider) as keys:
        waiting = asyncio.create_task(keys.key(provider.key_id, "RS256"))
        await asyncio.sleep(0.05)
    assert asyncio.all_tasks() - before <= {waiting}
    with pytest.raises(Unavailable):
        await waiting


def keys_of(database_url: str, provider: Provider) -> AbstractAsyncContextManager[ProviderKeys]:
    """Open the keys of a provider, without a service around them."""
    return ProviderKeys.open(settings_for(database_url, oidc_issuer=provider.issuer))
