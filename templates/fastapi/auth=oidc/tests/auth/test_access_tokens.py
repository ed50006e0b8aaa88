"""Attacks on access tokens: what the provider did not sign, or signed for something else."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

import httpx2
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from structlog.testing import capture_logs

from app.auth.access_tokens import MAX_TOKEN_LENGTH
from tests.support.auth import ROLE_NAMES
from tests.support.problems import problem_of
from tests.support.provider import Provider, running_provider, signed, unsigned
from tests.support.service import Service, running_service

ME = "/api/v1/users/me"

Forgery = Callable[[Provider], str]


async def call(client: httpx2.AsyncClient, token: str, path: str = ME) -> httpx2.Response:
    return await client.get(path, headers={"Authorization": f"Bearer {token}"})


async def status(service: Service, token: str, path: str = ME) -> int:
    return (await call(service.client, token, path)).status_code


def headers_of(provider: Provider, **headers: Any) -> dict[str, Any]:
    return {"alg": "RS256", "typ": "at+jwt", "kid": provider.key_id, **headers}


def signed_with_hmac(provider: Provider, secret: bytes) -> str:
    """Sign with a public key as the secret: a verifier that trusts `alg` would accept it."""
    token = unsigned(provider.claims("a"), headers_of(provider, alg="HS256"))
    head = token.rsplit(".", 1)[0]
    mac = hmac.digest(secret, head.encode(), hashlib.sha256)
    return f"{head}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"


def public_pem(provider: Provider) -> bytes:
    key = provider.private_keys[provider.key_id].public_key()
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def with_own_key(provider: Provider, **headers: Any) -> str:
    """Sign with a key of the attacker's own, under the provider's key id."""
    own = generate_private_key(65537, 2048)
    return jwt.encode(provider.claims("a"), own, "RS256", headers=headers_of(provider, **headers))


def with_payload(provider: Provider, payload: bytes) -> str:
    """Sign any bytes with the provider's key."""
    key = provider.private_keys[provider.key_id]
    return signed(payload, key, "RS256", **headers_of(provider))


def tampered(provider: Provider) -> str:
    """Keep the signature, and change what it is for."""
    head, _, signature = provider.token("a").split(".")
    claims = provider.claims("a", roles=[*ROLE_NAMES.values()])
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"{head}.{body}.{signature}"


FORGERIES: dict[str, Forgery] = {
    "alg none": lambda it: unsigned(it.claims("a"), headers_of(it, alg="none")),
    "alg None": lambda it: unsigned(it.claims("a"), headers_of(it, alg="None")),
    "no alg": lambda it: unsigned(it.claims("a"), {"typ": "at+jwt", "kid": it.key_id}),
    "no signature": lambda it: it.token("a").rsplit(".", 1)[0] + ".",
    "HS256 with the public key": lambda it: signed_with_hmac(it, public_pem(it)),
    "HS256 with the JWK": lambda it: signed_with_hmac(it, json.dumps(it.public_keys()[0]).encode()),
    "HS256 with nothing": lambda it: signed_with_hmac(it, b""),
    "own key": with_own_key,
    "own key, and where to find it": lambda it: with_own_key(it, jku="https://evil.example.com"),
    "own key, within the token": lambda it: with_own_key(it, jwk=it.public_keys()[0]),
    "another algorithm of the key": lambda it: jwt.encode(
        it.claims("a"), it.private_keys[it.key_id], "PS256", headers=headers_of(it, alg="PS256")
    ),
    "other claims": tampered,
    "own key, without a key id": lambda it: jwt.encode(
        it.claims("a"), generate_private_key(65537, 2048), "RS256", headers={"typ": "at+jwt"}
    ),
    "a key id that is no text": lambda it: unsigned(it.claims("a"), headers_of(it, kid=["x"])),
    "an algorithm in a list": lambda it: unsigned(it.claims("a"), headers_of(it, alg=["RS256"])),
    "a type in a list": lambda it: it.token("a", {"typ": ["at+jwt"]}),
    "a critical header": lambda it: it.token("a", {"crit": ["x"], "x": 1}),
    "not a token": lambda _: "nonsense",
    "two dots": lambda _: "..",
    "five parts": lambda it: it.token("a") + ".x.y",
    "a JSON array": lambda _: base64.urlsafe_b64encode(b"[]").decode() + ".e30.",
    "a NUL": lambda it: it.token("a\0b"),
    "too long": lambda it: it.token("a", padding="x" * MAX_TOKEN_LENGTH),
    "a payload that is no object": lambda it: with_payload(it, b'["a"]'),
    "a payload that is no JSON": lambda it: with_payload(it, b"a"),
    "a payload without an end": lambda it: with_payload(it, b"[" * 10_000),
}


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES)
async def test_a_forged_token_is_refused(
    trusting: Service, provider: Provider, forge: Forgery
) -> None:
    assert await status(trusting, provider.token("a")) == 200
    response = await call(trusting.client, forge(provider))
    problem_of(response, 401)
    assert response.headers["www-authenticate"] == 'Bearer error="invalid_token"'


async def test_a_token_of_another_provider_is_refused(
    trusting: Service, provider: Provider
) -> None:
    assert await status(trusting, provider.token("a")) == 200
    with running_provider() as other:
        problem_of(await call(trusting.client, other.token("a")), 401)
        other.issuer = provider.issuer
        other.key_id, other.private_keys = (
            provider.key_id,
            {provider.key_id: other.private_keys[other.key_id]},
        )
        problem_of(await call(trusting.client, other.token("a")), 401)


@pytest.mark.parametrize("given", ["at+jwt", "AT+JWT", "application/at+jwt"])
async def test_the_types_of_access_tokens_are_accepted(
    trusting: Service, provider: Provider, given: str
) -> None:
    assert await status(trusting, provider.token("a", {"typ": given})) == 200


@pytest.mark.parametrize("given", ["JWT", None, "", "logout+jwt", "secevent+jwt", "dpop+jwt"])
async def test_a_token_of_another_type_is_not_an_access_token(
    trusting: Service, provider: Provider, given: str | None
) -> None:
    assert await status(trusting, provider.token("a", {"typ": given})) == 401


async def test_a_malformed_token_does_not_cause_a_fetch(
    trusting: Service, provider: Provider
) -> None:
    for name in ("alg none", "HS256 with nothing", "an algorithm in a list", "too long"):
        assert await status(trusting, FORGERIES[name](provider)) == 401
    assert await status(trusting, provider.token("a", {"typ": "JWT"})) == 401
    assert provider.requests == {}


async def test_a_token_is_at_most_16_kib_long(trusting: Service, provider: Provider) -> None:
    for padding, expected in ((11_000, 200), (13_000, 401)):
        assert await status(trusting, provider.token("a", padding="x" * padding)) == expected


async def test_a_refusal_is_logged_without_any_part_of_the_token(
    trusting: Service, provider: Provider
) -> None:
    marker = "sender-of-this"
    tokens = [
        marker * 1000,
        provider.token("a", {"crit": [marker], marker: 1}),
        provider.token("a", {"typ": marker}),
        unsigned({}, {"alg": marker}),
        provider.token("a", {"kid": marker}),
        provider.token("a", aud=marker, iss=marker),
    ]
    for token in tokens:
        with capture_logs() as lines:
            assert await status(trusting, token) == 401
        [line] = [line for line in lines if line["event"] == "oidc.refused"]
        assert marker not in str(line)
        assert 0 < len(line["reason"]) < 100


async def test_malformed_tokens_count_towards_the_rate_limit(
    database_url: str, provider: Provider
) -> None:
    async with running_service(
        database_url, oidc_issuer=provider.issuer, rate_limit_default="3/minute"
    ) as service:
        odd = unsigned({}, {"alg": ["RS256"], "typ": "at+jwt", "kid": "x"})
        assert [await status(service, odd) for _ in range(4)] == [401, 401, 401, 429]


async def test_a_token_is_accepted_in_its_header_only(
    trusting: Service, provider: Provider
) -> None:
    token = provider.token("a")
    for headers in ({"X-API-Key": token}, {"Cookie": f"access_token={token}"}):
        problem_of(await trusting.client.get(ME, headers=headers), 401)
    # Refused as a parameter, not read as a credential.
    refused = await trusting.client.get(ME, params={"access_token": token})
    assert refused.status_code in {401, 422}
    problem_of(await trusting.client.get(ME, headers={"Authorization": f"Basic {token}"}), 401)
    problem_of(await trusting.client.get(ME, headers={"Authorization": token}), 401)


async def test_the_document_tells_how_to_sign_in(database_url: str) -> None:
    async with running_service(database_url, docs_enabled=True) as service:
        document = (await service.client.get("/openapi.json")).json()
    scheme = document["components"]["securitySchemes"]["AccessToken"]
    assert (scheme["type"], scheme["scheme"], scheme["bearerFormat"]) == ("http", "bearer", "JWT")
    assert document["paths"][ME]["get"]["security"] == [{"AccessToken": []}]
