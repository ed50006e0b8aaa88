"""Requests and responses for signing in with a session."""

from typing import Annotated

from app.auth.account_schemas import Username
from app.auth.password_text import Password
from app.errors import documented_as
from app.schemas import Input, Output


class SignIn(Input):
    email: Username
    password: Password


class CsrfToken(Output):
    """To be sent as `X-CSRF-Token` with every POST, PUT, PATCH and DELETE."""

    csrf_token: Annotated[str, documented_as(pattern="^[0-9a-f]{64}$", maxLength=64)]


class SignedIn(CsrfToken):
    """The session id is in the cookie. It expires after `expires_in` seconds at the latest."""

    expires_in: Annotated[int, documented_as(format="int32", minimum=1, maximum=2_592_000)]
