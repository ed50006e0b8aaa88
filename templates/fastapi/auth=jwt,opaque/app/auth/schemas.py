"""Shapes of the OAuth2 password flow (RFC 6749, 4.3 and 6)."""

from typing import Annotated, Literal

from pydantic import Field, SecretStr, StringConstraints

from app.auth.account_schemas import Username
from app.auth.password_text import Password
from app.schemas import Input, Output


class TokenRequest(Input):
    """A form. `client_id` and `client_secret` may be sent, as OAuth2 clients do; none is needed."""

    grant_type: Literal["password"]
    username: Username
    password: Password
    scope: Annotated[str, StringConstraints(max_length=1000)] = ""
    client_id: Annotated[str | None, StringConstraints(max_length=200)] = None
    client_secret: Annotated[SecretStr | None, Field(max_length=200)] = None


class RefreshRequest(Input):
    refresh_token: Annotated[SecretStr, Field(min_length=1, max_length=128)]


class TokenPair(Output):
    """An access token for each request, and a refresh token that gets the next pair, once."""

    access_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105
    expires_in: int
    refresh_token: str
    scope: str
