"""Which passwords are good enough (NIST SP 800-63B 3.1.1, ASVS 5.0 V6.2)."""

from functools import cache
from importlib.resources import files
from typing import Final

from app.errors import Unprocessable
from app.settings import Settings

_SHORTEST_LOCAL_PART: Final = 4
_FEWEST_CHARACTERS: Final = 4


def check_password(settings: Settings, field: str, password: str, email: str) -> None:
    """Raise `Unprocessable`, naming the field, unless the password is good enough."""
    for fails, rule in _rules(settings, password, email.lower()):
        if fails:
            raise Unprocessable(field, rule)


def _rules(settings: Settings, password: str, email: str) -> list[tuple[bool, str]]:
    folded = password.lower()
    local_part = email.partition("@")[0]
    contains_address = email in folded or (
        len(local_part) >= _SHORTEST_LOCAL_PART and local_part in folded
    )
    least = settings.password_min_length
    return [
        (len(password) < least, f"must have at least {least} characters"),
        (folded in _common_passwords(), "is one of the passwords that are tried first"),
        (len(set(folded)) < _FEWEST_CHARACTERS, "repeats too few characters"),
        (contains_address, "must not contain the e-mail address"),
        (
            settings.password_require_uppercase and not any(map(str.isupper, password)),
            "must have an upper-case letter",
        ),
        (
            settings.password_require_lowercase and not any(map(str.islower, password)),
            "must have a lower-case letter",
        ),
        (
            settings.password_require_digit and not any(map(str.isdecimal, password)),
            "must have a digit",
        ),
        (
            settings.password_require_symbol and password.isalnum(),
            "must have a character that is neither letter nor digit",
        ),
    ]


@cache
def _common_passwords() -> frozenset[str]:
    text = files("app.auth").joinpath("common_passwords.txt").read_text(encoding="utf-8")
    return frozenset(text.splitlines())
