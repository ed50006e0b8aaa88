"""What OAuth clients expect of the token endpoint and of revocation (RFC 6749, RFC 7009)."""

import asyncio
import base64
from typing import Any

import httpx2
import pytest

from app.auth import service as auth_service
from app.auth.oauth import ENDPOINTS
from app.auth.permissions import PERMISSIONS, Role
from app.auth.routes import public_router
from app.resources import Resources
from app.users.model import User
from tests.support.factories import make_user
from tests.support.passwords import OTHER_PASSWORD, PASSWORD, give_password
from tests.support.problems import problem_of
from tests.support.queries import audited
from tests.support.service import Service, running_service
from tests.support.sign_in import (
    REFRESH_URL,
    REVOKE_URL,
    TOKEN_URL,
    attempt_sign_in,
    refreshed,
    status_with,
    tokens_of,
)


@pytest.fixture
async def account(resources: Resources) -> User:
    """Give an account that can sign in."""
    user = await make_user(resources)
    await give_password(resources, user)
    return user


async def grant(client: httpx2.AsyncClient, refresh_token: str, **form: str) -> httpx2.Response:
    data = {"grant_type": "refresh_token", "refresh_token": refresh_token, **form}
    return await client.post(TOKEN_URL, data=data)


def refusal_of(answer: httpx2.Response, status: int, error: str) -> dict[str, Any]:
    members = {"error", "error_description"}
    if "errors" in answer.json():
        members.add("errors")
    problem = problem_of(answer, status, media_type="application/json", members=members)
    assert problem["error"] == error
    assert problem["error_description"] == problem["detail"]
    assert answer.headers["cache-control"] == "no-store"
    return problem


async def test_the_token_endpoint_refreshes(client: httpx2.AsyncClient, account: User) -> None:
    first = await tokens_of(client, account)
    answer = await grant(client, first["refresh_token"], client_id="web")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    second = answer.json()
    assert set(second) == set(first)
    assert await status_with(client, second["access_token"]) == 200
    refusal_of(await grant(client, first["refresh_token"]), 401, "invalid_grant")
    refusal_of(await grant(client, second["refresh_token"]), 401, "invalid_grant")


async def test_a_failed_sign_in_is_an_invalid_grant(
    client: httpx2.AsyncClient, account: User
) -> None:
    answer = await attempt_sign_in(client, account.email, OTHER_PASSWORD)
    refusal_of(answer, 401, "invalid_grant")
    assert answer.headers["www-authenticate"] == "Bearer"
    refusal_of(await refreshed(client, "unknown"), 401, "invalid_grant")


async def test_what_clients_send_beside_the_grant_is_ignored(
    client: httpx2.AsyncClient, account: User
) -> None:
    credentials = base64.b64encode(b"web:secret").decode()
    extra = {"client_id": "web", "client_secret": "", "audience": "api", "role": "admin"}
    data = {"grant_type": "password", "username": account.email, "password": PASSWORD, **extra}
    headers = {"Authorization": f"Basic {credentials}"}
    answer = await client.post(TOKEN_URL, data=data, headers=headers)
    assert answer.status_code == 200
    assert answer.json()["scope"] == " ".join(sorted(PERMISSIONS[Role.USER]))


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"grant_type": "client_credentials"}, "unsupported_grant_type"),
        ({"grant_type": "authorization_code", "code": "x"}, "unsupported_grant_type"),
        ({"grant_type": ""}, "invalid_request"),
        ({"username": ""}, "invalid_request"),
        ({"password": ""}, "invalid_request"),
        ({"password": "x" * 129}, "invalid_request"),
        ({"username": "x" * 255}, "invalid_request"),
        ({"grant_type": "refresh_token"}, "invalid_request"),
        ({"grant_type": "refresh_token", "refresh_token": "x" * 129}, "invalid_request"),
        ({"scope": "admin"}, "invalid_scope"),
    ],
    ids=str,
)
async def test_an_error_has_its_oauth_code_and_does_not_echo_input(
    client: httpx2.AsyncClient, account: User, form: dict[str, str], error: str
) -> None:
    data = {"grant_type": "password", "username": account.email, "password": PASSWORD, **form}
    answer = await client.post(TOKEN_URL, data=data)
    refusal_of(answer, 400, error)
    assert PASSWORD not in answer.text


@pytest.mark.parametrize("field", ["grant_type", "username", "password"])
async def test_a_form_without_a_field_is_refused(client: httpx2.AsyncClient, field: str) -> None:
    data = {"grant_type": "password", "username": "a@example.com", "password": PASSWORD}
    del data[field]
    refusal_of(await client.post(TOKEN_URL, data=data), 400, "invalid_request")


@pytest.mark.parametrize(
    ("field", "limit"), [("username", 254), ("password", 512), ("refresh_token", 128)]
)
async def test_a_long_field_is_refused_by_its_name(
    client: httpx2.AsyncClient, field: str, limit: int
) -> None:
    # The name of a validator has its address in memory.
    form = {"grant_type": "password", field: "x" * (limit + 1)}
    problem = refusal_of(await client.post(TOKEN_URL, data=form), 400, "invalid_request")
    message = f"String should have at most {limit} characters"
    assert problem["errors"] == [{"field": field, "message": message}]


async def test_a_body_of_another_kind_is_refused_as_clients_read_it(
    client: httpx2.AsyncClient,
) -> None:
    refusal_of(await client.post(TOKEN_URL, json={}), 415, "invalid_request")
    problem = refusal_of(await client.post(REFRESH_URL, json={}), 422, "invalid_request")
    assert [fault["field"] for fault in problem["errors"]] == ["refresh_token"]


async def test_too_many_attempts_are_no_token(database_url: str) -> None:
    async with running_service(database_url, rate_limit_auth="1/minute") as service:
        await attempt_sign_in(service.client, "ann@example.com")
        answer = await attempt_sign_in(service.client, "ann@example.com")
        refusal_of(answer, 429, "temporarily_unavailable")
        assert int(answer.headers["retry-after"]) >= 1
        assert answer.headers["ratelimit-policy"].endswith(";q=1;w=60")


def test_the_middleware_knows_every_oauth_endpoint() -> None:
    assert {f"/api/v1{route.path}" for route in public_router.routes} == ENDPOINTS  # type: ignore[attr-defined]


@pytest.mark.parametrize("url", sorted(ENDPOINTS))
@pytest.mark.parametrize(
    ("options", "status"),
    [
        ({"method": "GET"}, 405),
        ({"content": b"x" * 1_100_000}, 413),
        ({"content": b"x", "headers": {"Content-Encoding": "gzip"}}, 415),
        ({"headers": {"Host": "evil.example"}}, 400),
    ],
    ids=str,
)
async def test_an_error_outside_of_the_route_has_the_same_shape(
    client: httpx2.AsyncClient, url: str, options: dict[str, Any], status: int
) -> None:
    answer = await client.request(**{"method": "POST", "url": url, **options})
    refusal_of(answer, status, "invalid_request")
    assert int(answer.headers["content-length"]) == len(answer.content)


async def test_a_flood_and_an_outage_have_it_too(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running_service(database_url, rate_limit_default="1/minute") as service:
        await service.client.get("/nowhere")
        answer = await service.client.post(TOKEN_URL, data={})
        refusal_of(answer, 429, "temporarily_unavailable")
        assert int(answer.headers["retry-after"]) >= 1
    async with running_service(database_url, request_timeout_seconds=1) as service:

        async def stalls(*_arguments: object) -> None:
            await asyncio.sleep(60)

        monkeypatch.setattr(auth_service, "refresh", stalls)
        answer = await refreshed(service.client, "x" * 43)
        refusal_of(answer, 503, "temporarily_unavailable")


async def test_a_crash_has_it_too(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    async def crash(*_arguments: object) -> None:
        raise RuntimeError("boom")

    for name in ("sign_in", "refresh", "revoke"):
        monkeypatch.setattr(auth_service, name, crash)
    form = {"grant_type": "password", "username": "a@example.com", "password": PASSWORD}
    refusal_of(await service.client.post(TOKEN_URL, data=form), 500, "server_error")
    refusal_of(await service.client.post(REVOKE_URL, data={"token": "x"}), 500, "server_error")
    refusal_of(await refreshed(service.client, "x" * 43), 500, "server_error")


async def test_a_refresh_may_narrow_its_access_token_alone(
    client: httpx2.AsyncClient, resources: Resources
) -> None:
    admin = await make_user(resources, Role.ADMIN)
    await give_password(resources, admin)
    tokens = await tokens_of(client, admin, scope="users:read account:write")
    answer = await grant(client, tokens["refresh_token"], scope="account:write users:write")
    refusal_of(answer, 400, "invalid_scope")
    narrow = (await grant(client, tokens["refresh_token"], scope="account:write")).json()
    assert narrow["scope"] == "account:write"
    headers = {"Authorization": f"Bearer {narrow['access_token']}"}
    assert (await client.get("/api/v1/users", headers=headers)).status_code == 403
    whole = (await grant(client, narrow["refresh_token"])).json()
    assert whole["scope"] == "account:write users:read"


@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
async def test_revoking_either_token_ends_the_session(
    client: httpx2.AsyncClient, account: User, resources: Resources, kind: str
) -> None:
    tokens, other = await tokens_of(client, account), await tokens_of(client, account)
    form = {"token": tokens[kind], "token_type_hint": kind, "client_id": "web"}
    answer = await client.post(REVOKE_URL, data=form)
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["cache-control"] == "no-store"
    assert await status_with(client, tokens["access_token"]) == 401
    assert (await refreshed(client, tokens["refresh_token"])).status_code == 401
    assert await status_with(client, other["access_token"]) == 200
    assert (await audited(resources, account.id)).count("auth.logout") == 1


async def test_revoking_what_is_no_token_is_no_error(
    client: httpx2.AsyncClient, account: User
) -> None:
    tokens = await tokens_of(client, account)
    for token in ("unknown", "x" * 4000, tokens["access_token"] + "x"):
        assert (await client.post(REVOKE_URL, data={"token": token})).status_code == 200
    assert await status_with(client, tokens["access_token"]) == 200
    refusal_of(await client.post(REVOKE_URL, data={}), 400, "invalid_request")
