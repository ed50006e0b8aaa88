"""Rules for new passwords."""

from types import SimpleNamespace
from typing import Any

import pytest

from app.auth.breaches import Breaches
from app.auth.hashing import Passwords
from app.auth.password_policy import GUESSABLE, check_password
from app.errors import Unprocessable
from app.settings import Settings
from tests.support.environment import ENVIRONMENT

EMAIL = "ann.lee@example.com"


@pytest.fixture(scope="module")
def passwords() -> Passwords:
    return Passwords()


async def fault_of(passwords: Passwords, password: str, **settings: Any) -> str | None:
    email = settings.pop("email", EMAIL)
    values: dict[str, Any] = {
        "app_name": "my-api",
        "password_min_length": 12,
        "password_require_uppercase": False,
        "password_require_lowercase": False,
        "password_require_digit": False,
        "password_require_symbol": False,
        **settings,
    }
    resources: Any = SimpleNamespace(
        settings=Settings.model_construct(None, **values),
        passwords=passwords,
        breaches=Breaches("", None),
    )
    try:
        await check_password(resources, "password", password, email)
    except Unprocessable as refusal:
        (fault,) = refusal.errors
        assert fault.field == "password"
        assert password not in fault.message
        return fault.message
    return None


@pytest.mark.parametrize(
    "password",
    ["correct horse battery staple", "zwölf Zeichen", "正确的马电池订书钉长口令句", "x7$kQ!m2pW9z"],
)
async def test_a_long_password_needs_nothing_else(passwords: Passwords, password: str) -> None:
    assert await fault_of(passwords, password) is None


async def test_a_password_has_twelve_characters_by_default(passwords: Passwords) -> None:
    for short in ("x7$kQ!m2pW9", "zwölf Bären", "🐎" * 11):
        assert await fault_of(passwords, short) == "must have at least 12 characters"
    assert await fault_of(passwords, "x7$kQ!m2pW9z") is None


async def test_the_least_length_is_a_setting(passwords: Passwords) -> None:
    assert await fault_of(passwords, "x7$kQ!m2v", password_min_length=9) is None
    assert (
        await fault_of(passwords, "x7$kQ!m2pW9z", password_min_length=13)
        == "must have at least 13 characters"
    )


async def test_the_names_of_service_and_address_are_easy_to_guess(passwords: Passwords) -> None:
    assert await fault_of(passwords, "zorblickvex42") is None
    assert await fault_of(passwords, "zorblickvex42", app_name="Zorblickvex") == GUESSABLE
    assert await fault_of(passwords, "zorblickvex42", email="ann@zorblickvex.example") == GUESSABLE


@pytest.mark.parametrize(
    "password",
    ["passwordpassword", "123456789012", "Password1234!", "Winter2026!!", "my-apimy-api"],
)
async def test_a_password_that_is_easy_to_guess_is_refused(
    passwords: Passwords, password: str
) -> None:
    assert await fault_of(passwords, password) == GUESSABLE


@pytest.mark.parametrize(
    "password",
    [f"my {EMAIL}", f"{EMAIL.upper()} it is", "ann.lee loves green tea", "green tea for ANN.LEE"],
)
async def test_a_password_that_contains_the_address_is_refused(
    passwords: Passwords, password: str
) -> None:
    assert await fault_of(passwords, password) == "must not contain the e-mail address"


async def test_a_short_name_is_refused_as_a_part_of_its_address_only(passwords: Passwords) -> None:
    email = "ann@example.com"
    fault = await fault_of(passwords, f"green tea for {email}", email=email)
    assert fault == "must not contain the e-mail address"
    assert await fault_of(passwords, "three cannons sing at dawn", email=email) is None


@pytest.mark.parametrize(
    ("setting", "lacking", "having"),
    [
        ("password_require_uppercase", "correct horse battery", "correct horsE battery"),
        ("password_require_uppercase", "correct horse über", "correct horse Über"),
        ("password_require_lowercase", "CORRECT HORSE BATTERY", "CORRECT HORSe BATTERY"),
        ("password_require_digit", "correct horse battery", "correct horse battery 4"),
        ("password_require_symbol", "correcthorsebattery4", "correct-horse-battery4"),
    ],
)
async def test_rules_of_composition_hold_only_where_they_are_on(
    passwords: Passwords, setting: str, lacking: str, having: str
) -> None:
    assert await fault_of(passwords, lacking) is None
    assert await fault_of(passwords, having, **{setting: True}) is None
    assert (await fault_of(passwords, lacking, **{setting: True}) or "").startswith("must have a")


def test_rules_of_composition_are_off_by_default() -> None:
    fields = Settings.model_fields
    rules = [name for name in fields if name.startswith("password_require_")]
    assert len(rules) == 4
    assert not any(fields[name].default for name in rules)
    assert fields["password_min_length"].default == 12
    assert not [name for name in ENVIRONMENT if name.startswith("PASSWORD_")]
