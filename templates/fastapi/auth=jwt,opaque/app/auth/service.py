"""Sessions of bearer tokens: one family of refresh tokens for each sign-in (RFC 9700, 4.14)."""

from app.audit.trail import record
from app.auth import accounts, sessions
from app.auth.access_tokens import issue_access_token
from app.auth.account_schemas import PasswordChange
from app.auth.one_time import VERIFY_EMAIL
from app.auth.permissions import PERMISSIONS
from app.auth.principal import Principal
from app.auth.refresh_tokens import REFRESH, make_first_token, make_next_token
from app.auth.schemas import TokenPair, TokenRequest
from app.clock import now
from app.database.transaction import Transaction
from app.errors import BadRequest, Unauthenticated
from app.resources import Resources
from app.tokens.repository import TokenRepository
from app.tokens.token import Token, digest
from app.users.model import User
from app.users.repository import UserRepository


async def sign_in(resources: Resources, form: TokenRequest) -> TokenPair:
    """Begin a session; raises `Unauthenticated`, or `BadRequest` for a scope beyond the role."""
    password = form.password.get_secret_value()
    async with sessions.beginning(resources, form.username, password) as (transaction, user):
        scopes = _requested_scopes(user, form.scope)
        first = make_first_token(resources.settings, user.id, scopes)
        return await _issue_pair(transaction, resources, user, first)


async def refresh(resources: Resources, secret: str) -> TokenPair:
    """Trade a refresh token for the next pair; raises `Unauthenticated`.

    A token that comes back was copied. Nobody can tell which of the two holders is the thief, so
    the session ends for both.
    """
    async with resources.database.transaction() as transaction:
        tokens = TokenRepository(transaction)
        token = await tokens.find(REFRESH, [digest(secret)])
        if token is None:
            raise Unauthenticated
        user = await UserRepository(transaction).lock(token.user_id)
        if user is None or not user.is_active:
            raise Unauthenticated
        if await tokens.consume(token.id, now()):
            following = make_next_token(resources.settings, token)
            return await _issue_pair(transaction, resources, user, following)
    if token.revoked_at is None and _has_expired(token):
        raise Unauthenticated
    # A transaction of its own: the one above must not take the ending of the session back.
    async with resources.database.transaction() as transaction:
        if await TokenRepository(transaction).revoke_family(token.family_id, now()):
            await record(transaction, "auth.refresh.reused", subject_id=token.user_id)
    raise Unauthenticated


async def change_password(resources: Resources, principal: Principal, form: PasswordChange) -> None:
    """Change the password and end the other sessions; raises `Forbidden` if it was not known."""
    async with accounts.changing_password(resources, principal, form) as (transaction, user):
        await TokenRepository(transaction).revoke_all(
            user.id, now(), keep_family=principal.session_id, keep_kind=VERIFY_EMAIL
        )


async def _issue_pair(
    transaction: Transaction, resources: Resources, user: User, refresh_token: tuple[Token, str]
) -> TokenPair:
    token, secret = refresh_token
    whole = PERMISSIONS[user.role]
    granted = whole if token.scopes is None else whole & token.scopes
    return TokenPair(
        access_token=await issue_access_token(transaction, resources, token),
        expires_in=resources.settings.access_token_ttl_seconds,
        refresh_token=secret,
        scope=" ".join(sorted(granted)),
    )


def _has_expired(token: Token) -> bool:
    return token.expires_at is not None and token.expires_at <= now()


def _requested_scopes(user: User, scope: str) -> frozenset[str] | None:
    scopes = frozenset(scope.split())
    if not scopes <= PERMISSIONS[user.role]:
        raise BadRequest("The scope goes beyond what the account may do.")
    return scopes or None
