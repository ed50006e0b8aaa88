"""Session cookie to principal."""

from datetime import timedelta
from typing import Annotated, Final

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyCookie

from app.auth.cookie import SessionCookieDep, cookie_name, read_cookie, speaks_plain_http
from app.auth.permissions import PERMISSIONS
from app.auth.principal import Principal
from app.auth.session_tokens import SESSION_KIND, session_end
from app.clock import now
from app.resources import Resources
from app.settings import Settings
from app.tokens.repository import TokenRepository
from app.tokens.revocation import revoke_family
from app.tokens.token import digest
from app.tokens.use import note_use

CHALLENGE: Final = 'Cookie realm="api"'
SCHEME: Final = "session"
SIGN_IN: Final = """\
`POST /api/v1/auth/login` takes `email` and `password`, sets the session cookie and returns a CSRF
token. Every POST, PUT, PATCH and DELETE sends it as `X-CSRF-Token`; after a reload, a page
gets it from `GET /api/v1/auth/csrf`.

In Swagger UI, execute `POST /api/v1/auth/login`: the browser keeps the cookie, and the CSRF token
is added to each request. `POST /api/v1/auth/register` creates an account."""

# A write for each request would double the round trips; a minute of the idle limit does not matter.
_NOTED_EVERY: Final = timedelta(minutes=1)

_scheme = APIKeyCookie(
    name=cookie_name(plain=False),
    scheme_name=SCHEME,
    description="The browser gets it from `POST /api/v1/auth/login`.",
    auto_error=False,
)


async def _session_id(
    cookie: SessionCookieDep, _described: Annotated[str | None, Security(_scheme)]
) -> str | None:
    return cookie.read()


Credential = Annotated[str | None, Depends(_session_id)]


async def credential_of(request: Request) -> str | None:
    """Return the credential of a request, without checking it."""
    settings: Settings = request.app.state.resources.settings
    return read_cookie(request, cookie_name(plain=speaks_plain_http(request, settings)))


async def authenticate(credential: str | None, resources: Resources) -> Principal | None:
    """Return the principal of the session; None unless session and account are valid.

    One query for both, and once a minute a second one that records the use.
    """
    if not credential:
        return None
    at = now()
    async with resources.database.reader() as reader:
        tokens = TokenRepository(reader)
        found = await tokens.find_alive(SESSION_KIND, "digest", digest(credential), at)
    if found is None:
        return None
    session, user = found
    if session.scopes is None or not session.scopes >= PERMISSIONS[user.role]:
        # The role has gained permissions since, which requires a new id: this one may have been
        # copied or planted when it allowed less (CWE-384).
        async with resources.database.transaction() as transaction:
            await revoke_family(transaction, session.family_id, at)
        return None
    if session_end(resources.settings, session) <= at:
        return None
    if at - (session.last_used_at or session.created_at) >= _NOTED_EVERY:
        async with resources.database.transaction() as transaction:
            await note_use(transaction, session, session.digest, at)
    return Principal(user, session.family_id, session.signed_in_at, session.digest)
