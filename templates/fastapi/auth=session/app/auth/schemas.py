"""Shapes of signing in with a session."""

from app.auth.account_schemas import Username
from app.auth.password_text import Password
from app.schemas import Input, Output


class SignIn(Input):
    email: Username
    password: Password


class CsrfToken(Output):
    """To be sent as `X-CSRF-Token` with every POST, PUT, PATCH and DELETE."""

    csrf_token: str


class SignedIn(CsrfToken):
    """The session itself is in the cookie. It ends after `expires_in` seconds at the latest."""

    expires_in: int
