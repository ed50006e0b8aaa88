"""Attacks on access tokens (RFC 8725), and what ends one before it expires."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx2
import jwt
import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from app.auth import one_time
from app.auth.permissions import Role
from app.clock import now
from app.resources import Resources
from app.users.model import User
from app.users.repository import UserRepository
from tests.support.environment import ENVIRONMENT
from tests.support.factories import make_user
from tests.support.passwords import give_password
from tests.support.service import Caller, Service, running_service
from tests.support.sign_in import refreshed, status_with, tokens_of

CLAIMS = ("iss", "aud", "sub", "sid", "jti", "iat", "nbf", "exp")


@dataclass(frozen=True)
class Issued:
    """A token that the service issued, and what it takes to make others like it."""

    user: User
    token: str
    refresh_token: str
    key: bytes

    @property
    def claims(self) -> dict[str, Any]:
        claims: dict[str, Any] = jwt.decode(self.token, options={"verify_signature": False})
        return claims

    def forge(
        self,
        *,
        key: Any = None,
        algorithm: str = "HS256",
        headers: dict[str, Any] | None = None,
        without: str = "",
        **changed: Any,
    ) -> str:
        """Sign the same claims again, with one thing different."""
        claims = {**self.claims, **changed}
        claims.pop(without, None)
        header = {"typ": "at+jwt", **(headers or {})}
        return jwt.encode(claims, key or self.key, algorithm, headers=header)


@pytest.fixture
async def issued(client: httpx2.AsyncClient, resources: Resources) -> Issued:
    user = await make_user(resources)
    await give_password(resources, user)
    tokens = await tokens_of(client, user)
    key = resources.keys.all("access-token")[0]
    return Issued(user, tokens["access_token"], tokens["refresh_token"], key)


async def test_a_token_has_the_claims_and_the_type_of_an_access_token(
    issued: Issued, resources: Resources
) -> None:
    header = jwt.get_unverified_header(issued.token)
    assert header == {"typ": "at+jwt", "alg": "HS256"}
    claims = issued.claims
    assert set(claims) == set(CLAIMS)
    assert claims["iss"] == resources.settings.jwt_issuer
    assert claims["aud"] == resources.settings.jwt_audience
    assert claims["sub"] == str(issued.user.id)
    assert claims["exp"] - claims["iat"] == 15 * 60


async def test_a_token_signed_again_as_it_was_is_accepted(
    client: httpx2.AsyncClient, issued: Issued
) -> None:
    # Or the refusals below would prove nothing.
    assert await status_with(client, issued.forge()) == 200


async def test_a_token_without_signature_is_refused(
    client: httpx2.AsyncClient, issued: Issued
) -> None:
    _, payload, _ = issued.token.split(".")
    for algorithm in ("none", "None", "NONE"):
        header = jwt.utils.base64url_encode(f'{{"typ":"at+jwt","alg":"{algorithm}"}}'.encode())
        assert await status_with(client, f"{header.decode()}.{payload}.") == 401
    stripped = issued.token.rpartition(".")[0]
    assert await status_with(client, f"{stripped}.") == 401


@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
async def test_the_tokens_own_header_does_not_choose_the_algorithm(
    client: httpx2.AsyncClient, issued: Issued
) -> None:
    assert await status_with(client, issued.forge(algorithm="HS384")) == 401
    assert await status_with(client, issued.forge(algorithm="HS512")) == 401
    rsa_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    assert await status_with(client, issued.forge(key=rsa_key, algorithm="RS256")) == 401
    ec_key = ec.generate_private_key(ec.SECP256R1())
    assert await status_with(client, issued.forge(key=ec_key, algorithm="ES256")) == 401


async def test_a_key_that_comes_with_the_token_is_not_used(
    client: httpx2.AsyncClient, issued: Issued
) -> None:
    key = b"a key that the attacker has made"
    jwk = {"kty": "oct", "k": jwt.utils.base64url_encode(key).decode()}
    for headers in ({"jwk": jwk}, {"kid": "../../dev/null"}, {"jku": "https://evil.example/keys"}):
        assert await status_with(client, issued.forge(key=key, headers=headers)) == 401


async def test_the_key_of_another_purpose_signs_no_access_token(
    client: httpx2.AsyncClient, issued: Issued, resources: Resources
) -> None:
    for purpose in ("csrf", "cursor", "one-time-token", "api-key"):
        key = resources.keys.all(purpose)[0]
        assert await status_with(client, issued.forge(key=key)) == 401
    assert await status_with(client, issued.forge(key=ENVIRONMENT["SECRET_KEY"].encode())) == 401


@pytest.mark.parametrize("claim", CLAIMS)
async def test_a_token_that_lacks_a_claim_is_refused(
    client: httpx2.AsyncClient, issued: Issued, claim: str
) -> None:
    assert await status_with(client, issued.forge(without=claim)) == 401


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "somebody-else"},
        {"aud": "another-service"},
        {"aud": ["another-service"]},
        {"sub": "not-an-id"},
        {"sub": 1},
        {"sid": "not-an-id"},
        {"sid": None},
    ],
    ids=str,
)
async def test_a_token_with_a_wrong_claim_is_refused(
    client: httpx2.AsyncClient, issued: Issued, changed: dict[str, Any]
) -> None:
    assert await status_with(client, issued.forge(**changed)) == 401


@pytest.mark.parametrize("typ", ["JWT", "refresh+jwt", "at+JWT", "", None])
async def test_a_token_of_another_type_is_refused(
    client: httpx2.AsyncClient, issued: Issued, typ: str | None
) -> None:
    assert await status_with(client, issued.forge(headers={"typ": typ})) == 401


async def test_a_token_with_a_critical_extension_that_nobody_knows_is_refused(
    client: httpx2.AsyncClient, issued: Issued
) -> None:
    token = issued.forge(headers={"crit": ["unknown"], "unknown": 1})
    assert await status_with(client, token) == 401


async def test_a_token_lives_fifteen_minutes(client: httpx2.AsyncClient, issued: Issued) -> None:
    with time_machine.travel(now() + timedelta(minutes=14, seconds=50)):
        assert await status_with(client, issued.token) == 200
    with time_machine.travel(now() + timedelta(minutes=15, seconds=1)):
        assert await status_with(client, issued.token) == 401


async def test_a_token_that_is_not_valid_yet_is_refused(
    client: httpx2.AsyncClient, issued: Issued
) -> None:
    later = now() + timedelta(minutes=5)
    assert await status_with(client, issued.forge(nbf=later)) == 401
    assert await status_with(client, issued.forge(iat=later)) == 401


async def test_other_credentials_are_no_access_tokens(
    client: httpx2.AsyncClient, issued: Issued, resources: Resources
) -> None:
    assert await status_with(client, issued.refresh_token) == 401
    for kind in (one_time.VERIFY_EMAIL, one_time.RESET_PASSWORD):
        async with resources.database.transaction() as transaction:
            secret = await one_time.issue(transaction, resources, kind, issued.user.id)
        assert await status_with(client, secret) == 401


async def test_a_tampered_payload_is_refused(
    client: httpx2.AsyncClient, issued: Issued, resources: Resources
) -> None:
    admin = await make_user(resources, Role.ADMIN)
    header, _, signature = issued.token.split(".")
    _, payload, _ = issued.forge(sub=str(admin.id), key=b"any key will do for the payload!").split(
        "."
    )
    assert await status_with(client, f"{header}.{payload}.{signature}") == 401


async def test_a_session_serves_the_account_that_it_belongs_to(
    client: httpx2.AsyncClient, issued: Issued, resources: Resources
) -> None:
    admin = await make_user(resources, Role.ADMIN)
    assert await status_with(client, issued.forge(sub=str(admin.id))) == 401


@pytest.mark.parametrize("token", ["", ".", "..", "a.b.c", "e30.e30.e30", "e30.W10.", "x" * 5000])
async def test_what_is_no_token_is_refused(client: httpx2.AsyncClient, token: str) -> None:
    assert await status_with(client, token) == 401


async def test_bytes_that_are_no_text_are_refused(client: httpx2.AsyncClient) -> None:
    answer = await client.get(
        "/api/v1/users/me", headers=[(b"authorization", b"Bearer \xff\xfe.\xe9.\x80")]
    )
    assert answer.status_code == 401


async def test_another_scheme_or_place_is_refused(
    client: httpx2.AsyncClient, issued: Issued
) -> None:
    url = "/api/v1/users/me"
    for value in (f"Basic {issued.token}", issued.token, f"Token {issued.token}"):
        assert (await client.get(url, headers={"Authorization": value})).status_code == 401
    assert (await client.get(url, params={"access_token": issued.token})).status_code in {401, 422}
    assert (await client.get(url, headers={"Cookie": f"token={issued.token}"})).status_code == 401


async def test_a_refusal_asks_for_a_bearer_token(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/api/v1/users/me")
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_the_role_is_read_from_the_store_on_each_request(
    user: Caller, resources: Resources
) -> None:
    async def status_after(role: Role) -> int:
        async with resources.database.transaction() as transaction:
            await UserRepository(transaction).update(user.user.id, role=role)
        return (await user.client.get("/api/v1/users")).status_code

    assert await status_after(Role.USER) == 403
    assert await status_after(Role.ADMIN) == 200
    assert await status_after(Role.MODERATOR) == 403


async def test_a_disabled_account_is_out_at_once(user: Caller, resources: Resources) -> None:
    async with resources.database.transaction() as transaction:
        await UserRepository(transaction).update(user.user.id, is_active=False)
    assert (await user.client.get("/api/v1/users/me")).status_code == 401


async def test_a_token_of_an_earlier_key_is_valid_until_the_key_is_dropped(
    database_url: str, service: Service, issued: Issued
) -> None:
    old, new = ENVIRONMENT["SECRET_KEY"], "Zm9yIHRoZSB0ZXN0cyBvZiByb3RhdGlvbiwgYSBuZXcga2V5"
    async with running_service(database_url, secret_key=new, secret_key_fallbacks=old) as rotated:
        assert await status_with(rotated.client, issued.token) == 200
        fresh = await tokens_of(rotated.client, issued.user)
        # New tokens are signed with the new key: the service that has only the old one refuses it.
        assert await status_with(service.client, fresh["access_token"]) == 401
    async with running_service(database_url, secret_key=new) as dropped:
        assert await status_with(dropped.client, issued.token) == 401
        assert await status_with(dropped.client, fresh["access_token"]) == 200
        assert (await refreshed(dropped.client, issued.refresh_token)).status_code == 200
