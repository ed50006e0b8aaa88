"""API key to principal."""

from datetime import datetime, timedelta
from typing import Annotated, Final

import structlog
from fastapi import Depends, Request
from fastapi.security import APIKeyHeader
from structlog.typing import FilteringBoundLogger

from app.api_keys.model import KIND
from app.api_keys.secret import KeySecret
from app.auth.principal import Principal
from app.clock import now
from app.database.engine import UNUSABLE
from app.resources import Resources
from app.tokens.repository import TokenRepository
from app.tokens.token import Token
from app.tokens.use import note_use

log: FilteringBoundLogger = structlog.get_logger()

HEADER: Final = "X-API-Key"
# No registered scheme (RFC 9110, 16.4.1) sends a credential in a header of its own.
CHALLENGE: Final = f'ApiKey header="{HEADER}"'
SIGN_IN: Final = f"""\
Send an API key as `{HEADER}`. `python -m app create-admin` prints the first one, and
`POST /api/v1/api-keys` creates others. In Swagger UI, press **Authorize**."""
_USE_PRECISION: Final = timedelta(minutes=1)

_header = APIKeyHeader(
    name=HEADER, scheme_name="ApiKey", description="csa_<id>_<secret>", auto_error=False
)

Credential = Annotated[str | None, Depends(_header)]


async def credential_of(request: Request) -> str | None:
    """Return the credential of a request, without checking it."""
    return await _header(request)


async def authenticate(credential: str | None, resources: Resources) -> Principal | None:
    """Return the principal of the key; None unless key and account are both valid.

    One query for both, so revoking, disabling and demoting take effect immediately.
    """
    secret = KeySecret.parse(credential) if credential else None
    if secret is None:
        return None
    at = now()
    async with resources.database.reader() as reader:
        found = await TokenRepository(reader).find_alive(KIND, "family_id", secret.key_id, at)
    if found is None:
        return None
    token, user = found
    if not secret.matches(resources.keys, token.digest):
        return None
    await _note_use(resources, secret, token, at)
    return Principal(user, token.family_id, token.scopes or frozenset())


async def _note_use(resources: Resources, secret: KeySecret, token: Token, at: datetime) -> None:
    """Record that the key is used, at most once a minute: a write costs more than the query.

    A digest made with an earlier `SECRET_KEY` is replaced, so that keys in use stay valid after
    that one is removed from the fallbacks.
    """
    recent = token.last_used_at is not None and at - token.last_used_at < _USE_PRECISION
    if recent and secret.is_current(resources.keys, token.digest):
        return
    try:
        async with resources.database.transaction() as transaction:
            digest = secret.digest(resources.keys)
            await note_use(transaction, token, digest, at)
    except UNUSABLE as error:
        # The key is valid in any case, and a database that cannot be written may still be read.
        log.error("api_key.use.lost", error=type(error).__name__)
