"""Forgotten passwords."""

import asyncio
from datetime import timedelta

import httpx2
import pytest
import time_machine

from app.clock import now
from app.resources import Resources
from app.users.repository import UserRepository
from tests.support.accounts import AUTH, EMAIL, ME_URL, forgot, reset, shape, signs_in
from tests.support.environment import ENVIRONMENT
from tests.support.factories import find_user, make_user
from tests.support.mailbox import Mailbox
from tests.support.passwords import OTHER_PASSWORD, PASSWORD
from tests.support.queries import audited
from tests.support.service import Caller, Service, running_service


async def test_forgetting_has_one_answer_for_every_address(
    client: httpx2.AsyncClient, mailbox: Mailbox, resources: Resources
) -> None:
    known = await make_user(resources)
    disabled = await make_user(resources, is_active=False)
    emails = [known.email, disabled.email, "nobody@example.com"]
    answers = [await forgot(client, email) for email in emails]
    assert {shape(answer) for answer in answers} == {shape(answers[0])}
    assert answers[0].status_code == 202
    assert [len(await mailbox.received(email)) for email in emails] == [1, 0, 0]


@pytest.mark.parametrize("body", [{}, {"email": "no address"}, {"email": EMAIL, "token": "x"}])
async def test_forgetting_takes_an_address_and_nothing_else(
    client: httpx2.AsyncClient, body: dict[str, str]
) -> None:
    assert (await client.post(f"{AUTH}/forgot-password", json=body)).status_code == 422


async def test_a_reset_sets_the_password_ends_every_session_and_confirms_the_address(
    client: httpx2.AsyncClient, service: Service, mailbox: Mailbox, resources: Resources
) -> None:
    account = await make_user(resources, email_verified=False)
    async with service.caller(user=account) as one, service.caller(user=account) as other:
        await forgot(client, account.email.upper())
        code = await mailbox.code(account.email)
        assert (await reset(client, code)).status_code == 204
        for caller in (one, other):
            assert (await caller.client.get(ME_URL)).status_code == 401
    assert not await signs_in(client, account.email)
    assert await signs_in(client, account.email, OTHER_PASSWORD)
    after = await find_user(resources, account)
    assert after is not None
    assert after.email_verified
    assert "auth.password.reset" in await audited(resources, account.id)
    assert (await reset(client, code, PASSWORD)).status_code == 422
    assert await signs_in(client, account.email, OTHER_PASSWORD)


async def test_a_reset_ends_the_other_codes_as_well(
    client: httpx2.AsyncClient, user: Caller, mailbox: Mailbox
) -> None:
    await forgot(client, user.user.email)
    first = await mailbox.code(user.user.email)
    await forgot(client, user.user.email)
    second = await mailbox.code(user.user.email)
    assert (await reset(client, second)).status_code == 204
    assert (await reset(client, first, PASSWORD)).status_code == 422


async def test_a_reset_code_lives_half_an_hour(
    client: httpx2.AsyncClient, mailbox: Mailbox, resources: Resources
) -> None:
    early, late = await make_user(resources), await make_user(resources)
    for account in (early, late):
        await forgot(client, account.email)
    codes = [await mailbox.code(account.email) for account in (early, late)]
    with time_machine.travel(now() + timedelta(minutes=29, seconds=50)):
        assert (await reset(client, codes[0])).status_code == 204
    with time_machine.travel(now() + timedelta(minutes=30, seconds=1)):
        assert (await reset(client, codes[1])).status_code == 422


async def test_of_concurrent_resets_with_one_code_one_succeeds(
    client: httpx2.AsyncClient, user: Caller, mailbox: Mailbox
) -> None:
    await forgot(client, user.user.email)
    code = await mailbox.code(user.user.email)
    passwords = [f"passphrase number {number} of six" for number in range(6)]
    answers = await asyncio.gather(*[reset(client, code, password) for password in passwords])
    assert sorted(answer.status_code for answer in answers) == [204] + [422] * 5
    outcome = [await signs_in(client, user.user.email, password) for password in passwords]
    assert outcome == [answer.status_code == 204 for answer in answers]


async def test_a_weak_new_password_leaves_the_code_usable(
    client: httpx2.AsyncClient, user: Caller, mailbox: Mailbox
) -> None:
    await forgot(client, user.user.email)
    code = await mailbox.code(user.user.email)
    answer = await reset(client, code, "short")
    assert answer.status_code == 422
    assert [fault["field"] for fault in answer.json()["errors"]] == ["new_password"]
    assert (await user.client.get(ME_URL)).status_code == 200
    assert (await reset(client, code)).status_code == 204


async def test_a_code_ends_with_its_account_and_with_its_key(
    database_url: str, client: httpx2.AsyncClient, mailbox: Mailbox, resources: Resources
) -> None:
    account, deleted = await make_user(resources), await make_user(resources)
    for user in (account, deleted):
        await forgot(client, user.email)
    codes = {user.email: await mailbox.code(user.email) for user in (account, deleted)}
    async with resources.database.transaction() as transaction:
        await UserRepository(transaction).delete(deleted.id)
    assert (await reset(client, codes[deleted.email])).status_code == 422
    new = "Zm9yIHRoZSB0ZXN0cyBvZiByb3RhdGlvbiwgYSBuZXcga2V5"
    async with running_service(database_url, secret_key=new) as dropped:
        assert (await reset(dropped.client, codes[account.email])).status_code == 422
    async with running_service(
        database_url, secret_key=new, secret_key_fallbacks=ENVIRONMENT["SECRET_KEY"]
    ) as rotated:
        assert (await reset(rotated.client, codes[account.email])).status_code == 204
