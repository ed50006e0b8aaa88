"""Which passwords are good enough (NIST SP 800-63B 3.1.1, ASVS 5.0 V6.2)."""

from typing import Final

from app.auth.guessing import is_guessable
from app.errors import Unprocessable
from app.resources import Resources
from app.settings import Settings

_SHORTEST_LOCAL_PART: Final = 4
GUESSABLE: Final = (
    "is too easy to guess: take several words that have nothing to do with each other, rather than "
    "a word, a name or a date with digits and signs"
)


async def check_password(resources: Resources, field: str, password: str, email: str) -> None:
    """Raise `Unprocessable`, naming the field, unless a prepared password is good enough.

    It takes its time: no connection to the database should wait for it.
    """
    settings = resources.settings
    for fails, rule in _rules(settings, password, email):
        if fails:
            raise Unprocessable(field, rule)
    known = [settings.app_name, *email.split("@")]
    if await resources.passwords.run(is_guessable, password, known):
        raise Unprocessable(field, GUESSABLE)
    if await resources.breaches.contain(password):
        raise Unprocessable(field, "is known from a breach of another service: take another one")


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
