"""Rules for new passwords (NIST SP 800-63B 3.1.1, ASVS 5.0 V6.2)."""

from collections.abc import Callable
from typing import Final

from app.auth.guessing import is_guessable
from app.auth.password_text import MAX_PASSWORD_LENGTH
from app.errors import Unprocessable
from app.resources import Resources
from app.settings import Settings

_SHORTEST_LOCAL_PART: Final = 4
GUESSABLE: Final = (
    "is too easy to guess: use several unrelated words instead of a word, a name or a date with "
    "digits and symbols"
)


async def check_password(resources: Resources, field: str, password: str, email: str) -> None:
    """Raise `Unprocessable`, naming the field, unless a prepared password meets the rules.

    This takes long: hold no database connection meanwhile.
    """
    settings = resources.settings
    for fails, rule in _rules(settings, password, email):
        if fails:
            raise Unprocessable(field, rule)
    known = [settings.app_name, *email.split("@")]
    if await resources.passwords.run(is_guessable, password, known):
        raise Unprocessable(field, GUESSABLE)
    if await resources.breaches.contain(password):
        raise Unprocessable(field, "is known from a data breach: choose another one")


def _rules(settings: Settings, password: str, email: str) -> list[tuple[bool, str]]:
    folded = password.casefold()
    address = email.casefold()
    local_part = address.partition("@")[0]
    contains_address = address in folded or (
        len(local_part) >= _SHORTEST_LOCAL_PART and local_part in folded
    )
    least = settings.password_min_length
    return [
        (len(password) < least, f"must have at least {least} characters"),
        (contains_address, "must not contain the e-mail address"),
        *((not holds(password), f"must have {what}") for holds, what in _composition(settings)),
    ]


def _composition(settings: Settings) -> list[tuple[Callable[[str], bool], str]]:
    """List the kinds of characters that a password must contain: none by default."""
    rules: list[tuple[bool, Callable[[str], bool], str]] = [
        (settings.password_require_uppercase, _any_of(str.isupper), "an upper-case letter"),
        (settings.password_require_lowercase, _any_of(str.islower), "a lower-case letter"),
        (settings.password_require_digit, _any_of(str.isdecimal), "a digit"),
        (
            settings.password_require_symbol,
            lambda password: not password.isalnum(),
            "a character that is neither a letter nor a digit",
        ),
    ]
    return [(holds, what) for required, holds, what in rules if required]


def _any_of(kind: Callable[[str], bool]) -> Callable[[str], bool]:
    return lambda password: any(map(kind, password))


def describe_rules(settings: Settings) -> str:
    """Describe the rules, for the prompt."""
    length = f"{settings.password_min_length} to {MAX_PASSWORD_LENGTH} characters"
    has = ", ".join([length, *(what for _, what in _composition(settings))])
    return (
        f"A password has {has}. It must not be easy to guess: several unrelated "
        "words are good, and spaces are allowed. It must not contain the e-mail address."
    )
