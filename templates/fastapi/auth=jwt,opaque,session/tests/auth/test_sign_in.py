"""Signing in, independent of the kind of credential."""

import httpx2
import pytest

from app.auth.password_hasher import HASHER
from app.resources import Resources
from app.users.model import User
from app.users.repository import UserRepository
from tests.support.factories import make_user
from tests.support.passwords import (
    OTHER_PASSWORD,
    PASSWORD,
    give_hash,
    give_password,
    give_weaker_password,
    stored_hash,
)
from tests.support.queries import audit_events, audited, recorded_statements
from tests.support.service import Caller, running_service
from tests.support.sign_in import attempt_sign_in
from tests.support.stored_tokens import stored_digests

ME_URL = "/api/v1/users/me"


@pytest.fixture
async def account(resources: Resources) -> User:
    """Give an account that can sign in."""
    user = await make_user(resources)
    await give_password(resources, user)
    return user


async def test_addresses_are_compared_without_case_and_blanks(
    client: httpx2.AsyncClient, account: User
) -> None:
    for email in (account.email.upper(), f"  {account.email.title()} "):
        assert (await attempt_sign_in(client, email)).status_code == 200


async def test_every_failed_sign_in_looks_the_same_and_verifies_one_hash(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running_service(database_url, require_email_verification=True) as service:
        resources = service.resources
        known = await make_user(resources)
        disabled = await make_user(resources, is_active=False)
        unconfirmed = await make_user(resources, email_verified=False)
        for user in (known, disabled, unconfirmed):
            await give_password(resources, user)
        without_password = await make_user(resources)

        verified: list[str] = []
        verify = resources.passwords._hasher.verify_and_update

        def counted(password: str, hashed: str) -> tuple[bool, str | None]:
            verified.append(hashed)
            return verify(password, hashed)

        monkeypatch.setattr(resources.passwords._hasher, "verify_and_update", counted)
        seen = []
        request_ids = []
        for email, password in (
            (known.email, OTHER_PASSWORD),
            ("nobody@example.com", PASSWORD),
            ("no address", PASSWORD),
            (disabled.email, PASSWORD),
            (unconfirmed.email, PASSWORD),
            (without_password.email, PASSWORD),
        ):
            answer = await attempt_sign_in(service.client, email, password)
            assert answer.status_code == 401
            problem = answer.json()
            request_id = problem.pop("request_id")
            assert answer.headers["x-request-id"] == request_id
            request_ids.append(request_id)
            seen.append((answer.status_code, sorted(answer.headers), problem))
            assert len(verified) == len(seen)
        assert all(answer == seen[0] for answer in seen)
        assert (await attempt_sign_in(service.client, known.email)).status_code == 200
        assert await audited(resources, disabled.id) == ["auth.login.failed"]
        events = await audit_events(resources, "auth.login.failed")
        assert set(request_ids) <= {event.request_id for event in events}


async def test_a_sign_in_that_raced_with_a_reset_leaves_no_session(
    client: httpx2.AsyncClient,
    account: User,
    resources: Resources,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    verify = resources.passwords.verify

    async def then_reset(password: str, password_hash: str | None) -> tuple[bool, str | None]:
        proof = await verify(password, password_hash)
        await give_password(resources, account, OTHER_PASSWORD)
        return proof

    monkeypatch.setattr(resources.passwords, "verify", then_reset)
    assert (await attempt_sign_in(client, account.email)).status_code == 401
    assert await stored_digests(resources, account.id) == []
    assert await audited(resources, account.id) == ["auth.login.failed"]


@pytest.mark.parametrize("change", ["disabled", "deleted"])
async def test_a_sign_in_that_raced_with_the_end_of_the_account_leaves_no_session(
    client: httpx2.AsyncClient,
    account: User,
    resources: Resources,
    monkeypatch: pytest.MonkeyPatch,
    change: str,
) -> None:
    verify = resources.passwords.verify

    async def then_end(password: str, password_hash: str | None) -> tuple[bool, str | None]:
        proof = await verify(password, password_hash)
        async with resources.database.transaction() as transaction:
            users = UserRepository(transaction)
            if change == "disabled":
                await users.update(account.id, is_active=False)
            else:
                await users.delete(account.id)
        return proof

    monkeypatch.setattr(resources.passwords, "verify", then_end)
    assert (await attempt_sign_in(client, account.email)).status_code == 401
    assert await stored_digests(resources, account.id) == []


async def test_a_password_is_hashed_again_when_the_parameters_have_changed(
    client: httpx2.AsyncClient, resources: Resources
) -> None:
    account = await make_user(resources)
    await give_weaker_password(resources, account)
    before = await stored_hash(resources, account)
    assert HASHER.check_needs_rehash(before)
    assert (await attempt_sign_in(client, account.email, OTHER_PASSWORD)).status_code == 401
    assert await stored_hash(resources, account) == before
    assert (await attempt_sign_in(client, account.email)).status_code == 200
    after = await stored_hash(resources, account)
    assert not HASHER.check_needs_rehash(after)
    assert (await attempt_sign_in(client, account.email)).status_code == 200
    assert await stored_hash(resources, account) == after


async def test_hashing_again_never_brings_an_old_password_back(
    client: httpx2.AsyncClient, resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = await make_user(resources)
    await give_weaker_password(resources, account)
    verify = resources.passwords.verify

    async def then_reset(password: str, password_hash: str | None) -> tuple[bool, str | None]:
        proof = await verify(password, password_hash)
        if proof[1] is not None:
            await give_password(resources, account, OTHER_PASSWORD)
        return proof

    monkeypatch.setattr(resources.passwords, "verify", then_reset)
    assert (await attempt_sign_in(client, account.email)).status_code == 401
    assert (await attempt_sign_in(client, account.email, OTHER_PASSWORD)).status_code == 200


async def test_a_sign_in_succeeds_while_another_hashes_the_password_again(
    client: httpx2.AsyncClient, resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = await make_user(resources)
    await give_weaker_password(resources, account)
    verify = resources.passwords.verify

    async def then_hashed(password: str, password_hash: str | None) -> tuple[bool, str | None]:
        proof = await verify(password, password_hash)
        if proof[1] is not None:
            await give_password(resources, account)
        return proof

    monkeypatch.setattr(resources.passwords, "verify", then_hashed)
    assert (await attempt_sign_in(client, account.email)).status_code == 200


async def test_a_hash_of_an_unknown_form_is_a_failed_sign_in(
    client: httpx2.AsyncClient, account: User, resources: Resources
) -> None:
    wrong = await attempt_sign_in(client, account.email, OTHER_PASSWORD)
    await give_hash(resources, account, "$9$from$elsewhere")
    answer = await attempt_sign_in(client, account.email)
    assert answer.status_code == wrong.status_code == 401
    assert answer.json() | {"request_id": ""} == wrong.json() | {"request_id": ""}
    assert await stored_hash(resources, account) == "$9$from$elsewhere"


async def test_who_is_calling_costs_one_statement(user: Caller) -> None:
    with recorded_statements() as statements:
        assert (await user.client.get(ME_URL)).status_code == 200
    assert len([text for text in statements if text.startswith("SELECT")]) == 1
    assert len(statements) <= 2, statements
