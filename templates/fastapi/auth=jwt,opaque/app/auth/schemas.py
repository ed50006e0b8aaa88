"""Shapes of the OAuth2 password flow (RFC 6749, 4.3 and 6) and of revocation (RFC 7009)."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints

from app.auth.account_schemas import Username
from app.auth.password_text import Password
from app.schemas import Input, Output

RefreshSecret = Annotated[SecretStr, Field(min_length=1, max_length=128)]


class OAuthForm(BaseModel):
    """A form of OAuth. Fields that nobody declared are ignored (RFC 6749, 3.2).

    Clients send `client_id`, `client_secret` and whatever else their libraries know of.
    """

    model_config = ConfigDict(extra="ignore")


class TokenRequest(OAuthForm):
    """What each `grant_type` needs is in the description of its endpoint."""

    grant_type: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    username: Username | None = None
    password: Password | None = None
    refresh_token: RefreshSecret | None = None
    scope: Annotated[str, StringConstraints(max_length=1000)] = ""


class Revocation(OAuthForm):
    token: Annotated[SecretStr, Field(min_length=1, max_length=4096)]


class RefreshRequest(Input):
    refresh_token: RefreshSecret


class TokenPair(Output):
    """An access token for each request, and a refresh token that gets the next pair, once."""

    access_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105
    expires_in: int
    refresh_token: str
    scope: str
