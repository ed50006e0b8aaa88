"""Sessions on the server, of which the browser holds a random id."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from app.auth import accounts, sessions
from app.auth.account_schemas import PasswordChange
from app.auth.one_time import VERIFY_EMAIL
from app.auth.permissions import PERMISSIONS
from app.auth.principal import Principal
from app.auth.schemas import SignIn
from app.clock import now
from app.database.transaction import Transaction
from app.errors import Unauthenticated
from app.ids import new_id
from app.resources import Resources
from app.settings import Settings
from app.tokens.repository import TokenRepository
from app.tokens.token import Token, digest, new_secret
from app.users.model import User

SESSION: Final = "session"


async def sign_in(resources: Resources, form: SignIn, earlier: str | None) -> tuple[UUID, str]:
    """Begin a session; returns its family and the id for the cookie. Raises `Unauthenticated`.

    The id is always a new one (CWE-384). The session whose id the browser held before ends.
    """
    password = form.password.get_secret_value()
    family_id = new_id()
    async with sessions.beginning(resources, form.email, password) as (transaction, user):
        session_id = await _begin(transaction, resources.settings, user, family_id, now())
    if earlier:
        await _end(resources, earlier)
    return family_id, session_id


async def change_password(resources: Resources, principal: Principal, form: PasswordChange) -> str:
    """Change the password and end the other sessions; returns the new id of this one.

    Who had copied the id is out as well. Raises `Forbidden` if the password was not known.
    """
    async with accounts.changing_password(resources, principal, form) as (transaction, user):
        tokens = TokenRepository(transaction)
        if not await tokens.revoke_family(principal.session_id, now()):
            raise Unauthenticated
        await tokens.revoke_all(user.id, now(), keep_kind=VERIFY_EMAIL)
        signed_in_at = principal.signed_in_at or now()
        return await _begin(
            transaction, resources.settings, user, principal.session_id, signed_in_at
        )


async def _begin(
    transaction: Transaction,
    settings: Settings,
    user: User,
    family_id: UUID,
    signed_in_at: datetime,
) -> str:
    secret = new_secret()
    session = Token(
        id=new_id(),
        kind=SESSION,
        user_id=user.id,
        family_id=family_id,
        digest=digest(secret),
        scopes=frozenset(PERMISSIONS[user.role]),
        created_at=now(),
        expires_at=signed_in_at + timedelta(seconds=settings.session_absolute_seconds),
        signed_in_at=signed_in_at,
    )
    await TokenRepository(transaction).add(session)
    return secret


async def _end(resources: Resources, secret: str) -> None:
    async with resources.database.transaction() as transaction:
        tokens = TokenRepository(transaction)
        session = await tokens.find(SESSION, [digest(secret)])
        if session is not None:
            await tokens.revoke_family(session.family_id, now())
