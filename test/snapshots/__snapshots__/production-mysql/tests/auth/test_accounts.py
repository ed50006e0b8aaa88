"""Registration, confirmation, forgotten and changed passwords."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx2
import pytest
import time_machine

from app.auth.credentials import CredentialRepository
from app.auth.password_hasher import HASHER
from app.clock import now
from app.resources import Resources
from app.users.model import User
from app.users.repository import UserRepository
from tests.support.environment import ENVIRONMENT
from tests.support.factories import find_user, make_user
from tests.support.mailbox import Mailbox
from tests.support.passwords import OTHER_PASSWORD, PASSWORD, give_password
from tests.support.queries import audited
from tests.support.service import Caller, Service, running_service
from tests.support.sign_in import attempt_sign_in
from tests.support.stored_tokens import stored_digests

AUTH = "/api/v1/auth"
ME_URL = "/api/v1/users/me"
EMAIL = "ann@example.com"


async def register(
    client: httpx2.AsyncClient, email: str = EMAIL, **fields: Any
) -> httpx2.Response:
    body = {"email": email, "password": PASSWORD, "full_name": "Ann", **fields}
    return await client.post(f"{AUTH}/register", json=body)


async def verify_email(client: httpx2.AsyncClient, token: str) -> int:
    return (await client.post(f"{AUTH}/verify-email", json={"token": token})).status_code


async def forgot(client: httpx2.AsyncClient, email: str) -> httpx2.Response:
    return await client.post(f"{AUTH}/forgot-password", json={"email": email})


async def reset(
    client: httpx2.AsyncClient, token: str, password: str = OTHER_PASSWORD
) -> httpx2.Response:
    body = {"token": token, "new_password": password}
    return await client.post(f"{AUTH}/reset-password", json=body)


async def change(
    client: httpx2.AsyncClient, current: str = PASSWORD, new: str = OTHER_PASSWORD
) -> httpx2.Response:
    body = {"current_password": current, "new_password": new}
    return await client.post(f"{AUTH}/change-password", json=body)


async def signs_in(client: httpx2.AsyncClient, email: str, password: str = PASSWORD) -> bool:
    answer = await attempt_sign_in(client, email, password)
    assert answer.status_code in {200, 401}
    return answer.status_code == 200


async def stored(resources: Resources, email: str = EMAIL) -> User:
    async with resources.database.reader() as reader:
        user = await UserRepository(reader).get_by_email(email)
    assert user is not None
    return user


def shape(answer: httpx2.Response) -> tuple[int, tuple[str, ...], bytes]:
    """Return what of an answer could tell two addresses apart."""
    return answer.status_code, tuple(sorted(answer.headers)), answer.content


async def test_nobody_changes_a_password(client: httpx2.AsyncClient) -> None:
    assert (await change(client)).status_code == 401


# Registration


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


async def test_the_answer_does_not_tell_whether_the_address_has_an_account(
    client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch, resources: Resources
) -> None:
    hashed = []
    hash_password = resources.passwords._hasher.hash

    def counted(password: str) -> str:
        hashed.append(password)
        return hash_password(password)

    monkeypatch.setattr(resources.passwords._hasher, "hash", counted)
    new, known = await register(client), await register(client)
    assert new.status_code == 202
    assert shape(new) == shape(known)
    assert hashed == [PASSWORD, PASSWORD]


async def test_the_owner_of_a_known_address_hears_of_it_and_keeps_the_account(
    client: httpx2.AsyncClient, mailbox: Mailbox, resources: Resources
) -> None:
    await register(client)
    (welcome,) = await mailbox.received(EMAIL)
    before = await stored(resources)
    await register(client, EMAIL.upper(), password=OTHER_PASSWORD, full_name="Eve")
    assert await stored(resources) == before
    assert await signs_in(client, EMAIL)
    assert not await signs_in(client, EMAIL, OTHER_PASSWORD)
    _, warning = await mailbox.received(EMAIL)
    assert "Confirm your address" in welcome["Subject"]
    assert "You have an account already" in warning["Subject"]
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
    assert await audited(resources, user.id) == ["user.registered"]
    assert await signs_in(client, EMAIL)


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
    client: httpx2.AsyncClient, service: Service, tmp_path: Any
) -> None:
    reference = await register(client)
    # A file where the directory of the mails should be.
    blocked = tmp_path / "blocked"
    blocked.write_text("")
    vars(service.resources.settings).update(mail_dir=blocked)
    assert shape(await register(client, "bob@example.com")) == shape(reference)
    assert (await forgot(client, EMAIL)).status_code == 202


# Confirmation


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


async def test_where_confirmation_is_required_nobody_signs_in_before_it(
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


async def test_changing_the_password_leaves_the_confirmation_code_alive(
    client: httpx2.AsyncClient, service: Service, mailbox: Mailbox, resources: Resources
) -> None:
    await register(client)
    async with service.caller(user=await stored(resources)) as caller:
        assert (await change(caller.client)).status_code == 204
    assert await verify_email(client, await mailbox.code(EMAIL)) == 204


# Forgotten passwords


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


async def test_of_many_resets_with_one_code_one_wins(
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


# Changed passwords


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
    client: httpx2.AsyncClient, service: Service, user: Caller
) -> None:
    async with service.caller(user=user.user) as other:
        answer = await change(user.client, current=OTHER_PASSWORD)
        assert answer.status_code == 403
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
