"""Shapes of account management over HTTP."""

from typing import Annotated, Final

from pydantic import AfterValidator, Field, SecretStr, StringConstraints

from app.schemas import Input, Output
from app.users.email import MAX_EMAIL_LENGTH, Email, normal_email
from app.users.schemas import FullName

MAX_PASSWORD_LENGTH: Final = 128


def _parse_username(text: str) -> str:
    text = text.strip()
    return normal_email(text) or text.lower()


# For who wants to sign in: what is no address fails like one that is not known.
Username = Annotated[
    str,
    StringConstraints(min_length=1, max_length=MAX_EMAIL_LENGTH),
    AfterValidator(_parse_username),
]
Password = Annotated[SecretStr, Field(min_length=1, max_length=MAX_PASSWORD_LENGTH)]
OneTimeSecret = Annotated[SecretStr, Field(min_length=1, max_length=128)]


class Registration(Input):
    email: Email
    password: Password
    full_name: FullName


class EmailVerification(Input):
    token: OneTimeSecret


class ForgottenPassword(Input):
    email: Email


class PasswordReset(Input):
    token: OneTimeSecret
    new_password: Password


class PasswordChange(Input):
    current_password: Password
    new_password: Password


class Accepted(Output):
    """The same for every address: it must not tell which ones have an account."""

    detail: str = "If the address can be used, a mail is on its way."
