"""What a route asks of its caller.

Routes are private unless they are on the public router of `app.api`. A private route names the
permission that it needs with `require`, or, if it serves every account, depends on `signed_in`.
"""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Request

from app.audit.trail import record
from app.auth.authenticator import Credential, authenticate
from app.auth.permissions import Permission
from app.auth.principal import Principal
from app.errors import Forbidden, Unauthenticated
from app.resources import Resources, ResourcesDep
from app.security.rate_limit import RateLimiter


async def current_principal(request: Request, credential: Credential) -> Principal:
    """Return who is calling; raises `Unauthenticated` for nobody.

    Counted before it is refused: guessing credentials is limited like any other request.
    """
    resources: Resources = request.app.state.resources
    principal = await authenticate(credential, resources)
    principal_id = str(principal.user.id) if principal else None
    await RateLimiter(resources, request).limit_default(principal_id)
    if principal is None:
        raise Unauthenticated
    request.state.principal_id = principal_id
    return principal


CurrentPrincipal = Annotated[Principal, Depends(current_principal)]


async def signed_in() -> None:
    """Mark a private route as open to every account: it acts on the caller's own alone."""


def require(permission: Permission) -> Callable[..., Awaitable[None]]:
    """Make a dependency that raises `Forbidden` unless the caller has the permission."""

    async def check(principal: CurrentPrincipal, resources: ResourcesDep) -> None:
        if principal.may(permission):
            return
        async with resources.database.transaction() as transaction:
            await record(
                transaction, "access.denied", actor_id=principal.user.id, permission=permission
            )
        raise Forbidden

    return check
