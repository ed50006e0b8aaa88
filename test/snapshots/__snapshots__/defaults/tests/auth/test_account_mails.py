"""What the mails about accounts say, and when there is none."""

from uuid import uuid4

import pytest

from app.auth.account_mails import (
    send_already_registered,
    send_password_reset,
    send_verification,
)
from app.resources import Resources
from tests.support.factories import make_user
from tests.support.mailbox import Mailbox


async def test_each_mail_names_the_service_and_how_long_its_code_lives(
    resources: Resources, mailbox: Mailbox
) -> None:
    user = await make_user(resources)
    await send_verification(resources, str(user.id))
    await send_password_reset(resources, user.email)
    await send_already_registered(resources, user.email)
    confirm, reset, warning = await mailbox.received(user.email)
    for mail in (confirm, reset, warning):
        assert mail["Subject"].startswith(f"{resources.settings.app_name}: ")
        assert "{" not in mail.get_content()
    assert "24 hours" in confirm.get_content()
    assert "30 minutes" in reset.get_content()


async def test_an_account_that_is_gone_gets_no_mail(
    resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(*_arguments: object) -> None:
        raise AssertionError

    monkeypatch.setattr("app.auth.account_mails.send", never)
    await send_verification(resources, str(uuid4()))
    await send_password_reset(resources, "nobody@example.com")


async def test_each_code_is_new(resources: Resources, mailbox: Mailbox) -> None:
    user = await make_user(resources)
    codes = set()
    for _ in range(3):
        await send_password_reset(resources, user.email)
        codes.add(await mailbox.code(user.email))
    assert len(codes) == 3
