"""Authentication by API key: attacks on keys, and the cost of each request."""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import httpx2
import pytest
import structlog

from app.api_keys.model import ApiKey
from app.api_keys.repository import ApiKeyRepository
from app.api_keys.secret import KeySecret
from app.auth.authenticator import HEADER
from app.clock import now
from app.resources import Resources
from app.tokens.token import new_secret
from app.tokens.use import note_use
from tests.support.factories import make_user
from tests.support.problems import problem_of
from tests.support.queries import recorded_statements
from tests.support.service import Caller, running_service
from tests.support.sign_in import make_key

ME = "/api/v1/users/me"

Forgery = Callable[[KeySecret, KeySecret], str]


async def status_with(client: httpx2.AsyncClient, key: str) -> int:
    return (await client.get(ME, headers={HEADER: key})).status_code


async def last_used_at(resources: Resources, key: ApiKey) -> datetime | None:
    async with resources.database.reader() as reader:
        found = await ApiKeyRepository(reader).find(key.id, key.user_id)
    assert found is not None
    return found.last_used_at


def later(monkeypatch: pytest.MonkeyPatch, by: timedelta) -> None:
    moment = now() + by
    monkeypatch.setattr("app.auth.authenticator.now", lambda: moment)


@pytest.mark.parametrize(
    "forge",
    [
        lambda mine, _: f"csa_{mine.key_id.hex}_{new_secret()}",
        lambda mine, theirs: f"csa_{theirs.key_id.hex}_{mine.secret}",
        lambda mine, _: f"csa_{uuid4().hex}_{mine.secret}",
        lambda mine, _: f"csa_{mine.key_id}_{mine.secret}",
        lambda mine, _: f"csa_{mine.key_id.hex.upper()}_{mine.secret}",
        lambda mine, _: mine.text().removeprefix("csa_"),
        lambda mine, _: mine.text() + "'--",
        lambda mine, _: f"Bearer {mine.text()}",
        lambda mine, _: f"{mine.text()},{mine.text()}",
        lambda mine, _: "csa_" + "0" * 32 + "_" + "A" * 43,
        lambda mine, _: "x" * 7000,
        lambda mine, _: "",
    ],
)
async def test_a_forged_key_is_refused(
    client: httpx2.AsyncClient, resources: Resources, forge: Forgery
) -> None:
    keys = [await make_key(resources, await make_user(resources)) for _ in range(2)]
    mine, theirs = (KeySecret.parse(key.key) for key in keys)
    assert mine is not None
    assert theirs is not None
    assert await status_with(client, mine.text()) == 200
    assert await status_with(client, forge(mine, theirs)) == 401


async def test_a_stored_digest_is_no_key(client: httpx2.AsyncClient, resources: Resources) -> None:
    key = await make_key(resources, await make_user(resources))
    stolen = key.token.digest.hex()[:43]
    assert await status_with(client, f"csa_{key.id.hex}_{stolen}") == 401


async def test_a_key_is_accepted_in_its_own_header_only(
    client: httpx2.AsyncClient, resources: Resources
) -> None:
    key = (await make_key(resources, await make_user(resources))).key
    for headers in (
        {"Authorization": f"Bearer {key}"},
        {"Authorization": f"ApiKey {key}"},
        {"Cookie": f"X-API-Key={key}"},
        {"Api-Key": key},
    ):
        problem_of(await client.get(ME, headers=headers), 401)
    for name in ("X-API-Key", "api_key"):
        problem_of(await client.get(ME, params={name: key}), 422)


async def test_a_refusal_names_the_header_to_send(client: httpx2.AsyncClient) -> None:
    response = await client.get(ME)
    problem_of(response, 401)
    assert response.headers["www-authenticate"] == 'ApiKey header="X-API-Key"'


async def test_who_is_calling_costs_one_statement(user: Caller) -> None:
    assert (await user.client.get(ME)).status_code == 200
    with recorded_statements() as statements:
        assert (await user.client.get(ME)).status_code == 200
    assert len([text for text in statements if text.startswith("SELECT")]) == 1
    assert len(statements) <= 2, statements


async def test_nonsense_costs_no_statement(client: httpx2.AsyncClient) -> None:
    # The first refusal of a minute is recorded.
    assert await status_with(client, "csa_nonsense") == 401
    with recorded_statements() as statements:
        assert await status_with(client, "csa_nonsense") == 401
    assert statements == []


async def test_use_is_written_down_once_a_minute(
    client: httpx2.AsyncClient, resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = await make_key(resources, await make_user(resources))
    assert await last_used_at(resources, key) is None
    assert await status_with(client, key.key) == 200
    first = await last_used_at(resources, key)
    assert first is not None
    assert now() - first < timedelta(seconds=30)
    later(monkeypatch, timedelta(seconds=50))
    assert await status_with(client, key.key) == 200
    assert await last_used_at(resources, key) == first
    later(monkeypatch, timedelta(seconds=61))
    assert await status_with(client, key.key) == 200
    second = await last_used_at(resources, key)
    assert second is not None
    assert second >= first + timedelta(minutes=1)


async def test_of_two_requests_at_once_one_writes_that_the_key_is_in_use(
    resources: Resources,
) -> None:
    key = await make_key(resources, await make_user(resources))
    async with resources.database.transaction() as transaction:
        first = now()
        await note_use(transaction, key.token, key.token.digest, first)
        await note_use(transaction, key.token, key.token.digest, first + timedelta(seconds=1))
    assert await last_used_at(resources, key) == first


async def test_a_use_that_the_database_does_not_take_stops_no_request(
    client: httpx2.AsyncClient, resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, other = [await make_key(resources, await make_user(resources)) for _ in range(2)]
    # No two tokens share one.
    monkeypatch.setattr(KeySecret, "digest", lambda *_: other.token.digest)
    with structlog.testing.capture_logs() as lines:
        body, headers = {"full_name": "New"}, {HEADER: key.key}
        assert (await client.patch(ME, json=body, headers=headers)).status_code == 200
    assert "api_key.use.lost" in [line["event"] for line in lines]
    assert await last_used_at(resources, key) is None


async def test_a_refused_key_is_not_in_use(
    client: httpx2.AsyncClient, resources: Resources
) -> None:
    key = await make_key(resources, await make_user(resources))
    assert await status_with(client, f"csa_{key.id.hex}_{new_secret()}") == 401
    assert await last_used_at(resources, key) is None


async def test_a_key_in_use_stays_valid_after_its_secret_is_removed(database_url: str) -> None:
    first, second = secrets.token_urlsafe(36), secrets.token_urlsafe(36)
    async with running_service(database_url, secret_key=first) as service:
        used = (await make_key(service.resources, await make_user(service.resources))).key
        unused = (await make_key(service.resources, await make_user(service.resources))).key
        assert await status_with(service.client, used) == 200
    async with running_service(
        database_url, secret_key=second, secret_key_fallbacks=first
    ) as service:
        assert await status_with(service.client, used) == 200
    async with running_service(database_url, secret_key=second) as service:
        assert await status_with(service.client, used) == 200
        assert await status_with(service.client, unused) == 401


async def test_guessing_keys_is_limited(database_url: str) -> None:
    async with running_service(database_url, rate_limit_default="3/minute") as service:
        guesses = [f"csa_{uuid4().hex}_{new_secret()}" for _ in range(4)]
        statuses = [await status_with(service.client, guess) for guess in guesses]
    assert statuses == [401, 401, 401, 429]


async def test_the_document_tells_how_to_sign_in(database_url: str) -> None:
    async with running_service(database_url, docs_enabled=True) as service:
        document = (await service.client.get("/openapi.json")).json()
    scheme = document["components"]["securitySchemes"]["ApiKey"]
    assert (scheme["type"], scheme["in"], scheme["name"]) == ("apiKey", "header", "X-API-Key")
    assert document["paths"][ME]["get"]["security"] == [{"ApiKey": []}]
