"""Mails about accounts: their content, and when none is sent."""

import asyncio

import httpx2
import pytest

from app.auth.account_mails import (
    send_account_deleted,
    send_password_changed,
    send_password_reset,
    send_registration,
)
from app.resources import Resources
from app.users.repository import UserRepository
from tests.support.accounts import EMAIL, change, forgot, register, reset
from tests.support.factories import make_user
from tests.support.mailbox import Mailbox
from tests.support.service import Service


async def test_each_mail_names_the_service_and_how_long_its_code_lives(
    client: httpx2.AsyncClient, resources: Resources, mailbox: Mailbox
) -> None:
    for _ in range(2):
        await register(client)
        await mailbox.received(EMAIL)
    await send_password_reset(resources, EMAIL)
    await make_user(resources, email="bob@example.com")
    await send_registration(resources, "bob@example.com")
    await send_password_changed(resources, EMAIL)
    await send_account_deleted(resources, EMAIL)
    confirm, first, code, changed, deleted = await mailbox.received(EMAIL)
    warning = await mailbox.only("bob@example.com")
    for mail in (confirm, first, code, changed, deleted, warning):
        assert mail["Subject"].startswith(f"{resources.settings.app_name}: ")
        assert "{" not in mail.get_content()
    assert "24 hours" in confirm.get_content()
    for mail in (first, code):
        assert "30 minutes" in mail.get_content()


async def test_an_account_that_is_gone_gets_no_mail(
    resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(*_arguments: object) -> None:
        raise AssertionError

    monkeypatch.setattr("app.auth.account_mails.send", never)
    await send_registration(resources, "nobody@example.com")
    await send_password_reset(resources, "nobody@example.com")


async def test_an_account_that_is_disabled_meanwhile_gets_no_code(
    resources: Resources, mailbox: Mailbox
) -> None:
    user = await make_user(resources)
    async with resources.database.transaction() as transaction:
        users = UserRepository(transaction)
        await users.lock(user.id)
        sending = asyncio.create_task(send_password_reset(resources, user.email))
        # Until it is at the database, where it has to wait.
        await asyncio.sleep(0.2)
        await users.update(user.id, is_active=False)
    await sending
    assert await mailbox.received(user.email) == []


async def test_each_code_is_new_and_invalidates_the_previous_one(
    client: httpx2.AsyncClient, resources: Resources, mailbox: Mailbox
) -> None:
    user = await make_user(resources)
    codes = []
    for _ in range(3):
        await send_password_reset(resources, user.email)
        codes.append(await mailbox.code(user.email))
    assert len(set(codes)) == 3
    statuses = [(await reset(client, code)).status_code for code in codes]
    assert statuses == [422, 422, 204]


async def test_the_owner_is_notified_of_a_new_password(
    client: httpx2.AsyncClient, service: Service, mailbox: Mailbox
) -> None:
    async with service.caller() as caller:
        email = caller.user.email
        assert (await change(caller.client)).status_code == 204
        notice = await mailbox.only(email)
        assert "Your password has been changed" in notice["Subject"]
        await forgot(client, email)
        assert (await reset(client, await mailbox.code(email))).status_code == 204
        assert len(await mailbox.received(email)) == 3
        assert (await change(caller.client)).status_code == 401
        assert len(await mailbox.received(email)) == 3
