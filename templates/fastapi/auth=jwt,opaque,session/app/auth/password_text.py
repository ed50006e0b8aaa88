"""Normalisation: a password is the same text on every keyboard and system (RFC 8265, 4)."""

import unicodedata
from typing import Annotated, Final

from precis_i18n import get_profile
from pydantic import AfterValidator, Field, SecretStr
from pydantic_core import PydanticCustomError

MAX_PASSWORD_LENGTH: Final = 128
# NFC may combine several code points into one.
_MAX_TYPED_LENGTH: Final = 4 * MAX_PASSWORD_LENGTH
_OPAQUE_STRING: Final = get_profile("OpaqueString")


def prepare(typed: str) -> str | None:
    """Return the form that is checked, hashed and compared; None for text that is no password.

    Letters are composed (NFC) and spaces are U+0020. Control, invisible and unassigned characters
    are refused: they cannot be typed again everywhere.
    """
    text = unicodedata.normalize("NFC", typed)
    if len(text) > MAX_PASSWORD_LENGTH:
        # Checked first: the time of the rules is quadratic in the length.
        return None
    try:
        return _OPAQUE_STRING.enforce(text)
    except UnicodeEncodeError:
        return None


def _check_length(typed: SecretStr) -> SecretStr:
    if len(unicodedata.normalize("NFC", typed.get_secret_value())) > MAX_PASSWORD_LENGTH:
        message = "must have at most {limit} characters"
        raise PydanticCustomError("password_length", message, {"limit": MAX_PASSWORD_LENGTH})
    return typed


def _check_text(typed: SecretStr) -> SecretStr:
    prepared = prepare(typed.get_secret_value())
    if prepared is None:
        message = "must not have control characters, invisible ones, or ones that Unicode lacks"
        raise PydanticCustomError("password_text", message)
    return SecretStr(prepared)


# A password given to authenticate, right or wrong.
Password = Annotated[
    SecretStr,
    Field(min_length=1, max_length=_MAX_TYPED_LENGTH),
    AfterValidator(_check_length),
    Field(
        examples=["violet kettle drifts north"],
        json_schema_extra={"maxLength": MAX_PASSWORD_LENGTH},
    ),
]
# A new password, in the form in which it is checked and stored.
PreparedPassword = Annotated[Password, AfterValidator(_check_text)]
