"""Confirming an address with the code that was mailed to it."""

from datetime import timedelta
from typing import Any

import httpx2
import pytest
import time_machine

from app.clock import now
from app.resources import Resources
from tests.support.accounts import (
    AUTH,
    EMAIL,
    change,
    forgot,
    register,
    reset,
    signs_in,
    stored,
    verify_email,
)
from tests.support.factories import make_user
from tests.support.mailbox import Mailbox
from tests.support.passwords import OTHER_PASSWORD, give_password
from tests.support.queries import audit_events, audited
from tests.support.service import Service, running_service
from tests.support.stored_tokens import stored_digests


async def test_the_mailed_code_confirms_the_address_once(
    client: httpx2.AsyncClient, mailbox: Mailbox, resources: Resources
) -> None:
    await register(client)
    code = await mailbox.code(EMAIL)
    assert await verify_email(client, code) == 204
    user = await stored(resources)
    assert user.email_verified
    assert "user.email.verified" in await audited(resources, user.id)
    assert await verify_email(client, code) == 422


async def test_where_verification_is_required_unverified_accounts_cannot_sign_in(
    database_url: str, tmp_path: Any
) -> None:
    async with running_service(
        database_url, require_email_verification=True, mail_backend="file", mail_dir=tmp_path
    ) as service:
        await register(service.client)
        assert not await signs_in(service.client, EMAIL)
        code = await Mailbox(service.resources).code(EMAIL)
        assert await verify_email(service.client, code) == 204
        assert await signs_in(service.client, EMAIL)


async def test_a_confirmation_code_lives_a_day(
    client: httpx2.AsyncClient, mailbox: Mailbox
) -> None:
    await register(client)
    await register(client, "bob@example.com")
    early, late = await mailbox.code(EMAIL), await mailbox.code("bob@example.com")
    with time_machine.travel(now() + timedelta(hours=23, minutes=59)):
        assert await verify_email(client, early) == 204
    with time_machine.travel(now() + timedelta(hours=24, seconds=1)):
        assert await verify_email(client, late) == 422


async def test_a_code_is_stored_as_a_keyed_hash(
    client: httpx2.AsyncClient, mailbox: Mailbox, resources: Resources
) -> None:
    await register(client)
    code = await mailbox.code(EMAIL)
    (digest,) = await stored_digests(resources, (await stored(resources)).id)
    assert digest == resources.keys.mac("one-time-token", code.encode())


async def test_a_code_serves_the_purpose_that_it_was_made_for(
    client: httpx2.AsyncClient, mailbox: Mailbox
) -> None:
    await register(client)
    confirmation = await mailbox.code(EMAIL)
    await forgot(client, EMAIL)
    forgotten = await mailbox.code(EMAIL)
    assert confirmation != forgotten
    assert await verify_email(client, forgotten) == 422
    assert (await reset(client, confirmation)).status_code == 422
    assert await signs_in(client, EMAIL)


@pytest.mark.parametrize("token", ["", "unknown", "x" * 43, "x" * 129])
async def test_an_unknown_code_is_refused(client: httpx2.AsyncClient, token: str) -> None:
    assert await verify_email(client, token) == 422
    assert (await reset(client, token)).status_code == 422


@pytest.mark.parametrize(
    ("path", "more"), [("verify-email", {}), ("reset-password", {"new_password": OTHER_PASSWORD})]
)
async def test_a_refused_code_leaves_an_event(
    client: httpx2.AsyncClient, resources: Resources, path: str, more: dict[str, str]
) -> None:
    answer = await client.post(f"{AUTH}/{path}", json={"token": "x" * 43, **more})
    assert answer.status_code == 422
    events = await audit_events(resources, "auth.credential.refused")
    assert answer.headers["x-request-id"] in {event.request_id for event in events}


async def test_changing_the_password_leaves_the_confirmation_code_alive(
    client: httpx2.AsyncClient, service: Service, mailbox: Mailbox, resources: Resources
) -> None:
    await register(client)
    async with service.caller(user=await stored(resources)) as caller:
        assert (await change(caller.client)).status_code == 204
    assert await verify_email(client, await mailbox.code(EMAIL)) == 204


@pytest.mark.parametrize(
    ("environment", "setting", "required"),
    [
        ("development", None, False),
        ("test", None, False),
        ("staging", None, True),
        ("production", None, True),
        ("production", False, False),
        ("development", True, True),
    ],
)
async def test_only_where_it_is_for_real_must_an_address_be_confirmed(
    client: httpx2.AsyncClient,
    resources: Resources,
    environment: str,
    setting: bool | None,
    required: bool,
) -> None:
    account = await make_user(resources, email_verified=False)
    await give_password(resources, account)
    vars(resources.settings).update(environment=environment, require_email_verification=setting)
    assert await signs_in(client, account.email) is not required
