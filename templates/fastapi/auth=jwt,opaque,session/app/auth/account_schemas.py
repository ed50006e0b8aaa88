"""Shapes of account management over HTTP."""

from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr

from app.auth.password_schemas import NewPassword
from app.auth.password_text import Password
from app.errors import documented_as
from app.schemas import Input, Output
from app.users.email import MAX_EMAIL_LENGTH, Email, normal_email
from app.users.schemas import FullName


def _parse_username(text: str) -> str:
    text = text.strip()
    return normal_email(text) or text.lower()


# At sign-in, a malformed address fails like an unknown one.
Username = Annotated[
    str,
    Field(min_length=1, max_length=MAX_EMAIL_LENGTH, examples=["ada@example.com"]),
    AfterValidator(_parse_username),
]
OneTimeSecret = Annotated[
    SecretStr, Field(min_length=1, max_length=128, examples=["the-code-from-the-mail"])
]


class Registration(Input):
    email: Email
    password: NewPassword
    full_name: FullName


class EmailVerification(Input):
    token: OneTimeSecret


class ForgottenPassword(Input):
    email: Email


class PasswordReset(Input):
    token: OneTimeSecret
    new_password: NewPassword


class PasswordChange(Input):
    current_password: Password
    new_password: Annotated[NewPassword, Field(examples=["amber lantern folds quietly"])]


class Accepted(Output):
    """The same for every address: it must not reveal which ones have an account."""

    detail: Annotated[str, documented_as(maxLength=100)] = (
        "If the address can be used, a mail is on its way."
    )
