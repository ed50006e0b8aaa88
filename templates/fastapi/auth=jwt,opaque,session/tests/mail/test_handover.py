"""The limit of mails per recipient."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest
import time_machine
from structlog.testing import capture_logs

from app.clock import now
from app.resources import Resources
from tests.support.accounts import EMAIL, change, forgot, register, reset, shape
from tests.support.factories import make_user
from tests.support.mailbox import Mailbox
from tests.support.service import Service, client_of, running_service


@pytest.fixture
async def service(database_url: str, tmp_path: Path) -> AsyncIterator[Service]:
    async with running_service(
        database_url, mail_backend="file", mail_dir=tmp_path / "mail"
    ) as service:
        yield service


@pytest.fixture
def mailbox(resources: Resources) -> Mailbox:
    return Mailbox(resources)


async def test_a_recipient_gets_at_most_five_requested_mails_an_hour(
    service: Service, mailbox: Mailbox, resources: Resources
) -> None:
    await make_user(resources, email=EMAIL)
    answers = []
    with capture_logs() as logs:
        for network in range(12):
            async with client_of(service.app, f"198.51.{network}.1") as client:
                answers += [await forgot(client, EMAIL), await register(client, EMAIL.upper())]
        assert len(await mailbox.received(EMAIL)) == 5
    assert {shape(answer) for answer in answers} == {shape(answers[0])}
    assert answers[0].status_code == 202
    assert [line["event"] for line in logs].count("mail.withheld") == 19
    assert EMAIL not in str(logs)
    await forgot(service.client, "bob@example.com")
    with time_machine.travel(now() + timedelta(minutes=59)):
        await forgot(service.client, EMAIL)
        assert len(await mailbox.received(EMAIL)) == 5
    with time_machine.travel(now() + timedelta(hours=1, seconds=1)):
        await forgot(service.client, EMAIL)
        assert len(await mailbox.received(EMAIL)) == 6


async def test_registering_leaves_mails_for_who_has_forgotten_the_password(
    client: httpx2.AsyncClient, mailbox: Mailbox, resources: Resources
) -> None:
    await make_user(resources, email=EMAIL)
    for _ in range(8):
        await register(client, EMAIL)
    await forgot(client, EMAIL)
    assert (await reset(client, await mailbox.code(EMAIL))).status_code == 204


async def test_a_code_that_was_mailed_outlives_mails_that_are_withheld(
    client: httpx2.AsyncClient, mailbox: Mailbox, resources: Resources
) -> None:
    await make_user(resources, email=EMAIL)
    for _ in range(8):
        await forgot(client, EMAIL)
    # Jobs of the same moment end in any order: the valid code need not be in the last mail.
    statuses = [(await reset(client, code)).status_code for code in await mailbox.codes(EMAIL)]
    assert statuses.count(204) == 1


async def test_nobody_uses_up_the_mails_that_warn_an_owner(
    client: httpx2.AsyncClient, service: Service, mailbox: Mailbox
) -> None:
    async with service.caller() as caller:
        for _ in range(8):
            await forgot(client, caller.user.email)
        assert (await change(caller.client)).status_code == 204
        mails = await mailbox.received(caller.user.email)
    assert len(mails) == 6
    assert any("Your password has been changed" in mail["Subject"] for mail in mails)
