"""E-mail addresses, in the form in which they are stored, compared and counted."""

from typing import Annotated, Final

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

MAX_EMAIL_LENGTH: Final = 254


def normal_email(text: str) -> str | None:
    """Return the normalised address; None for text that is not one."""
    try:
        return validate_email(text, check_deliverability=False, strict=True).normalized.lower()
    except EmailNotValidError:
        return None


def has_ascii_local_part(text: str) -> bool:
    """Return whether nothing but ASCII characters are before the @.

    Few servers accept mail for another (RFC 6531), so it could not be verified. Normalised, the
    Kelvin sign is a k: it would be the address of somebody else.
    """
    return text.rpartition("@")[0].isascii()


def _parse_email(text: str) -> str:
    email = normal_email(text)
    if email is None:
        # The library's message quotes parts of the value.
        raise PydanticCustomError("email", "is not an e-mail address")
    if not has_ascii_local_part(text):
        message = "must have nothing but ASCII characters before the @"
        raise PydanticCustomError("email_local_part", message)
    return email


Email = Annotated[
    str,
    StringConstraints(max_length=MAX_EMAIL_LENGTH),
    AfterValidator(_parse_email),
    Field(examples=["ada@example.com"], json_schema_extra={"format": "email"}),
]
