"""Bearer access token of the identity provider to principal."""

from typing import Annotated, Final

import structlog
from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from structlog.typing import FilteringBoundLogger

from app.auth.access_tokens import AccessToken, read_access_token
from app.auth.accounts import identity_of
from app.auth.permissions import PERMISSIONS
from app.auth.principal import Principal
from app.resources import Resources

log: FilteringBoundLogger = structlog.get_logger()

CHALLENGE: Final = "Bearer"
SIGN_IN: Final = """\
Get an access token for this service's audience from the identity provider, and send it in
`Authorization: Bearer …`. In Swagger UI, press **Authorize** and paste it."""

_bearer = HTTPBearer(
    scheme_name="AccessToken",
    bearerFormat="JWT",
    description="An access token of the identity provider, for this service's audience.",
    auto_error=False,
)

Credential = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]


async def credential_of(request: Request) -> str | None:
    """Return the credential of a request, without checking it."""
    bearer = await _bearer(request)
    return bearer.credentials if bearer else None


async def authenticate(credential: Credential, resources: Resources) -> Principal | None:
    """Return the principal of the token; None unless token, identity and account are all valid.

    The account is looked up for each request, so disabling it takes effect immediately.
    """
    token = await read_access_token(resources, credential.credentials) if credential else None
    if token is None:
        return None
    identity = await identity_of(resources, token)
    if identity is None or identity.user is None or not identity.user.is_active:
        reason = "the account is disabled" if identity else "the token was revoked"
        log.info("oidc.refused", reason=reason)
        return None
    return Principal(identity.user, identity.session_id, _allowed_by(token), token.signed_in_at)


def _allowed_by(token: AccessToken) -> frozenset[str]:
    """Return what a token allows: an older one must not gain the role that a newer one gives."""
    allowed = frozenset[str]() if token.role is None else frozenset[str](PERMISSIONS[token.role])
    return allowed if token.scopes is None else allowed & token.scopes
