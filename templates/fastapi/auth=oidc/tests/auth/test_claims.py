"""Claims of tokens that the provider has really signed."""

import time
from typing import Any

import pytest

from tests.support.provider import Provider
from tests.support.service import Service, running_service

ME = "/api/v1/users/me"


async def status(service: Service, token: str) -> int:
    headers = {"Authorization": f"Bearer {token}"}
    return (await service.client.get(ME, headers=headers)).status_code


CLAIMS: dict[str, dict[str, Any]] = {
    "of another issuer": {"iss": "https://other.example.com"},
    "of an issuer that looks alike": {"iss": "http://127.0.0.1/realms/test"},
    "of no issuer": {"iss": None},
    "for another audience": {"aud": "other-audience"},
    "for a longer audience": {"aud": "demo-audience-2"},
    "for other audiences": {"aud": ["account", "other-audience"]},
    "for nobody": {"aud": None},
    "for a number": {"aud": 7},
    "for an object": {"aud": {"demo-audience": True}},
    "for this audience and a number": {"aud": ["demo-audience", 7]},
    "expired": {"exp": int(time.time()) - 31},
    "without an end": {"exp": None},
    "with an end that is no number": {"exp": "never"},
    "with an end in words": {"exp": str(int(time.time()) + 300)},
    "with an end that is true": {"exp": True},
    "with an end in milliseconds": {"exp": int(time.time() + 300) * 1000},
    "without end": {"exp": float("inf")},
    "with an end that is not a number": {"exp": float("nan")},
    "not yet valid": {"nbf": int(time.time()) + 3600},
    "issued in the future": {"iat": int(time.time()) + 3600},
    "never issued": {"iat": None},
    "issued at no number": {"iat": "now"},
    "issued at true": {"iat": True},
    "issued before all time": {"iat": -(10**400)},
    "valid from a list on": {"nbf": [0]},
    "about nobody": {"sub": None},
    "about an empty name": {"sub": ""},
    "about a number": {"sub": 7},
    "about a name that is too long": {"sub": "s" * 256},
    "about two lines": {"sub": "a\nb"},
    "about half a character": {"sub": "\ud800"},
    "for signing in": {"token_use": "id"},
    "of a use that is no text": {"token_use": ["access"]},
}


@pytest.mark.parametrize("claims", CLAIMS.values(), ids=CLAIMS)
async def test_a_token_with_wrong_claims_is_refused(
    trusting: Service, provider: Provider, claims: dict[str, Any]
) -> None:
    assert await status(trusting, provider.token("a", **claims)) == 401


async def test_an_issuer_is_compared_to_the_letter(trusting: Service, provider: Provider) -> None:
    for issuer in (provider.issuer + "/", provider.issuer.upper(), [provider.issuer]):
        assert await status(trusting, provider.token("a", iss=issuer)) == 401


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


async def test_this_service_may_have_several_audiences(
    database_url: str, provider: Provider
) -> None:
    async with running_service(
        database_url, oidc_issuer=provider.issuer, oidc_audience="first,second"
    ) as service:
        for audience, expected in (("first", 200), (["x", "second"], 200), ("third", 401)):
            assert await status(service, provider.token("a", aud=audience)) == expected


async def test_another_claim_may_name_the_audience(database_url: str, provider: Provider) -> None:
    async with running_service(
        database_url,
        oidc_issuer=provider.issuer,
        oidc_audience="web-client",
        oidc_audience_claim="client_id",
    ) as service:
        assert await status(service, provider.token("a", aud=None, client_id="web-client")) == 200
        assert await status(service, provider.token("a", aud="web-client", client_id="x")) == 401
        assert await status(service, provider.token("a", aud="web-client", client_id=None)) == 401


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
            {"s_hash": "h"},
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
