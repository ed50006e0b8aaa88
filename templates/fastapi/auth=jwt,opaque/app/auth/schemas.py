"""Requests and responses of the OAuth2 password flow (RFC 6749, 4.3 and 6) and RFC 7009."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from app.auth.account_schemas import Username
from app.auth.password_text import Password
from app.errors import documented_as
from app.schemas import OMITTED, Input, Output, as_sent, limits_of

GrantType = Annotated[
    str,
    Field(
        min_length=1,
        max_length=100,
        examples=["password"],
        json_schema_extra={"enum": ["password", "refresh_token"]},
    ),
]
RefreshSecret = Annotated[SecretStr, Field(min_length=1, max_length=128)]
Scope = Annotated[str, Field(max_length=1000)]


class OAuthForm(BaseModel):
    """An OAuth form. Unknown fields are ignored (RFC 6749, 3.2).

    Clients send `client_id`, `client_secret` and whatever else their libraries know of.
    """

    model_config = ConfigDict(extra="ignore", json_schema_extra=as_sent)


class TokenRequest(OAuthForm):
    """What each `grant_type` needs is in the description of its endpoint."""

    grant_type: GrantType
    username: Username = OMITTED
    password: Password = OMITTED
    refresh_token: RefreshSecret = OMITTED
    scope: Scope = ""


class Revocation(OAuthForm):
    token: Annotated[
        SecretStr, Field(min_length=1, max_length=4096, examples=["a-token-of-the-session"])
    ]


class RefreshRequest(Input):
    refresh_token: Annotated[RefreshSecret, Field(examples=["the-newest-refresh-token"])]


class TokenPair(Output):
    """An access token for each request, and a refresh token that gets the next pair, once."""

    access_token: Annotated[str, documented_as(maxLength=4096)]
    token_type: Literal["bearer"] = "bearer"  # noqa: S105
    expires_in: Annotated[int, documented_as(format="int32", minimum=1, maximum=3600)]
    refresh_token: Annotated[str, documented_as(maxLength=128)]
    scope: Annotated[str, limits_of(Scope)]
