"""Signing in and out with bearer tokens."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Form, Response
from pydantic import SecretStr

from app.auth import service, sessions
from app.auth.account_schemas import PasswordChange
from app.auth.client import ClientAddress
from app.auth.dependencies import CurrentPrincipal, require, signed_in
from app.auth.oauth import OAuthError, documented_errors, invalid_request
from app.auth.permissions import Permission
from app.auth.rate_limit import RateLimiterDep
from app.auth.schemas import RefreshRequest, Revocation, TokenPair, TokenRequest
from app.resources import ResourcesDep
from app.routing import Router

public_router = Router(prefix="/auth", tags=["auth"], responses=documented_errors())
private_router = Router(prefix="/auth", tags=["auth"])


@public_router.post("/token")
async def issue_tokens(
    form: Annotated[TokenRequest, Form()],
    resources: ResourcesDep,
    limiter: RateLimiterDep,
    client_address: ClientAddress,
) -> TokenPair:
    """Sign in, or exchange a refresh token for new tokens.

    `grant_type` is `password`, with `username` and `password`, or `refresh_token`, with the token.
    """
    match form:
        case TokenRequest(
            grant_type="password", username=str(username), password=SecretStr() as password
        ):
            secret = password.get_secret_value()
            async with limiter.attempting("token", username, client_address):
                return await service.sign_in(
                    resources, username, secret, form.scope, client_address
                )
        case TokenRequest(grant_type="refresh_token", refresh_token=SecretStr() as token):
            await limiter.limit_default(None)
            return await service.refresh(resources, token.get_secret_value(), form.scope)
        case TokenRequest(grant_type="password"):
            raise invalid_request("This grant needs username and password.")
        case TokenRequest(grant_type="refresh_token"):
            raise invalid_request("This grant needs refresh_token.")
    raise OAuthError("unsupported_grant_type", "The grant is password or refresh_token.")


@public_router.post("/revoke", response_class=Response)
async def revoke(
    form: Annotated[Revocation, Form()], resources: ResourcesDep, limiter: RateLimiterDep
) -> None:
    """Revoke a token.

    The session of the refresh or access token ends (RFC 7009). Any other text is no error.
    """
    await limiter.limit_default(None)
    await service.revoke(resources, form.token.get_secret_value())


@public_router.post("/refresh")
async def refresh(
    body: RefreshRequest, resources: ResourcesDep, limiter: RateLimiterDep
) -> TokenPair:
    """Exchange a refresh token for new tokens.

    A refresh token is single-use: a second use ends the whole session.
    """
    await limiter.limit_default(None)
    return await service.refresh(resources, body.refresh_token.get_secret_value())


@private_router.post(
    "/change-password",
    status_code=HTTPStatus.NO_CONTENT,
    dependencies=[Depends(require(Permission.ACCOUNT_WRITE))],
)
async def change_password(
    body: PasswordChange,
    principal: CurrentPrincipal,
    resources: ResourcesDep,
    limiter: RateLimiterDep,
) -> None:
    """Change the password.

    Every other session ends.
    """
    await limiter.limit_auth("change-password", account=principal.user.email)
    await service.change_password(resources, principal, body)


@private_router.post(
    "/logout", status_code=HTTPStatus.NO_CONTENT, dependencies=[Depends(signed_in)]
)
async def sign_out(principal: CurrentPrincipal, resources: ResourcesDep) -> None:
    """Sign out.

    The access and refresh tokens of this session are revoked immediately.
    """
    await sessions.end(resources, principal.session_id, principal.user.id)


@private_router.post(
    "/logout-all",
    status_code=HTTPStatus.NO_CONTENT,
    dependencies=[Depends(require(Permission.ACCOUNT_WRITE))],
)
async def sign_out_everywhere(principal: CurrentPrincipal, resources: ResourcesDep) -> None:
    """Sign out everywhere.

    Every session of the account ends.
    """
    await sessions.end_all(resources, principal)
