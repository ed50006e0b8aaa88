"""The strength of passwords, estimated in bounded time."""

import time
import unicodedata
from typing import Any

import pytest
from zxcvbn_rs_py import zxcvbn

from app.auth import guessing
from app.auth.guessing import is_guessable

KNOWN = ["My Größe-Dienst", "ann.lee", "bücher.example"]
SIGNS = "4@({[<69!1|7$5+%2380"


@pytest.mark.parametrize(
    "password",
    [
        "passwordpassword",
        "123456789012",
        "Password1234!",
        "P@$$w0rd1234",
        "qwertyuiop123",
        "!QAZ2wsx#EDC",
        "abcabcabcabcabcabc",
        "iloveyou123456",
        "football football",
        "dragon.dragon.dragon",
        "\uff50\uff41\uff53\uff53\uff57\uff4f\uff52\uff441234",
    ],
)
def test_a_common_password_is_guessable(password: str) -> None:
    assert is_guessable(password, KNOWN)


def test_a_password_is_judged_by_its_beginning() -> None:
    strong = "x7$kQ!m2pW9zT4vB"
    assert is_guessable("a" * 48 + strong, KNOWN)
    assert not is_guessable("a" * 32 + strong, KNOWN)


@pytest.mark.parametrize(
    "password",
    [
        "Winter2026!!",
        "!!Winter2026",
        "Monday2025!?",
        "Liverpool2026!",
        "2026-Summer!1",
        "hello12345678!",
    ],
)
def test_a_word_between_digits_and_signs_is_guessable(password: str) -> None:
    assert is_guessable(password, KNOWN)


@pytest.mark.parametrize("name", ["my-api", "Größe", "天気サービス", "İstanbul", "Погода"])
@pytest.mark.parametrize("shape", ["{0}{0}{0}", "{0}-{0}-{0}", "{0}{0}2026!!"])
def test_the_name_of_the_service_is_guessable_in_any_language(name: str, shape: str) -> None:
    for spelt in (name, name.upper(), unicodedata.normalize("NFD", name)):
        assert is_guessable(shape.format(spelt), [name])


@pytest.mark.parametrize("password", ["annlee-annlee-annlee", "bücherbücher2026!", "Annlee2026!!"])
def test_the_parts_of_the_address_are_guessable(password: str) -> None:
    assert is_guessable(password, KNOWN)


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple",
        "zwölf Bären im Wald",
        "正确的马电池订书钉长口令句",
        "x7$kQ!m2pW9z",
        "82736498127364",
        "4829-horse-1937",
        "three blue teapots sing",
        "my api has 3 quiet owls",
        SIGNS,
    ],
)
def test_a_passphrase_or_a_random_password_is_not(password: str) -> None:
    assert not is_guessable(password, KNOWN)


@pytest.mark.parametrize(
    "text",
    [
        SIGNS,
        SIGNS[::-1],
        "4@6957!1$+",
        "1234567890",
        "p4ssw0rd",
        "12/12/2012",
        "qwertyuiop",
        "a",
        "🐎é",
    ],
)
@pytest.mark.parametrize("length", [12, 24, 48, 64, 96, 128])
@pytest.mark.no_cover
@pytest.mark.usefixtures("nothing_to_collect")
def test_checking_a_password_takes_bounded_time(
    monkeypatch: pytest.MonkeyPatch, text: str, length: int
) -> None:
    waits: list[float] = []
    estimate = zxcvbn

    def timed(password: str, words: list[str]) -> Any:
        # What this thread computes, whatever else the machine does meanwhile.
        started = time.thread_time()
        try:
            return estimate(password, words)
        finally:
            waits.append(time.thread_time() - started)

    monkeypatch.setattr(guessing, "zxcvbn", timed)
    is_guessable((text * 128)[:length], KNOWN)
    assert 1 <= len(waits) <= 5
    assert max(waits) < 0.05
