"""Attacks on access tokens: what the provider did not sign, or signed for something else."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

import httpx2
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as generate_ec_key
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import ECAlgorithm, RSAAlgorithm
from jwt.warnings import InsecureKeyLengthWarning

from app.auth.permissions import Permission
from tests.support.auth import ROLE_NAMES
from tests.support.problems import problem_of
from tests.support.provider import Provider, running_provider, unsigned
from tests.support.service import Service, running_service

ME = "/api/v1/users/me"
USERS = "/api/v1/users"
NOTES = "/api/v1/notes"

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
    "no key id": lambda it: jwt.encode(
        it.claims("a"), it.private_keys[it.key_id], "RS256", headers={"typ": "at+jwt"}
    ),
    "a key id that is no text": lambda it: unsigned(it.claims("a"), headers_of(it, kid=["x"])),
    "a critical header": lambda it: it.token("a", {"crit": ["x"], "x": 1}),
    "not a token": lambda _: "nonsense",
    "two dots": lambda _: "..",
    "five parts": lambda it: it.token("a") + ".x.y",
    "a JSON array": lambda _: base64.urlsafe_b64encode(b"[]").decode() + ".e30.",
    "a NUL": lambda it: it.token("a\0b"),
}


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES)
async def test_a_forged_token_is_nobodys(
    trusting: Service, provider: Provider, forge: Forgery
) -> None:
    assert await status(trusting, provider.token("a")) == 200
    response = await call(trusting.client, forge(provider))
    problem_of(response, 401)
    assert response.headers["www-authenticate"] == "Bearer"


CLAIMS: dict[str, dict[str, Any]] = {
    "of another issuer": {"iss": "https://other.example.com"},
    "of an issuer that looks alike": {"iss": "http://127.0.0.1/realms/test"},
    "of no issuer": {"iss": None},
    "for another audience": {"aud": "other-audience"},
    "for a longer audience": {"aud": "demo-audience-2"},
    "for other audiences": {"aud": ["account", "other-audience"]},
    "for nobody": {"aud": None},
    "expired": {"exp": int(time.time()) - 31},
    "without an end": {"exp": None},
    "with an end that is no number": {"exp": "never"},
    "not yet valid": {"nbf": int(time.time()) + 3600},
    "issued in the future": {"iat": int(time.time()) + 3600},
    "never issued": {"iat": None},
    "issued at no number": {"iat": "now"},
    "about nobody": {"sub": None},
    "about an empty name": {"sub": ""},
    "about a number": {"sub": 7},
    "about a name that is too long": {"sub": "s" * 256},
    "about two lines": {"sub": "a\nb"},
}


@pytest.mark.parametrize("claims", CLAIMS.values(), ids=CLAIMS)
async def test_a_token_with_wrong_claims_is_nobodys(
    trusting: Service, provider: Provider, claims: dict[str, Any]
) -> None:
    problem_of(await call(trusting.client, provider.sign(provider.claims("a", **claims))), 401)


async def test_a_token_of_another_provider_is_nobodys(
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


@pytest.mark.parametrize("name", ["exp", "nbf", "iat"])
async def test_clocks_may_differ_by_half_a_minute(
    trusting: Service, provider: Provider, name: str
) -> None:
    sign = -1 if name == "exp" else 1
    near, far = (int(time.time()) + sign * seconds for seconds in (20, 40))
    assert await status(trusting, provider.token("a", **{name: near})) == 200
    assert await status(trusting, provider.token("a", **{name: far})) == 401


async def test_one_of_several_audiences_is_enough(trusting: Service, provider: Provider) -> None:
    assert await status(trusting, provider.token("a", aud=["account", "demo-audience"])) == 200


@pytest.mark.parametrize("given", ["at+jwt", "AT+JWT", "application/at+jwt"])
async def test_the_types_of_access_tokens_are_accepted(
    trusting: Service, provider: Provider, given: str
) -> None:
    assert await status(trusting, provider.token("a", {"typ": given})) == 200


@pytest.mark.parametrize("given", ["JWT", None, "", "logout+jwt", "secevent+jwt", "dpop+jwt"])
async def test_another_type_is_no_access_token(
    trusting: Service, provider: Provider, given: str | None
) -> None:
    assert await status(trusting, provider.token("a", {"typ": given})) == 401


async def test_where_access_tokens_are_plain_their_claims_tell_them(
    database_url: str, provider: Provider
) -> None:
    plain = {"typ": "JWT"}
    async with running_service(
        database_url, oidc_issuer=provider.issuer, oidc_require_at_jwt=False
    ) as service:
        assert await status(service, provider.token("a", plain)) == 200
        assert await status(service, provider.token("a", {"typ": None})) == 200
        assert await status(service, provider.token("a")) == 200
        keycloak = provider.token("a", plain, typ="Bearer", nonce="n")
        assert await status(service, keycloak) == 200
        others: list[dict[str, Any]] = [
            {"nonce": "n"},
            {"at_hash": "h"},
            {"c_hash": "h"},
            {"events": {"http://schemas.openid.net/event/backchannel-logout": {}}},
            {"typ": "ID"},
            {"typ": "Refresh"},
            {"typ": "Logout"},
            {"typ": ["Bearer"]},
        ]
        for claims in others:
            token = provider.token("a", plain, **claims)
            assert await status(service, token) == 401, claims
        assert await status(service, provider.token("a", {"typ": "logout+jwt"})) == 401


async def test_elliptic_curves_sign_tokens_too(trusting: Service, provider: Provider) -> None:
    key = generate_ec_key(SECP256R1())
    jwk = ECAlgorithm.to_jwk(key.public_key(), as_dict=True)
    provider.publish(keys=[{**jwk, "kid": "curve"}])
    token = jwt.encode(
        provider.claims("a"), key, "ES256", headers={"typ": "at+jwt", "kid": "curve"}
    )
    assert await status(trusting, token) == 200


async def test_a_short_key_proves_nothing(trusting: Service, provider: Provider) -> None:
    weak = generate_private_key(65537, 1024)  # noqa: S505
    jwk = RSAAlgorithm.to_jwk(weak.public_key(), as_dict=True)
    provider.publish(keys=[{**jwk, "kid": "weak"}])
    with pytest.warns(InsecureKeyLengthWarning):
        token = jwt.encode(
            provider.claims("a"), weak, "RS256", headers={"typ": "at+jwt", "kid": "weak"}
        )
    assert await status(trusting, token) == 401


async def test_nonsense_makes_nobody_call_the_provider(
    trusting: Service, provider: Provider
) -> None:
    for forge in (FORGERIES["alg none"], FORGERIES["HS256 with nothing"], FORGERIES["no key id"]):
        assert await status(trusting, forge(provider)) == 401
    assert await status(trusting, provider.token("a", {"typ": "JWT"})) == 401
    assert provider.requests == {}


async def test_scopes_that_name_permissions_narrow_the_role(
    trusting: Service, provider: Provider
) -> None:
    roles = [*ROLE_NAMES.values()]
    whole = provider.token("a", roles=roles, scope="openid profile email")
    narrow = provider.token("a", roles=roles, scope=f"openid {Permission.NOTES_READ}")
    wide = provider.token("a", scope=" ".join(Permission))
    assert await status(trusting, whole, USERS) == 200
    assert await status(trusting, narrow, USERS) == 403
    assert await status(trusting, narrow, NOTES) == 200
    assert await status(trusting, wide, USERS) == 403


async def test_a_token_counts_in_its_header_alone(trusting: Service, provider: Provider) -> None:
    token = provider.token("a")
    for headers in ({"X-API-Key": token}, {"Cookie": f"access_token={token}"}):
        problem_of(await trusting.client.get(ME, headers=headers), 401)
    problem_of(await trusting.client.get(ME, params={"access_token": token}), 401)
    problem_of(await trusting.client.get(ME, headers={"Authorization": f"Basic {token}"}), 401)
    problem_of(await trusting.client.get(ME, headers={"Authorization": token}), 401)


async def test_the_document_tells_how_to_sign_in(database_url: str) -> None:
    async with running_service(database_url, docs_enabled=True) as service:
        document = (await service.client.get("/openapi.json")).json()
    scheme = document["components"]["securitySchemes"]["AccessToken"]
    assert (scheme["type"], scheme["scheme"], scheme["bearerFormat"]) == ("http", "bearer", "JWT")
    assert document["paths"][ME]["get"]["security"] == [{"AccessToken": []}]
