"""No password is set that bcrypt would not read in full."""

import os
from typing import Any
from unittest.mock import patch

import httpx2
import pytest

from app.__main__ import main
from app.resources import Resources
from tests.support.environment import ENVIRONMENT
from tests.support.factories import make_user
from tests.support.mailbox import Mailbox
from tests.support.passwords import PASSWORD, give_password
from tests.support.problems import problem_of
from tests.support.service import Caller
from tests.support.sign_in import attempt_sign_in

AUTH = "/api/v1/auth"
EMAIL = "ann@example.com"
TOO_LONG = "must have at most 72 bytes in UTF-8"
# 72 bytes, of one and of more bytes a character; one more letter is too much.
LONGEST = [
    "a quite different passphrase".ljust(72, "x"),
    "zwölf Pferde über dem Fluß".ljust(69, "x"),
    "馬鹿電池正しい🐎馬鹿電池正しい🐎馬鹿電池正しいa",
]
LETTERS = ["ascii", "umlauts", "kanji"]


async def post(client: httpx2.AsyncClient, path: str, **body: str) -> httpx2.Response:
    return await client.post(f"{AUTH}/{path}", json=body)


def refusal_of(answer: httpx2.Response) -> Any:
    """Return what a 422 refuses, and why."""
    (error,) = problem_of(answer, 422)["errors"]
    return error


@pytest.mark.parametrize("longest", LONGEST, ids=LETTERS)
async def test_a_password_of_more_than_72_bytes_cannot_be_set(
    client: httpx2.AsyncClient, resources: Resources, longest: str
) -> None:
    form = {"email": EMAIL, "full_name": "Ann"}
    answer = await post(client, "register", **form, password=f"{longest}x")
    assert refusal_of(answer) == {"field": "password", "message": TOO_LONG}
    assert (await attempt_sign_in(client, EMAIL, longest)).status_code == 401
    assert (await post(client, "register", **form, password=longest)).status_code == 202
    assert (await attempt_sign_in(client, EMAIL, longest)).status_code == 200
    assert (await attempt_sign_in(client, EMAIL, f"{longest}x")).status_code == 401


@pytest.mark.parametrize("longest", LONGEST, ids=LETTERS)
async def test_nor_can_it_when_the_old_one_was_forgotten(
    client: httpx2.AsyncClient, resources: Resources, mailbox: Mailbox, longest: str
) -> None:
    account = await make_user(resources)
    await give_password(resources, account)
    await post(client, "forgot-password", email=account.email)
    token = await mailbox.code(account.email)
    answer = await post(client, "reset-password", token=token, new_password=f"{longest}x")
    assert refusal_of(answer) == {"field": "new_password", "message": TOO_LONG}
    assert (await attempt_sign_in(client, account.email)).status_code == 200
    answer = await post(client, "reset-password", token=token, new_password=longest)
    assert answer.status_code == 204
    assert (await attempt_sign_in(client, account.email, longest)).status_code == 200


@pytest.mark.parametrize("longest", LONGEST, ids=LETTERS)
async def test_nor_can_it_in_place_of_another(
    client: httpx2.AsyncClient, user: Caller, longest: str
) -> None:
    words = {"current_password": PASSWORD}
    answer = await post(user.client, "change-password", **words, new_password=f"{longest}x")
    assert refusal_of(answer) == {"field": "new_password", "message": TOO_LONG}
    assert (await attempt_sign_in(client, user.user.email)).status_code == 200
    answer = await post(user.client, "change-password", **words, new_password=longest)
    assert answer.is_success
    assert (await attempt_sign_in(client, user.user.email, longest)).status_code == 200


async def test_a_current_password_that_is_too_long_is_a_wrong_one(user: Caller) -> None:
    passwords = {"current_password": PASSWORD.ljust(73), "new_password": LONGEST[0]}
    problem_of(await post(user.client, "change-password", **passwords), 403)


def test_nor_can_it_on_the_command_line(
    database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    longest = LONGEST[1]
    for password, status in ((f"{longest}x", 1), (longest, 0)):
        variables = {"DATABASE_URL": database_url, "ADMIN_PASSWORD": password}
        with patch.dict(os.environ, {**ENVIRONMENT, **variables}):
            assert main(["create-admin", "--email", EMAIL]) == status
    assert capsys.readouterr().err == f"No administrator was created: password {TOO_LONG}.\n"
