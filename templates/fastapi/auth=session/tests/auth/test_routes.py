"""Signing in and out with a session cookie."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import httpx2
import pytest
import time_machine

from app.auth import accounts
from app.auth.one_time import RESET_PASSWORD
from app.auth.permissions import PERMISSIONS, Role
from app.auth.session_tokens import SESSION_KIND
from app.clock import now
from app.database.transaction import Transaction
from app.ids import new_id
from app.resources import Resources
from app.tokens.repository import TokenRepository
from app.tokens.revocation import revoke_all
from app.tokens.token import Token, digest, new_secret
from app.users.model import User
from app.users.repository import UserRepository
from tests.support.digests import is_readable
from tests.support.factories import make_user
from tests.support.loss import after_loss
from tests.support.passwords import OTHER_PASSWORD, PASSWORD, give_password
from tests.support.queries import audited, recorded_statements
from tests.support.service import Caller, Service, client_of, running_service
from tests.support.sign_in import LOGIN_URL, log_in
from tests.support.stored_tokens import stored_digests

AUTH = "/api/v1/auth"
ME_URL = "/api/v1/users/me"
COOKIE = "session"


@pytest.fixture
async def account(resources: Resources) -> User:
    """Give an account that can sign in."""
    user = await make_user(resources)
    await give_password(resources, user)
    return user


def session_of(client: httpx2.AsyncClient) -> str:
    """Return the session id that a client holds."""
    return str(client.cookies[COOKIE])


async def status_with(service: Service, session_id: str) -> int:
    """Call a private route with a session id; returns the status."""
    async with client_of(service.app) as client:
        headers = {"Cookie": f"{COOKIE}={session_id}"}
        return (await client.get(ME_URL, headers=headers)).status_code


@pytest.mark.parametrize("path", ["logout", "logout-all", "csrf"])
async def test_nobody_has_no_session(client: httpx2.AsyncClient, path: str) -> None:
    method = "GET" if path == "csrf" else "POST"
    answer = await client.request(method, f"{AUTH}/{path}")
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == 'Cookie realm="api"'


async def test_the_right_password_begins_a_session(
    client: httpx2.AsyncClient, account: User, resources: Resources
) -> None:
    answer = await client.post(LOGIN_URL, json={"email": account.email, "password": PASSWORD})
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert set(answer.json()) == {"csrf_token", "expires_in"}
    assert answer.json()["expires_in"] == 12 * 60 * 60
    assert (await client.get(ME_URL)).json()["email"] == account.email
    assert await audited(resources, account.id) == ["auth.login.succeeded"]


async def test_the_cookie_is_for_the_browser_alone(
    client: httpx2.AsyncClient, account: User
) -> None:
    answer = await client.post(LOGIN_URL, json={"email": account.email, "password": PASSWORD})
    cookie = f"{COOKIE}={session_of(client)}; HttpOnly; Path=/; SameSite=Lax"
    assert answer.headers.get_list("set-cookie") == [cookie]
    assert session_of(client) not in answer.text


@pytest.mark.parametrize("environment", ["staging", "production"])
@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_in_production_the_cookie_is_bound_to_host_and_https(
    client: httpx2.AsyncClient,
    account: User,
    resources: Resources,
    environment: str,
    scheme: str,
) -> None:
    vars(resources.settings).update(environment=environment)
    url = f"{scheme}://localhost"
    answer = await client.post(
        f"{url}{LOGIN_URL}", json={"email": account.email, "password": PASSWORD}
    )
    (cookie,) = answer.headers.get_list("set-cookie")
    pair, *attributes = cookie.split("; ")
    assert attributes == ["HttpOnly", "Path=/", "SameSite=Lax", "Secure"]
    name, _, session_id = pair.partition("=")
    assert name == "__Host-session"
    for other, status in ((name, 200), (COOKIE, 401)):
        async with httpx2.AsyncClient(transport=client._transport, base_url=url) as browser:
            headers = {"Cookie": f"{other}={session_id}"}
            assert (await browser.get(ME_URL, headers=headers)).status_code == status


@pytest.mark.parametrize(("environment", "path"), [("test", "/orders"), ("production", "/")])
async def test_below_a_prefix_the_cookie_has_the_path_that_a_browser_takes(
    database_url: str, environment: str, path: str
) -> None:
    async with running_service(database_url, behave_as=environment, root_path="/orders") as service:
        account = await make_user(service.resources)
        await give_password(service.resources, account)
        body = {"email": account.email, "password": PASSWORD}
        answer = await service.client.post(LOGIN_URL, json=body)
    name, *attributes = answer.headers["set-cookie"].split("; ")
    assert f"Path={path}" in attributes
    assert name.startswith("__Host-") is (environment == "production")


async def test_in_development_https_has_the_strict_cookie_too(
    client: httpx2.AsyncClient, account: User
) -> None:
    url = f"https://localhost{LOGIN_URL}"
    answer = await client.post(url, json={"email": account.email, "password": PASSWORD})
    assert answer.headers["set-cookie"].startswith("__Host-session=")
    assert answer.headers["set-cookie"].endswith("; Secure")


async def test_a_session_id_is_stored_hashed(
    user: Caller, resources: Resources, service: Service
) -> None:
    session_id = session_of(user.client)
    assert len(session_id) == 43
    (stored,) = await stored_digests(resources, user.user.id, SESSION_KIND)
    assert stored == digest(session_id)
    assert not is_readable(stored, session_id)
    assert await status_with(service, stored.hex()) == 401


async def test_a_token_of_another_kind_is_no_session(
    account: User, service: Service, resources: Resources
) -> None:
    for kind, status in ((SESSION_KIND, 200), (RESET_PASSWORD, 401)):
        secret = new_secret()
        token = Token(
            id=new_id(),
            kind=kind,
            user_id=account.id,
            family_id=new_id(),
            digest=digest(secret),
            scopes=frozenset(PERMISSIONS[account.role]),
            created_at=now(),
            expires_at=now() + timedelta(minutes=5),
        )
        async with resources.database.transaction() as transaction:
            await TokenRepository(transaction).add(token)
        assert await status_with(service, secret) == status


@pytest.mark.parametrize("planted", ["chosen-by-the-attacker", "x" * 43])
async def test_an_id_that_was_planted_is_never_taken_up(
    client: httpx2.AsyncClient, account: User, service: Service, planted: str
) -> None:
    client.cookies.set(COOKIE, planted, domain="localhost.local", path="/")
    await log_in(client, account)
    assert session_of(client) != planted
    assert await status_with(service, planted) == 401


async def test_a_second_cookie_of_the_name_is_nobodys(user: Caller, service: Service) -> None:
    own = session_of(user.client)
    for cookies in (
        f"{own}; {COOKIE}=planted",
        f"planted; {COOKIE}={own}",
        f"{own};{COOKIE}={own}",
        f"{own}; {COOKIE}",
        f"{own}; {COOKIE} =",
    ):
        assert await status_with(service, cookies) == 401, cookies
    assert await status_with(service, f"{own}; other{COOKIE}=planted; other={COOKIE}=x") == 200


async def test_signing_in_again_creates_a_new_id_and_invalidates_the_previous_one(
    client: httpx2.AsyncClient, account: User, service: Service
) -> None:
    first = await log_in(client, account)
    before = session_of(client)
    second = await log_in(client, account)
    after = session_of(client)
    assert before != after
    assert first["csrf_token"] != second["csrf_token"]
    assert await status_with(service, before) == 401
    assert await status_with(service, after) == 200


async def test_signing_in_as_another_user_ends_the_previous_session(
    client: httpx2.AsyncClient, account: User, user: Caller, service: Service
) -> None:
    before = session_of(user.client)
    await log_in(user.client, account)
    assert (await user.client.get(ME_URL)).json()["id"] == str(account.id)
    assert await status_with(service, before) == 401
    assert "auth.session.ended" in await audited(service.resources, user.user.id)


async def test_a_sign_in_that_fails_leaves_the_session_as_it_is(user: Caller) -> None:
    before = session_of(user.client)
    body = {"email": user.user.email, "password": OTHER_PASSWORD}
    answer = await user.client.post(LOGIN_URL, json=body)
    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers
    assert session_of(user.client) == before
    assert (await user.client.get(ME_URL)).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {"email": "ann@example.com"},
        {"password": PASSWORD},
        {"email": "", "password": PASSWORD},
        {"email": "ann@example.com", "password": ""},
        {"email": "ann@example.com", "password": "x" * 129},
        {"email": "ann@example.com", "password": PASSWORD, "role": "admin"},
    ],
    ids=str,
)
async def test_a_body_with_a_wrong_field_is_refused_without_an_echo(
    client: httpx2.AsyncClient, body: dict[str, str]
) -> None:
    answer = await client.post(LOGIN_URL, json=body)
    assert answer.status_code == 422
    assert PASSWORD not in answer.text


async def test_sign_in_takes_json_and_nothing_else(
    client: httpx2.AsyncClient, account: User
) -> None:
    # A form is what a foreign page can send without asking the browser first.
    body = {"email": account.email, "password": PASSWORD}
    assert (await client.post(LOGIN_URL, data=body)).status_code == 415
    assert (await client.get(LOGIN_URL, params=body)).status_code == 405


async def test_signing_in_is_limited_by_address_and_by_account(database_url: str) -> None:
    async with running_service(database_url, rate_limit_auth="3/minute") as service:
        account = await make_user(service.resources)
        await give_password(service.resources, account)
        body = {"email": account.email, "password": OTHER_PASSWORD}
        answers = [await service.client.post(LOGIN_URL, json=body) for _ in range(4)]
        assert [answer.status_code for answer in answers] == [401, 401, 401, 429]
        async with client_of(service.app, "198.51.100.7") as elsewhere:
            body = {"email": account.email.upper(), "password": PASSWORD}
            assert (await elsewhere.post(LOGIN_URL, json=body)).status_code == 429


# How long it lives


async def test_an_idle_session_expires_after_thirty_minutes(user: Caller) -> None:
    start = now()
    with time_machine.travel(start + timedelta(minutes=29)):
        assert (await user.client.get(ME_URL)).status_code == 200
    with time_machine.travel(start + timedelta(minutes=58)):
        assert (await user.client.get(ME_URL)).status_code == 200
    with time_machine.travel(start + timedelta(minutes=88, seconds=1)):
        assert (await user.client.get(ME_URL)).status_code == 401


async def test_a_session_expires_after_twelve_hours_of_activity(user: Caller) -> None:
    start = now()
    for minutes in range(0, 12 * 60, 20):
        with time_machine.travel(start + timedelta(minutes=minutes)):
            assert (await user.client.get(ME_URL)).status_code == 200
    with time_machine.travel(start + timedelta(hours=12, seconds=1)):
        assert (await user.client.get(ME_URL)).status_code == 401


async def test_a_change_of_password_makes_a_session_no_longer(user: Caller) -> None:
    start = now()
    for minutes in range(0, 12 * 60, 20):
        with time_machine.travel(start + timedelta(minutes=minutes)):
            if minutes == 600:
                body = {"current_password": PASSWORD, "new_password": OTHER_PASSWORD}
                changed = await user.client.post("/api/v1/auth/change-password", json=body)
                assert changed.status_code == 204
            assert (await user.client.get(ME_URL)).status_code == 200
    with time_machine.travel(start + timedelta(hours=12, seconds=1)):
        assert (await user.client.get(ME_URL)).status_code == 401


async def test_the_limits_are_settings(database_url: str) -> None:
    async with (
        running_service(
            database_url, session_idle_seconds=300, session_absolute_seconds=600
        ) as service,
        service.caller() as one,
        service.caller() as other,
    ):
        start = now()
        for minutes in (4, 8):
            with time_machine.travel(start + timedelta(minutes=minutes)):
                assert (await one.client.get(ME_URL)).status_code == 200
        with time_machine.travel(start + timedelta(minutes=6)):
            assert (await other.client.get(ME_URL)).status_code == 401
        with time_machine.travel(start + timedelta(minutes=10, seconds=1)):
            assert (await one.client.get(ME_URL)).status_code == 401


async def test_a_use_is_noted_once_a_minute(user: Caller) -> None:
    start = now()
    counts = []
    for seconds in (30, 61, 62, 120, 122):
        with (
            time_machine.travel(start + timedelta(seconds=seconds)),
            recorded_statements() as statements,
        ):
            assert (await user.client.get(ME_URL)).status_code == 200
        counts.append(len([text for text in statements if text.startswith("UPDATE")]))
    assert counts == [0, 1, 0, 0, 1]


# How it ends


async def test_signing_out_ends_this_session_and_no_other(
    user: Caller, service: Service, resources: Resources
) -> None:
    session_id = session_of(user.client)
    async with service.caller(user=user.user) as other:
        answer = await user.client.post(f"{AUTH}/logout")
        assert answer.status_code == 204
        assert 'session=""' in answer.headers["set-cookie"]
        assert "Max-Age=0" in answer.headers["set-cookie"]
        assert COOKIE not in user.client.cookies
        assert await status_with(service, session_id) == 401
        assert (await other.client.get(ME_URL)).status_code == 200
    assert (await audited(resources, user.user.id))[-1] == "auth.logout"


async def test_signing_out_everywhere_ends_every_session_of_this_account_only(
    user: Caller, service: Service, moderator: Caller
) -> None:
    session_id = session_of(user.client)
    async with service.caller(user=user.user) as other:
        answer = await user.client.post(f"{AUTH}/logout-all")
        assert answer.status_code == 204
        assert COOKIE not in user.client.cookies
        assert await status_with(service, session_id) == 401
        assert (await other.client.get(ME_URL)).status_code == 401
    assert (await moderator.client.get(ME_URL)).status_code == 200


async def test_deleting_the_account_ends_its_sessions(user: Caller, service: Service) -> None:
    async with service.caller(user=user.user) as other:
        assert (await user.client.delete(ME_URL)).status_code == 204
        for caller in (user, other):
            assert (await caller.client.get(ME_URL)).status_code == 401


# Privileges


async def test_a_promotion_requires_a_new_session_id(
    user: Caller, service: Service, resources: Resources
) -> None:
    before = session_of(user.client)
    # A copied or planted id of a user must not become an admin's, and has ended for good.
    for role in (Role.ADMIN, Role.USER, Role.ADMIN):
        async with resources.database.transaction() as transaction:
            await UserRepository(transaction).update(user.user.id, role=role)
        assert await status_with(service, before) == 401
    await log_in(user.client, user.user)
    assert (await user.client.get("/api/v1/users")).status_code == 200


async def test_a_demotion_works_under_the_same_id(admin: Caller, resources: Resources) -> None:
    assert (await admin.client.get("/api/v1/users")).status_code == 200
    async with resources.database.transaction() as transaction:
        await UserRepository(transaction).update(admin.user.id, role=Role.USER)
    assert (await admin.client.get("/api/v1/users")).status_code == 403
    assert (await admin.client.get(ME_URL)).json()["role"] == "user"


async def test_changing_the_password_changes_the_id(
    user: Caller, service: Service, resources: Resources
) -> None:
    copied = session_of(user.client)
    body = {"current_password": PASSWORD, "new_password": OTHER_PASSWORD}
    assert (await user.client.post(f"{AUTH}/change-password", json=body)).status_code == 204
    assert session_of(user.client) != copied
    assert await status_with(service, copied) == 401
    changed = await user.client.patch(ME_URL, json={"full_name": "New"})
    assert changed.status_code == 200


async def test_a_copied_id_that_waits_for_a_change_of_the_password_changes_nothing(
    user: Caller, service: Service
) -> None:
    copied = digest(session_of(user.client))

    async def renew(transaction: Transaction, user_id: UUID) -> None:
        tokens = TokenRepository(transaction)
        found = await tokens.find_alive(SESSION_KIND, "digest", copied, now())
        assert found is not None
        await revoke_all(transaction, user_id, now())
        await tokens.add(replace(found[0], id=new_id(), digest=digest(new_secret())))

    change = ("PATCH", ME_URL)
    assert await after_loss(service, user, renew, [change]) == {change: 401}


async def test_a_session_that_ended_meanwhile_changes_no_password(
    client: httpx2.AsyncClient,
    user: Caller,
    resources: Resources,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hash_new = accounts._hash_new

    async def then_end(*arguments: object) -> str:
        hashed: str = await hash_new(*arguments)  # type: ignore[arg-type]
        other = httpx2.AsyncClient(transport=client._transport, base_url=client.base_url)
        await log_in(other, user.user)
        assert (await other.post(f"{AUTH}/logout-all")).status_code == 204
        return hashed

    monkeypatch.setattr(accounts, "_hash_new", then_end)
    body = {"current_password": PASSWORD, "new_password": OTHER_PASSWORD}
    assert (await user.client.post(f"{AUTH}/change-password", json=body)).status_code == 401
    assert (await user.client.get(ME_URL)).status_code == 401
    await log_in(client, user.user)
