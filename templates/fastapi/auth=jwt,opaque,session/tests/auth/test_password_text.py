"""Normalisation of passwords."""

import time
import unicodedata

import httpx2
import pytest

from app.auth.hashing import Passwords
from app.auth.password_text import MAX_PASSWORD_LENGTH, prepare
from tests.support.problems import problem_of
from tests.support.sign_in import attempt_sign_in

EMAIL = "ann@example.com"
COMPOSED = "Zw\u00f6lf B\u00e4ren, \u304c and \ud55c\uae00"
FORMS = [
    COMPOSED,
    unicodedata.normalize("NFD", COMPOSED),
    COMPOSED.replace(" ", "\u00a0"),
    COMPOSED.replace(" ", "\u3000"),
]
NO_PASSWORDS = {
    "control": "zw\u0007\u00f6lf B\u00e4ren im Wald",
    "line break": "zw\u00f6lf B\u00e4ren\nim Wald",
    "nul": "zw\u00f6lf B\u00e4ren\0im Wald",
    "unassigned": "zw\u00f6lf B\u00e4ren im Wald\u0378",
    "private use": "zw\u00f6lf B\u00e4ren im Wald\ue000",
    "no character": "zw\u00f6lf B\u00e4ren im Wald\ufdd0",
    "half a character": "zw\u00f6lf B\u00e4ren im Wald\ud800",
    "override": "zw\u00f6lf \u202eB\u00e4ren im Wald",
    "joiner of nothing": "zw\u00f6lf B\u00e4ren im\u200dWald",
    "soft hyphen": "zw\u00f6lf B\u00e4ren im\u00adWald",
}


async def register(client: httpx2.AsyncClient, password: str) -> httpx2.Response:
    body = {"email": EMAIL, "password": password, "full_name": "Ann"}
    return await client.post("/api/v1/auth/register", json=body)


@pytest.mark.parametrize("set_as", FORMS, ids=ascii)
async def test_a_password_is_the_same_however_its_letters_and_spaces_are_typed(
    client: httpx2.AsyncClient, set_as: str
) -> None:
    assert (await register(client, set_as)).status_code == 202
    for typed in FORMS:
        assert (await attempt_sign_in(client, EMAIL, typed)).status_code == 200
    # Letters that only look alike, and capitals, stay other ones.
    for other in (COMPOSED.casefold(), COMPOSED.replace("Z", "\uff3a")):
        assert (await attempt_sign_in(client, EMAIL, other)).status_code == 401


@pytest.mark.parametrize("password", NO_PASSWORDS.values(), ids=NO_PASSWORDS)
async def test_what_cannot_be_typed_again_everywhere_is_no_password(password: str) -> None:
    assert prepare(password) is None
    passwords = Passwords()
    with pytest.raises(ValueError, match="not prepared"):
        await passwords.hash(password)
    stored = await passwords.hash("zw\u00f6lf B\u00e4ren im Wald")
    assert await passwords.verify(password, stored) == (False, None)


@pytest.mark.parametrize("kind", ["control", "unassigned", "override", "joiner of nothing"])
async def test_the_refusal_names_the_reason_and_not_the_password(
    client: httpx2.AsyncClient, kind: str
) -> None:
    answer = await register(client, NO_PASSWORDS[kind])
    (error,) = problem_of(answer, 422)["errors"]
    assert error["field"] == "password"
    assert error["message"].startswith("must not have control characters")
    assert "Wald" not in answer.text


async def test_a_joiner_that_a_script_needs_is_part_of_a_password() -> None:
    assert prepare("\u0915\u094d\u200d\u0937 and twelve bears") is not None


async def test_the_length_is_that_of_the_composed_letters(client: httpx2.AsyncClient) -> None:
    longest = "Zwölf Bären, 한글".ljust(MAX_PASSWORD_LENGTH, "각")
    typed = unicodedata.normalize("NFD", longest)
    assert len(typed) > 2 * MAX_PASSWORD_LENGTH
    assert prepare(typed) == longest
    assert prepare(f"{typed}x") is None
    assert (await register(client, f"{longest}x")).status_code == 422


@pytest.mark.parametrize("letter", ["\u30fb", "\u0660", "\u200d", "a\u0301", "\u0628\u200c"])
@pytest.mark.no_cover
@pytest.mark.usefixtures("nothing_to_collect")
def test_preparing_is_quick_whatever_was_typed(letter: str) -> None:
    typed = (letter * 4 * MAX_PASSWORD_LENGTH)[: 4 * MAX_PASSWORD_LENGTH]
    for text in (typed, typed[:MAX_PASSWORD_LENGTH]):
        started = time.thread_time()
        prepare(text)
        assert time.thread_time() - started < 0.05
