"""An address registered twice: verifying it never activates the other's password."""

import asyncio
from itertools import permutations

import httpx2
import pytest

from app.auth.account_mails import send_registration
from app.jobs.registry import JOBS
from app.resources import Resources
from tests.support.accounts import (
    EMAIL,
    ME_URL,
    forgot,
    register,
    reset,
    shape,
    signs_in,
    stored,
    verify_email,
)
from tests.support.factories import make_user
from tests.support.mailbox import Mailbox
from tests.support.passwords import OTHER_PASSWORD, PASSWORD, give_password, stored_hash
from tests.support.service import Service

STRANGER = "what the stranger has chosen"
OWNER = "what the owner has chosen"
CHOSEN = "what the mail has led to"


async def nobody_signs_in(client: httpx2.AsyncClient, *passwords: str) -> bool:
    return not any([await signs_in(client, EMAIL, password) for password in passwords])


@pytest.mark.parametrize("order", [*permutations((STRANGER, OWNER, STRANGER.upper()))])
async def test_no_password_of_repeated_registrations_is_kept(
    client: httpx2.AsyncClient, mailbox: Mailbox, resources: Resources, order: tuple[str, ...]
) -> None:
    codes = []
    for password in order:
        await register(client, password=password)
        codes.append(await mailbox.code(EMAIL))
        await register(client, password=password)
    assert await nobody_signs_in(client, *order)
    for code in codes:
        await verify_email(client, code)
        assert await nobody_signs_in(client, *order)
    assert not (await stored(resources)).email_verified


async def test_the_mail_leads_to_a_password_and_confirms_the_address(
    client: httpx2.AsyncClient, mailbox: Mailbox, resources: Resources
) -> None:
    await register(client, password=STRANGER)
    first = await mailbox.code(EMAIL)
    await register(client, password=OWNER)
    second = await mailbox.code(EMAIL)
    assert await verify_email(client, first) == 422
    assert await verify_email(client, second) == 422
    assert (await reset(client, first, CHOSEN)).status_code == 422
    assert (await reset(client, second, CHOSEN)).status_code == 204
    assert (await stored(resources)).email_verified
    assert await signs_in(client, EMAIL, CHOSEN)
    assert await nobody_signs_in(client, STRANGER, OWNER)
    assert (await reset(client, second, STRANGER)).status_code == 422
    await register(client, password=STRANGER)
    assert await signs_in(client, EMAIL, CHOSEN)


async def test_a_stranger_who_has_signed_in_is_signed_out(
    client: httpx2.AsyncClient, service: Service, resources: Resources
) -> None:
    await register(client, password=STRANGER)
    async with service.caller(user=await stored(resources)) as stranger:
        assert (await stranger.client.get(ME_URL)).status_code == 200
        await register(client, password=OWNER)
        assert (await stranger.client.get(ME_URL)).status_code == 401
    assert await nobody_signs_in(client, STRANGER, OWNER, PASSWORD)


@pytest.mark.parametrize("attempt", range(4))
async def test_of_a_confirmation_and_a_second_registration_at_once_one_comes_first(
    client: httpx2.AsyncClient, mailbox: Mailbox, resources: Resources, attempt: int
) -> None:
    await register(client)
    code = await mailbox.code(EMAIL)
    first, second = verify_email(client, code), register(client, password=STRANGER)
    tasks = [first, second] if attempt % 2 else [second, first]
    results = await asyncio.gather(*tasks)
    confirmed = 204 in results
    assert (await stored(resources)).email_verified is confirmed
    assert await signs_in(client, EMAIL) is confirmed
    assert await nobody_signs_in(client, STRANGER)


async def test_mails_that_are_late_lead_to_a_password_too(
    client: httpx2.AsyncClient,
    mailbox: Mailbox,
    resources: Resources,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def later(_resources: Resources, _email: str) -> None:
        return None

    monkeypatch.setitem(JOBS, "send_registration", later)
    await register(client, password=STRANGER)
    await register(client, password=OWNER)
    for _ in range(2):
        await send_registration(resources, EMAIL)
    earlier, latest = await mailbox.codes(EMAIL)
    for code in (earlier, latest):
        assert await verify_email(client, code) == 422
    assert (await reset(client, earlier, CHOSEN)).status_code == 422
    assert (await reset(client, latest, CHOSEN)).status_code == 204
    assert await nobody_signs_in(client, STRANGER, OWNER)


async def test_repeated_registrations_do_not_prevent_setting_a_password(
    client: httpx2.AsyncClient, mailbox: Mailbox
) -> None:
    for _ in range(12):
        await register(client, password=STRANGER)
    code = await mailbox.code(EMAIL)
    await register(client, password=STRANGER)
    assert (await reset(client, code, CHOSEN)).status_code == 204
    assert await signs_in(client, EMAIL, CHOSEN)


async def test_who_has_registered_twice_may_ask_for_a_code_as_well(
    client: httpx2.AsyncClient, mailbox: Mailbox, resources: Resources
) -> None:
    for _ in range(2):
        await register(client)
    await forgot(client, EMAIL)
    assert (await reset(client, await mailbox.code(EMAIL), OTHER_PASSWORD)).status_code == 204
    assert (await stored(resources)).email_verified


@pytest.mark.parametrize("is_active", [True, False])
async def test_no_other_account_loses_its_password(
    client: httpx2.AsyncClient, resources: Resources, is_active: bool
) -> None:
    account = await make_user(resources, email=EMAIL, is_active=is_active, email_verified=is_active)
    await give_password(resources, account)
    password_hash = await stored_hash(resources, account)
    reference = await register(client, "new@example.com")
    assert shape(await register(client, password=STRANGER)) == shape(reference)
    assert await stored(resources) == account
    assert await stored_hash(resources, account) == password_hash
    assert await signs_in(client, EMAIL) is is_active
    assert await nobody_signs_in(client, STRANGER)
