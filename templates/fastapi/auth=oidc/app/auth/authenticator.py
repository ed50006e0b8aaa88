"""Bearer access token of the identity provider to principal."""

from typing import Annotated, Final

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from app.auth.access_tokens import read_access_token
from app.auth.accounts import identity_of
from app.auth.principal import Principal
from app.resources import Resources

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
    identity = await identity_of(resources, token) if token else None
    if token is None or identity is None or identity.user is None or not identity.user.is_active:
        return None
    return Principal(identity.user, identity.session_id, token.scopes, token.signed_in_at)
