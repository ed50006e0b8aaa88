"""Signing in and out with bearer tokens."""

import httpx2
import pytest

from app.auth.permissions import PERMISSIONS, Role
from app.auth.refresh_tokens import REFRESH
from app.resources import Resources
from app.users.model import User
from app.users.repository import UserRepository
from tests.support.digests import is_readable
from tests.support.factories import make_user
from tests.support.passwords import PASSWORD, give_password
from tests.support.queries import audit_events, audited
from tests.support.service import Caller
from tests.support.sign_in import (
    ME_URL,
    TOKEN_URL,
    attempt_sign_in,
    refreshed,
    status_with,
    tokens_of,
)
from tests.support.stored_tokens import stored_digests

LOGOUT_URL = "/api/v1/auth/logout"
LOGOUT_ALL_URL = "/api/v1/auth/logout-all"


@pytest.fixture
async def account(resources: Resources) -> User:
    """Give an account that can sign in."""
    user = await make_user(resources)
    await give_password(resources, user)
    return user


@pytest.mark.parametrize("url", [LOGOUT_URL, LOGOUT_ALL_URL])
async def test_nobody_signs_out(client: httpx2.AsyncClient, url: str) -> None:
    answer = await client.post(url)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_the_right_password_gets_tokens(
    client: httpx2.AsyncClient, account: User, resources: Resources
) -> None:
    answer = await attempt_sign_in(client, account.email)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    tokens = answer.json()
    assert set(tokens) == {"access_token", "token_type", "expires_in", "refresh_token", "scope"}
    assert tokens["token_type"] == "bearer"
    assert tokens["expires_in"] == 900
    assert tokens["scope"].split() == sorted(PERMISSIONS[account.role])
    assert await status_with(client, tokens["access_token"]) == 200
    assert await audited(resources, account.id) == ["auth.login.succeeded"]


async def test_a_refresh_token_is_stored_hashed(
    client: httpx2.AsyncClient, account: User, resources: Resources
) -> None:
    tokens = await tokens_of(client, account)
    (digest,) = await stored_digests(resources, account.id, REFRESH)
    assert len(digest) == 32
    assert not is_readable(digest, tokens["refresh_token"])


async def test_sign_in_takes_a_form_and_nothing_else(
    client: httpx2.AsyncClient, account: User
) -> None:
    data = {"grant_type": "password", "username": account.email, "password": PASSWORD}
    assert (await client.post(TOKEN_URL, json=data)).status_code == 415
    assert (await client.post(TOKEN_URL, params=data)).status_code == 400
    assert (await client.get(TOKEN_URL, params=data)).status_code == 405


async def test_a_scope_narrows_what_the_tokens_allow(
    client: httpx2.AsyncClient, resources: Resources
) -> None:
    admin = await make_user(resources, Role.ADMIN)
    await give_password(resources, admin)
    tokens = await tokens_of(client, admin, scope="users:read account:write")
    again = (await refreshed(client, tokens["refresh_token"])).json()
    for answer in (tokens, again):
        assert answer["scope"] == "account:write users:read"
        headers = {"Authorization": f"Bearer {answer['access_token']}"}
        assert (await client.get("/api/v1/users", headers=headers)).status_code == 200
        assert (await client.get("/api/v1/users/export", headers=headers)).status_code == 403
        deletion = await client.delete(f"/api/v1/users/{admin.id}", headers=headers)
        assert deletion.status_code == 403


@pytest.mark.parametrize(
    "scope", ["users:read", "account:write users:read", "admin", "account:WRITE", "account:", "  "]
)
async def test_a_scope_beyond_the_role_is_refused(
    client: httpx2.AsyncClient, account: User, resources: Resources, scope: str
) -> None:
    answer = await attempt_sign_in(client, account.email, scope=scope)
    assert answer.status_code == 400
    assert await stored_digests(resources, account.id) == []
    events = await audit_events(resources, "auth.login.failed")
    assert (answer.headers["x-request-id"], account.id) in {
        (event.request_id, event.subject_id) for event in events
    }


async def test_a_narrowed_token_shrinks_with_the_role(
    client: httpx2.AsyncClient, resources: Resources
) -> None:
    admin = await make_user(resources, Role.ADMIN)
    await give_password(resources, admin)
    tokens = await tokens_of(client, admin, scope="users:read account:write")
    async with resources.database.transaction() as transaction:
        await UserRepository(transaction).update(admin.id, role=Role.USER)
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    assert (await client.get("/api/v1/users", headers=headers)).status_code == 403
    again = await refreshed(client, tokens["refresh_token"])
    assert again.json()["scope"] == "account:write"


async def test_a_promotion_works_at_once(user: Caller, resources: Resources) -> None:
    assert (await user.client.get("/api/v1/users")).status_code == 403
    async with resources.database.transaction() as transaction:
        await UserRepository(transaction).update(user.user.id, role=Role.ADMIN)
    assert (await user.client.get("/api/v1/users")).status_code == 200


async def test_without_a_scope_the_tokens_have_all_of_the_role(
    client: httpx2.AsyncClient, account: User
) -> None:
    tokens = await tokens_of(client, account, scope="")
    assert set(tokens["scope"].split()) == PERMISSIONS[Role.USER]


async def test_signing_out_ends_this_session_and_no_other(
    client: httpx2.AsyncClient, account: User, resources: Resources
) -> None:
    one, other = await tokens_of(client, account), await tokens_of(client, account)
    headers = {"Authorization": f"Bearer {one['access_token']}"}
    assert (await client.post(LOGOUT_URL, headers=headers)).status_code == 204
    assert await status_with(client, one["access_token"]) == 401
    assert (await refreshed(client, one["refresh_token"])).status_code == 401
    assert (await client.post(LOGOUT_URL, headers=headers)).status_code == 401
    assert await status_with(client, other["access_token"]) == 200
    assert (await refreshed(client, other["refresh_token"])).status_code == 200
    assert (await audited(resources, account.id))[-1] == "auth.logout"


async def test_signing_out_ends_the_tokens_of_every_refresh(
    client: httpx2.AsyncClient, account: User
) -> None:
    first = await tokens_of(client, account)
    second = (await refreshed(client, first["refresh_token"])).json()
    headers = {"Authorization": f"Bearer {first['access_token']}"}
    assert (await client.post(LOGOUT_URL, headers=headers)).status_code == 204
    assert await status_with(client, second["access_token"]) == 401
    assert (await refreshed(client, second["refresh_token"])).status_code == 401


async def test_signing_out_everywhere_ends_every_session_of_this_account_only(
    client: httpx2.AsyncClient, account: User, user: Caller, resources: Resources
) -> None:
    sessions = [await tokens_of(client, account) for _ in range(3)]
    headers = {"Authorization": f"Bearer {sessions[0]['access_token']}"}
    assert (await client.post(LOGOUT_ALL_URL, headers=headers)).status_code == 204
    for session in sessions:
        assert await status_with(client, session["access_token"]) == 401
        assert (await refreshed(client, session["refresh_token"])).status_code == 401
    assert (await user.client.get(ME_URL)).status_code == 200
    assert (await audited(resources, account.id))[-1] == "auth.logout"
    assert (await attempt_sign_in(client, account.email)).status_code == 200


async def test_deleting_the_account_ends_its_sessions(
    client: httpx2.AsyncClient, account: User
) -> None:
    one, other = await tokens_of(client, account), await tokens_of(client, account)
    headers = {"Authorization": f"Bearer {one['access_token']}"}
    assert (await client.delete(ME_URL, headers=headers)).status_code == 204
    for session in (one, other):
        assert await status_with(client, session["access_token"]) == 401
        assert (await refreshed(client, session["refresh_token"])).status_code == 401
    assert (await attempt_sign_in(client, account.email)).status_code == 401
