"""Changed passwords."""

import httpx2
import pytest

from app.auth.credentials import CredentialRepository
from app.resources import Resources
from tests.support.accounts import ME_URL, change, forgot, reset, signs_in
from tests.support.mailbox import Mailbox
from tests.support.passwords import OTHER_PASSWORD, PASSWORD, give_password
from tests.support.queries import audit_events, audited
from tests.support.service import Caller, Service


async def test_nobody_changes_a_password(client: httpx2.AsyncClient) -> None:
    assert (await change(client)).status_code == 401


async def test_changing_the_password_ends_every_other_session(
    client: httpx2.AsyncClient, service: Service, user: Caller, resources: Resources
) -> None:
    async with service.caller(user=user.user) as other:
        assert (await change(user.client)).status_code == 204
        assert (await user.client.get(ME_URL)).status_code == 200
        assert (await other.client.get(ME_URL)).status_code == 401
    assert not await signs_in(client, user.user.email)
    assert await signs_in(client, user.user.email, OTHER_PASSWORD)
    assert "auth.password.changed" in await audited(resources, user.user.id)


async def test_changing_the_password_ends_the_reset_codes(
    client: httpx2.AsyncClient, user: Caller, mailbox: Mailbox
) -> None:
    await forgot(client, user.user.email)
    code = await mailbox.code(user.user.email)
    assert (await change(user.client)).status_code == 204
    assert (await reset(client, code, PASSWORD)).status_code == 422


async def test_without_the_current_password_nothing_changes(
    client: httpx2.AsyncClient, service: Service, user: Caller, resources: Resources
) -> None:
    async with service.caller(user=user.user) as other:
        answer = await change(user.client, current=OTHER_PASSWORD)
        assert answer.status_code == 403
        assert len(await audit_events(resources, "access.denied", actor_id=user.user.id)) == 1
        assert (await other.client.get(ME_URL)).status_code == 200
    assert await signs_in(client, user.user.email)
    assert not await signs_in(client, user.user.email, OTHER_PASSWORD)


async def test_an_account_without_a_password_cannot_prove_one(
    user: Caller, resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def none(_repository: CredentialRepository, _user_id: object) -> None:
        return None

    monkeypatch.setattr(CredentialRepository, "get", none)
    assert (await change(user.client)).status_code == 403


async def test_a_weak_new_password_is_refused(user: Caller) -> None:
    answer = await change(user.client, new="password1234")
    assert answer.status_code == 422
    assert [fault["field"] for fault in answer.json()["errors"]] == ["new_password"]
    answer = await change(user.client, new=f"my {user.user.email}")
    assert answer.status_code == 422


async def test_a_change_that_raced_with_a_reset_does_not_undo_it(
    client: httpx2.AsyncClient,
    user: Caller,
    resources: Resources,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    verify = resources.passwords.verify

    async def then_reset(password: str, password_hash: str | None) -> tuple[bool, str | None]:
        proof = await verify(password, password_hash)
        await give_password(resources, user.user, "what the owner has chosen")
        return proof

    monkeypatch.setattr(resources.passwords, "verify", then_reset)
    assert (await change(user.client)).status_code == 403
    monkeypatch.undo()
    assert await signs_in(client, user.user.email, "what the owner has chosen")
