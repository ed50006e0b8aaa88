"""Server-side sessions, whose random id the browser holds."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from app.audit.trail import record
from app.auth import accounts, sessions
from app.auth.account_schemas import PasswordChange
from app.auth.one_time import VERIFY_EMAIL
from app.auth.permissions import PERMISSIONS
from app.auth.principal import Principal
from app.auth.schemas import SignIn
from app.auth.session_tokens import SESSION_KIND
from app.clock import now
from app.errors import CredentialRefused
from app.ids import new_id
from app.resources import Resources
from app.tokens.redemption import find_token
from app.tokens.repository import TokenRepository
from app.tokens.revocation import revoke_all, revoke_family
from app.tokens.token import Token, digest, new_secret


async def sign_in(
    resources: Resources, form: SignIn, client_address: str | None, earlier: str | None
) -> tuple[UUID, str]:
    """Begin a session; returns its family and the id for the cookie. Raises `Unauthenticated`.

    The id is always new (CWE-384), and the browser's previous session ends.
    """
    password = form.password.get_secret_value()
    secret = new_secret()
    at = now()
    async with sessions.beginning(resources, form.email, password, client_address) as (
        transaction,
        user,
    ):
        session = Token(
            id=new_id(),
            kind=SESSION_KIND,
            user_id=user.id,
            family_id=new_id(),
            digest=digest(secret),
            scopes=frozenset(PERMISSIONS[user.role]),
            created_at=at,
            expires_at=at + timedelta(seconds=resources.settings.session_absolute_seconds),
            signed_in_at=at,
            client_address=client_address,
        )
        await TokenRepository(transaction).add(session)
    if earlier:
        await _end(resources, earlier, user.id)
    return session.family_id, secret


async def change_password(resources: Resources, principal: Principal, form: PasswordChange) -> str:
    """Change the password and end the other sessions; returns the new id of this one.

    A copied id is invalid as well. Raises `Forbidden` if the current password is wrong.
    """
    async with accounts.changing_password(resources, principal, form) as (transaction, user):
        tokens = TokenRepository(transaction)
        at = now()
        found = await tokens.find_alive(SESSION_KIND, "family_id", principal.session_id, at)
        if found is None:
            raise CredentialRefused
        await revoke_all(transaction, user.id, at, keep_kind=VERIFY_EMAIL)
        secret = new_secret()
        # The absolute limit still counts from the sign-in.
        renewed = replace(
            found[0],
            id=new_id(),
            digest=digest(secret),
            scopes=frozenset(PERMISSIONS[user.role]),
            created_at=at,
            last_used_at=None,
        )
        await tokens.add(renewed)
        return secret


async def _end(resources: Resources, secret: str, actor_id: UUID) -> None:
    async with resources.database.transaction() as transaction:
        session = await find_token(transaction, SESSION_KIND, [digest(secret)])
        if session is not None and await revoke_family(transaction, session.family_id, now()):
            await record(
                transaction, "auth.session.ended", actor_id=actor_id, subject_id=session.user_id
            )
