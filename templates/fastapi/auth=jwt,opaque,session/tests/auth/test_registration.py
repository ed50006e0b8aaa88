"""Registering an address."""

import asyncio
from typing import Any

import httpx2
import pytest

from app.auth.credentials import CredentialRepository
from app.auth.password_hasher import HASHER
from app.jobs import worker
from app.resources import Resources
from tests.support.accounts import (
    AUTH,
    EMAIL,
    forgot,
    register,
    shape,
    signs_in,
    stored,
    verify_email,
)
from tests.support.factories import make_user
from tests.support.mailbox import Mailbox
from tests.support.passwords import OTHER_PASSWORD, PASSWORD
from tests.support.queries import audited
from tests.support.service import Service


async def test_a_new_account_is_a_user_whose_address_is_not_confirmed(
    client: httpx2.AsyncClient, resources: Resources
) -> None:
    assert (await register(client)).status_code == 202
    user = await stored(resources)
    assert (user.role, user.is_active, user.email_verified) == ("user", True, False)
    assert user.full_name == "Ann"
    assert await audited(resources, user.id) == ["user.registered"]
    assert await signs_in(client, EMAIL)


async def test_a_password_is_stored_hashed(
    client: httpx2.AsyncClient, resources: Resources
) -> None:
    await register(client)
    async with resources.database.reader() as reader:
        found = await CredentialRepository(reader).find_by_email(EMAIL)
    assert found is not None
    assert HASHER.identify(found[1])
    assert PASSWORD not in found[1]


async def test_the_response_does_not_reveal_whether_an_account_exists(
    client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch, resources: Resources
) -> None:
    hashed = []
    hash_password = resources.passwords._hasher.hash

    def counted(password: str) -> str:
        hashed.append(password)
        return hash_password(password)

    monkeypatch.setattr(resources.passwords._hasher, "hash", counted)
    confirmed = await make_user(resources)
    new, unconfirmed = await register(client), await register(client)
    known = await register(client, confirmed.email)
    assert new.status_code == 202
    assert shape(new) == shape(unconfirmed) == shape(known)
    assert hashed == [PASSWORD] * 3


async def test_registering_a_known_address_notifies_its_owner(
    client: httpx2.AsyncClient, mailbox: Mailbox, resources: Resources
) -> None:
    await register(client)
    welcome = await mailbox.only(EMAIL)
    assert await verify_email(client, await mailbox.code(EMAIL)) == 204
    before = await stored(resources)
    await register(client, EMAIL.upper(), password=OTHER_PASSWORD, full_name="Eve")
    assert await stored(resources) == before
    assert await signs_in(client, EMAIL)
    assert not await signs_in(client, EMAIL, OTHER_PASSWORD)
    _, warning = await mailbox.received(EMAIL)
    assert "Confirm your address" in welcome["Subject"]
    assert "You already have an account" in warning["Subject"]
    assert not [line for line in warning.get_content().split() if len(line) == 43]


async def test_addresses_are_one_whatever_their_case(
    client: httpx2.AsyncClient, resources: Resources
) -> None:
    await register(client, "Ann@Example.COM")
    assert (await stored(resources)).email == EMAIL
    assert await signs_in(client, "aNN@eXAMPLE.com")


async def test_twenty_registrations_at_once_make_one_account(
    client: httpx2.AsyncClient, resources: Resources
) -> None:
    emails = [EMAIL, EMAIL.upper()] * 10
    answers = await asyncio.gather(*[register(client, email) for email in emails])
    assert {shape(answer) for answer in answers} == {shape(answers[0])}
    assert answers[0].status_code == 202
    user = await stored(resources)
    again = ["user.registered.again"] * 19
    assert await audited(resources, user.id) == ["user.registered", *again]
    assert not await signs_in(client, EMAIL)


@pytest.mark.parametrize(
    "fields",
    [
        {"email": "not an address"},
        {"email": "Ann <ann@example.com>"},
        {"email": f"{'a' * 250}@example.com"},
        {"email": f"{'İ' * 60}@{'a' * 60}.{'b' * 60}.{'c' * 60}.com"},
        {"email": None},
        {"password": None},
        {"password": ""},
        {"password": "p" * 129},
        {"full_name": ""},
        {"full_name": "n" * 201},
        {"role": "admin"},
        {"is_active": True},
        {"email_verified": True},
    ],
    ids=str,
)
async def test_a_registration_with_a_wrong_field_is_refused(
    client: httpx2.AsyncClient, fields: dict[str, Any]
) -> None:
    answer = await client.post(
        f"{AUTH}/register",
        json={"email": EMAIL, "password": PASSWORD, "full_name": "Ann", **fields},
    )
    assert answer.status_code == 422
    assert [fault["field"] for fault in answer.json()["errors"]] == list(fields)
    assert PASSWORD not in answer.text
    assert "@" not in answer.text


@pytest.mark.parametrize("password", ["short", "password1234", "xx-ann@example.com-xx"])
async def test_a_weak_password_is_refused_and_no_account_is_made(
    client: httpx2.AsyncClient, mailbox: Mailbox, password: str
) -> None:
    answer = await register(client, password=password)
    assert answer.status_code == 422
    assert [fault["field"] for fault in answer.json()["errors"]] == ["password"]
    assert not await signs_in(client, EMAIL, password)
    assert await mailbox.received(EMAIL) == []


async def test_a_mail_that_fails_makes_no_answer_different(
    monkeypatch: pytest.MonkeyPatch, client: httpx2.AsyncClient, service: Service, tmp_path: Any
) -> None:
    monkeypatch.setattr(worker, "DRAIN_SECONDS", 0.01)
    reference = await register(client)
    # A file where the directory of the mails should be.
    blocked = tmp_path / "blocked"
    blocked.write_text("")
    vars(service.resources.settings).update(mail_dir=blocked)
    assert shape(await register(client, "bob@example.com")) == shape(reference)
    assert (await forgot(client, EMAIL)).status_code == 202
