"""Signing in and out with a session cookie."""

from http import HTTPStatus

from fastapi import Depends

from app.auth import service, sessions
from app.auth.account_schemas import PasswordChange
from app.auth.client import ClientAddress
from app.auth.cookie import COOKIE_ANSWER, SessionCookieDep
from app.auth.csrf import csrf_token, refuse_foreign_pages
from app.auth.dependencies import CurrentPrincipal, require, signed_in
from app.auth.permissions import Permission
from app.auth.rate_limit import RateLimiterDep
from app.auth.schemas import CsrfToken, SignedIn, SignIn
from app.errors import Forbidden, Unauthenticated, documented
from app.resources import ResourcesDep
from app.routing import Router

public_router = Router(prefix="/auth", tags=["auth"])
private_router = Router(prefix="/auth", tags=["auth"])


@public_router.post(
    "/login",
    responses={HTTPStatus.OK: COOKIE_ANSWER, **documented(Unauthenticated, Forbidden)},
    dependencies=[Depends(refuse_foreign_pages)],
)
async def sign_in(
    body: SignIn,
    resources: ResourcesDep,
    limiter: RateLimiterDep,
    cookie: SessionCookieDep,
    client_address: ClientAddress,
) -> SignedIn:
    """Sign in.

    The session starts with a new id, in the cookie.
    """
    async with limiter.attempting("login", body.email, client_address):
        family_id, session_id = await service.sign_in(
            resources, body, client_address, cookie.read()
        )
    cookie.write(session_id)
    return SignedIn(
        csrf_token=csrf_token(resources.keys, family_id),
        expires_in=resources.settings.session_absolute_seconds,
    )


@private_router.get("/csrf", dependencies=[Depends(signed_in)])
async def read_csrf_token(principal: CurrentPrincipal, resources: ResourcesDep) -> CsrfToken:
    """Read the CSRF token of this session.

    A page needs it after a reload.
    """
    return CsrfToken(csrf_token=csrf_token(resources.keys, principal.session_id))


@private_router.post(
    "/change-password",
    status_code=HTTPStatus.NO_CONTENT,
    responses={HTTPStatus.NO_CONTENT: COOKIE_ANSWER},
    dependencies=[Depends(require(Permission.ACCOUNT_WRITE))],
)
async def change_password(
    body: PasswordChange,
    principal: CurrentPrincipal,
    resources: ResourcesDep,
    limiter: RateLimiterDep,
    cookie: SessionCookieDep,
) -> None:
    """Change the password.

    Every other session ends, and this one gets a new id.
    """
    await limiter.limit_auth("change-password", account=principal.user.email)
    cookie.write(await service.change_password(resources, principal, body))


@private_router.post(
    "/logout",
    status_code=HTTPStatus.NO_CONTENT,
    responses={HTTPStatus.NO_CONTENT: COOKIE_ANSWER},
    dependencies=[Depends(signed_in)],
)
async def sign_out(
    principal: CurrentPrincipal, resources: ResourcesDep, cookie: SessionCookieDep
) -> None:
    """Sign out.

    This session ends immediately.
    """
    await sessions.end(resources, principal.session_id, principal.user.id)
    cookie.clear()


@private_router.post(
    "/logout-all",
    status_code=HTTPStatus.NO_CONTENT,
    responses={HTTPStatus.NO_CONTENT: COOKIE_ANSWER},
    dependencies=[Depends(require(Permission.ACCOUNT_WRITE))],
)
async def sign_out_everywhere(
    principal: CurrentPrincipal, resources: ResourcesDep, cookie: SessionCookieDep
) -> None:
    """Sign out everywhere.

    Every session of the account ends.
    """
    await sessions.end_all(resources, principal)
    cookie.clear()
