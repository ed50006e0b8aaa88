"""Sessions of bearer tokens: one family of refresh tokens for each sign-in (RFC 9700, 4.14)."""

from app.audit.trail import record
from app.auth import accounts, sessions
from app.auth.access_tokens import find_principal, issue_access_token
from app.auth.account_schemas import PasswordChange
from app.auth.oauth import ScopeRefused
from app.auth.one_time import VERIFY_EMAIL
from app.auth.permissions import PERMISSIONS
from app.auth.principal import Principal
from app.auth.refresh_tokens import (
    REFRESH,
    access_lifetime,
    make_first_token,
    make_next_token,
    use,
)
from app.auth.schemas import TokenPair
from app.clock import now
from app.database.transaction import Transaction
from app.errors import Unauthenticated
from app.mail.handover import send_notice
from app.resources import Resources
from app.tokens.redemption import find_token
from app.tokens.revocation import revoke_all, revoke_family
from app.tokens.token import Token, digest
from app.users.model import User
from app.users.repository import UserRepository


async def sign_in(
    resources: Resources, email: str, password: str, scope: str, client_address: str | None
) -> TokenPair:
    """Begin a session; raises `Unauthenticated`, or `OAuthError` for a scope beyond the role."""
    async with sessions.beginning(resources, email, password, client_address) as (
        transaction,
        user,
    ):
        scopes = _narrowed(PERMISSIONS[user.role], scope)
        first = make_first_token(resources.settings, user.id, scopes, client_address)
        return await _issue_pair(transaction, resources, user, first, scopes)


async def refresh(resources: Resources, secret: str, scope: str = "") -> TokenPair:
    """Exchange a refresh token for the next pair; raises `Unauthenticated`.

    `scope` narrows this access token only, not later ones (RFC 6749, 6). A reused refresh token was
    copied. There is no telling which holder is the thief, so the session ends for both.
    """
    settings = resources.settings
    async with resources.database.transaction() as transaction:
        token = await find_token(transaction, REFRESH, [digest(secret)])
        if token is None:
            raise Unauthenticated
        user = await UserRepository(transaction).lock(token.user_id)
        if user is None or not user.is_active:
            raise Unauthenticated
        at = now()
        if await use(transaction, settings, token, at):
            following = make_next_token(settings, token)
            if _has_expired(following[0]):
                raise Unauthenticated
            whole = PERMISSIONS[user.role] if token.scopes is None else token.scopes
            scopes = _narrowed(whole, scope) or token.scopes
            return await _issue_pair(transaction, resources, user, following, scopes)
    if token.revoked_at is None and _has_expired(token):
        raise Unauthenticated
    # A transaction of its own: a rollback of the one above must not restore the session.
    async with resources.database.transaction() as transaction:
        reused = await revoke_family(transaction, token.family_id, now())
        if reused:
            await record(transaction, "auth.refresh.reused", subject_id=token.user_id)
    if reused:
        await send_notice(resources, "send_refresh_reused", user.email)
    raise Unauthenticated


async def revoke(resources: Resources, secret: str) -> None:
    """End the session of a refresh or access token; does nothing for any other text."""
    async with resources.database.reader() as reader:
        token = await find_token(reader, REFRESH, [digest(secret)])
    if token is not None:
        await sessions.end(resources, token.family_id, token.user_id)
    elif principal := await find_principal(resources, secret):
        await sessions.end(resources, principal.session_id, principal.user.id)


async def change_password(resources: Resources, principal: Principal, form: PasswordChange) -> None:
    """Change the password and end the other sessions; `Forbidden` if the current one is wrong."""
    async with accounts.changing_password(resources, principal, form) as (transaction, user):
        await revoke_all(
            transaction, user.id, now(), keep_family=principal.session_id, keep_kind=VERIFY_EMAIL
        )


async def _issue_pair(
    transaction: Transaction,
    resources: Resources,
    user: User,
    refresh_token: tuple[Token, str],
    scopes: frozenset[str] | None,
) -> TokenPair:
    token, secret = refresh_token
    whole = PERMISSIONS[user.role]
    granted = whole if scopes is None else whole & scopes
    return TokenPair(
        access_token=await issue_access_token(transaction, resources, token, scopes),
        expires_in=int(access_lifetime(resources.settings, token).total_seconds()),
        refresh_token=secret,
        scope=" ".join(sorted(granted)),
    )


def _has_expired(token: Token) -> bool:
    return token.expires_at is not None and token.expires_at <= now()


def _narrowed(whole: frozenset[str], scope: str) -> frozenset[str] | None:
    if not scope:
        return None
    scopes = frozenset(scope.split())
    if not scopes or not scopes <= whole:
        raise ScopeRefused
    return scopes
