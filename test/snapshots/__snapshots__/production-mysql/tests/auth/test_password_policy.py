"""Which passwords are good enough."""

from typing import Any

import pytest

from app.auth.password_policy import check_password
from app.errors import Unprocessable
from app.settings import Settings
from tests.support.environment import ENVIRONMENT

EMAIL = "ann.lee@example.com"


def fault_of(password: str, **settings: Any) -> str | None:
    values: dict[str, Any] = {
        "password_min_length": 12,
        "password_require_uppercase": False,
        "password_require_lowercase": False,
        "password_require_digit": False,
        "password_require_symbol": False,
        **settings,
    }
    try:
        check_password(Settings.model_construct(None, **values), "password", password, EMAIL)
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
def test_a_long_password_needs_nothing_else(password: str) -> None:
    assert fault_of(password) is None


def test_a_password_has_twelve_characters_by_default() -> None:
    assert fault_of("x7$kQ!m2pW9") == "must have at least 12 characters"
    assert fault_of("x7$kQ!m2pW9z") is None


def test_the_least_length_is_a_setting() -> None:
    assert fault_of("x7$kQ!m2", password_min_length=8) is None
    assert fault_of("x7$kQ!m2pW9z", password_min_length=13) == "must have at least 13 characters"


@pytest.mark.parametrize("password", ["password1234", "PassWord1234", "qwertyuiop123"])
def test_a_common_password_is_refused(password: str) -> None:
    assert fault_of(password) == "is one of the passwords that are tried first"


def test_a_password_of_few_characters_is_refused() -> None:
    assert fault_of("abcabcabcabcabcabc") == "repeats too few characters"


@pytest.mark.parametrize(
    "password", [f"my {EMAIL}", f"{EMAIL.upper()} it is", "ann.lee loves tea", "tea for ANN.LEE"]
)
def test_a_password_that_contains_the_address_is_refused(password: str) -> None:
    assert fault_of(password) == "must not contain the e-mail address"


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
def test_rules_of_composition_hold_only_where_they_are_on(
    setting: str, lacking: str, having: str
) -> None:
    assert fault_of(lacking) is None
    assert fault_of(having, **{setting: True}) is None
    assert (fault_of(lacking, **{setting: True}) or "").startswith("must have a")


def test_rules_of_composition_are_off_by_default() -> None:
    fields = Settings.model_fields
    rules = [name for name in fields if name.startswith("password_require_")]
    assert len(rules) == 4
    assert not any(fields[name].default for name in rules)
    assert fields["password_min_length"].default == 12
    assert not [name for name in ENVIRONMENT if name.startswith("PASSWORD_")]
