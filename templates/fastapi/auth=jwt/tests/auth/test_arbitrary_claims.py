"""No claims signed with the service's own key cause a crash."""

import base64
import math
from typing import Any

import jwt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.auth.permissions import Role
from app.resources import Resources
from tests.support.service import Caller, Service
from tests.support.sign_in import status_with

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)
CLAIMS = ("iss", "aud", "sub", "sid", "jti", "iat", "nbf", "exp", "scope")
examples = settings(
    max_examples=50,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture
async def claims(service: Service) -> dict[str, Any]:
    """Give the claims of a genuine token."""
    async with service.caller(Role.ADMIN) as caller:
        return _claims_of(caller)


def _claims_of(caller: Caller) -> dict[str, Any]:
    token = caller.client.headers["Authorization"].removeprefix("Bearer ")
    claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return claims


def _sign(resources: Resources, claims: dict[str, Any]) -> str:
    key = resources.keys.all("access-token")[0]
    return jwt.encode(claims, key, "HS256", headers={"typ": "at+jwt"})


@examples
@given(changed=st.dictionaries(st.sampled_from(CLAIMS), JSON, min_size=1, max_size=3))
async def test_no_signed_claim_is_a_crash(
    service: Service, claims: dict[str, Any], changed: dict[str, Any]
) -> None:
    try:
        token = _sign(service.resources, {**claims, **changed})
    except TypeError:  # The library itself signs nothing like this.
        return
    assert await status_with(service.client, token) in {200, 401}


@pytest.mark.parametrize("nested", ["[" * 15_000, '{"a":' * 4_000, "[" * 2_000 + "]" * 2_000])
async def test_no_nesting_is_a_crash(service: Service, claims: dict[str, Any], nested: str) -> None:
    # Both parts are read before the signature is, or could be.
    part = base64.urlsafe_b64encode(nested.encode()).decode().rstrip("=")
    header, payload, signature = _sign(service.resources, claims).split(".")
    for token in (f"{part}.{payload}.{signature}", f"{header}.{part}.{signature}"):
        assert await status_with(service.client, token) == 401


@pytest.mark.parametrize("name", ["exp", "nbf", "iat"])
async def test_an_infinite_time_invalidates_a_token(
    service: Service, claims: dict[str, Any], name: str
) -> None:
    for value in (math.inf, -math.inf, math.nan):
        token = _sign(service.resources, {**claims, name: value})
        assert await status_with(service.client, token) == 401


@pytest.mark.parametrize("scope", [None, 0, 1, True, [], ["users:read"], {}, {"users:read": 1}])
async def test_a_token_with_a_malformed_scope_is_refused(
    service: Service, claims: dict[str, Any], scope: object
) -> None:
    token = _sign(service.resources, {**claims, "scope": scope})
    assert await status_with(service.client, token) == 401


async def test_a_scope_that_names_nothing_allows_nothing(
    service: Service, claims: dict[str, Any]
) -> None:
    for scope in ("", " ", "users:everything"):
        headers = {
            "Authorization": f"Bearer {_sign(service.resources, {**claims, 'scope': scope})}"
        }
        assert (await service.client.get("/api/v1/users", headers=headers)).status_code == 403
