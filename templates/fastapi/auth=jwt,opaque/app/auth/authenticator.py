"""Bearer access token to principal."""

from typing import Annotated, Final

from fastapi import Depends, Request
from fastapi.security import OAuth2PasswordBearer

from app.auth.access_tokens import find_principal
from app.auth.permissions import PERMISSIONS, Permission
from app.auth.principal import Principal
from app.resources import Resources

CHALLENGE: Final = "Bearer"
SIGN_IN: Final = """\
`POST /api/v1/auth/token` takes the e-mail address as `username` and the `password`, as a form with
`grant_type=password`. It returns an access token, which goes into `Authorization: Bearer …`, and a
refresh token, which gets the next pair in the same place with `grant_type=refresh_token`.

In Swagger UI, press **Authorize**. `POST /api/v1/auth/register` creates an account."""


def _roles(permission: Permission) -> str:
    return ", ".join(role for role, granted in PERMISSIONS.items() if permission in granted)


_bearer = OAuth2PasswordBearer(
    tokenUrl="/api/v1/auth/token",
    refreshUrl="/api/v1/auth/token",
    scopes={permission.value: f"Granted to {_roles(permission)}." for permission in Permission},
    auto_error=False,
)

Credential = Annotated[str | None, Depends(_bearer)]


async def credential_of(request: Request) -> str | None:
    """Return the credential of a request, without checking it."""
    return await _bearer(request)


async def authenticate(credential: str | None, resources: Resources) -> Principal | None:
    """Return the principal of the token; None unless token, session and account are all valid."""
    return await find_principal(resources, credential) if credential else None
