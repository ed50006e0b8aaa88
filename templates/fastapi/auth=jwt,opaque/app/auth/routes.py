"""Signing in and out with bearer tokens."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Form

from app.auth import service, sessions
from app.auth.account_schemas import PasswordChange
from app.auth.dependencies import CurrentPrincipal, require, signed_in
from app.auth.permissions import Permission
from app.auth.rate_limit import RateLimiterDep
from app.auth.schemas import RefreshRequest, TokenPair, TokenRequest
from app.errors import Unauthenticated, documented
from app.resources import ResourcesDep
from app.routing import Router

public_router = Router(prefix="/auth", tags=["auth"])
private_router = Router(prefix="/auth", tags=["auth"])


@public_router.post("/token", responses=documented(Unauthenticated))
async def sign_in(
    form: Annotated[TokenRequest, Form()], resources: ResourcesDep, limiter: RateLimiterDep
) -> TokenPair:
    """Sign in with address and password."""
    await limiter.limit_auth("token", account=form.username)
    return await service.sign_in(resources, form)


@public_router.post("/refresh", responses=documented(Unauthenticated))
async def refresh(
    body: RefreshRequest, resources: ResourcesDep, limiter: RateLimiterDep
) -> TokenPair:
    """Trade a refresh token for a new pair. It works once: a second use ends the whole session."""
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
    """Change the password. Every other session ends."""
    await limiter.limit_auth("change-password", account=principal.user.email)
    await service.change_password(resources, principal, body)


@private_router.post(
    "/logout", status_code=HTTPStatus.NO_CONTENT, dependencies=[Depends(signed_in)]
)
async def sign_out(principal: CurrentPrincipal, resources: ResourcesDep) -> None:
    """End this session: its access and refresh tokens stop working at once."""
    await sessions.end(resources, principal)


@private_router.post(
    "/logout-all",
    status_code=HTTPStatus.NO_CONTENT,
    dependencies=[Depends(require(Permission.ACCOUNT_WRITE))],
)
async def sign_out_everywhere(principal: CurrentPrincipal, resources: ResourcesDep) -> None:
    """End every session of the account."""
    await sessions.end_all(resources, principal)
