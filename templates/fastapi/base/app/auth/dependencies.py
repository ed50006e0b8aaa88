"""What a route requires of its caller.

Routes are private unless they are on the public router of `app.api`. A private route names the
permission that it needs with `require`, or depends on `signed_in`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from app.auth.authenticator import Credential, authenticate
from app.auth.authorization import check_permission
from app.auth.permissions import Permission
from app.auth.principal import Principal
from app.errors import CredentialRefused, Unauthenticated
from app.resources import Resources, ResourcesDep
from app.security.visit import Visit


async def current_principal(request: Request, credential: Credential) -> Principal:
    """Return the caller; raises `Unauthenticated` without a valid credential."""
    resources: Resources = request.app.state.resources
    visit: Visit = request.state.visit
    principal = await authenticate(credential, resources)
    if principal is None:
        visit.disown()
        raise CredentialRefused if credential else Unauthenticated
    request.state.principal_id = str(principal.user.id)
    await visit.identify(request.state.principal_id)
    return principal


CurrentPrincipal = Annotated[Principal, Depends(current_principal)]


async def signed_in() -> None:
    """Mark a private route that every caller may call, whatever its permissions.

    Only for reading one's own account and for signing out.
    """


@dataclass(frozen=True)
class Requirement:
    """What `require` makes of a permission: a dependency."""

    permission: Permission
    unless: Callable[[Request, Principal], bool] | None = None

    @property
    def explanation(self) -> str:
        """Document the requirement in OpenAPI."""
        return f"Needs the permission `{self.permission}`."

    async def __call__(
        self, request: Request, principal: CurrentPrincipal, resources: ResourcesDep
    ) -> None:
        if self.unless is None or not self.unless(request, principal):
            await check_permission(principal, resources, self.permission)


def require(
    permission: Permission, *, unless: Callable[[Request, Principal], bool] | None = None
) -> Requirement:
    """Make a dependency that raises `Forbidden` unless the caller has the permission."""
    return Requirement(permission, unless)
