"""Any JSON in a token: it is valid, or refused."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.provider import Provider, unsigned
from tests.support.service import Service

ME = "/api/v1/users/me"
USERS = "/api/v1/users"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)
CLAIMS = (
    *("iss", "sub", "aud", "exp", "nbf", "iat", "typ", "token_use", "nonce", "events"),
    *("scope", "scp", "permissions", "roles", "email", "email_verified", "name"),
    *("preferred_username", "client_id", "auth_time"),
)
HEADERS = ("alg", "typ", "kid", "crit", "b64", "jwk", "jku", "x5c", "zip")
examples = settings(
    max_examples=80,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


async def status(service: Service, token: str, path: str = ME) -> int:
    headers = {"Authorization": f"Bearer {token}"}
    return (await service.client.get(path, headers=headers)).status_code


@examples
@given(claims=st.dictionaries(st.sampled_from(CLAIMS), JSON, min_size=1, max_size=3))
async def test_no_signed_claim_crashes_the_service_or_authenticates(
    trusting: Service, provider: Provider, claims: dict[str, Any]
) -> None:
    token = provider.sign({**provider.claims("a"), **claims})
    assert await status(trusting, token) in {200, 401}
    assert await status(trusting, token, USERS) in {401, 403}


@examples
@given(headers=st.dictionaries(st.sampled_from(HEADERS), JSON, min_size=1, max_size=3))
async def test_no_header_is_a_crash_or_a_way_in(
    trusting: Service, provider: Provider, headers: dict[str, Any]
) -> None:
    genuine = {"alg": "RS256", "typ": "at+jwt", "kid": provider.key_id}
    token = unsigned(provider.claims("a"), {**genuine, **headers}, b"signature")
    assert await status(trusting, token) == 401


@examples
@given(parts=st.lists(st.binary(max_size=40), min_size=1, max_size=5))
async def test_no_bytes_crash_or_authenticate(trusting: Service, parts: list[bytes]) -> None:
    raw = b"Bearer " + b".".join(part.translate(None, b"\r\n\0") for part in parts)
    response = await trusting.client.get(ME, headers={b"Authorization": raw})
    assert response.status_code == 401
