"""Rules of API keys: who may get one, how long it is valid, and who may revoke it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from app.api_keys.model import KIND, ApiKey, IssuedApiKey
from app.api_keys.repository import ApiKeyRepository
from app.api_keys.revocation import end_keys, lock_lineage
from app.api_keys.schemas import ApiKeyCreate
from app.api_keys.secret import KeySecret
from app.audit.trail import record
from app.auth.permissions import PERMISSIONS, Permission
from app.auth.principal import Principal
from app.auth.recheck import recheck
from app.clock import now
from app.database.transaction import Transaction
from app.errors import Conflict, CredentialRefused, Forbidden, NotFound, Unprocessable
from app.ids import new_id
from app.resources import Resources
from app.tokens.token import Token
from app.users.model import User
from app.users.repository import UserRepository

# Active keys of an account, and revoked ones that it keeps.
MAX_KEYS: Final = 100


def needed_permissions(form: ApiKeyCreate) -> set[Permission]:
    """Return the permissions that the caller must have to create a key with these scopes."""
    for_others = {Permission.USERS_WRITE} if form.user_id else set()
    return for_others | set(form.scopes)


async def create(
    transaction: Transaction, resources: Resources, principal: Principal, form: ApiKeyCreate
) -> IssuedApiKey:
    """Create a key for the caller, or for the account `user_id`.

    Raises `Forbidden` for scopes that exceed the caller's or the account's role, and for a key that
    would outlive the one that creates it.
    """
    owner_id = form.user_id or principal.user.id
    accounts = await UserRepository(transaction).lock_all([principal.user.id, owner_id])
    current = await recheck(transaction, principal, Permission.API_KEYS_WRITE)
    if not all(map(current.may, needed_permissions(form))):
        raise Forbidden
    owner = accounts.get(owner_id)
    if owner is None:
        raise NotFound
    if not owner.is_active:
        raise Conflict("The account is disabled.")
    keys = ApiKeyRepository(transaction)
    if await keys.count(owner.id, now()) >= MAX_KEYS:
        raise Conflict(f"The account already has {MAX_KEYS} keys: revoke one that is not in use.")
    if not PERMISSIONS[owner.role].issuperset(form.scopes):
        raise Forbidden("The scopes exceed the permissions of the account.")
    expires_at = await _expiry(transaction, principal, form)
    # Otherwise, an account that creates and revokes keys all day would take too long to delete.
    await keys.prune_revoked(owner.id, MAX_KEYS)
    return await issue(
        transaction,
        resources,
        owner,
        name=form.name,
        scopes=form.scopes,
        expires_at=expires_at,
        made_by=principal,
    )


async def issue(
    transaction: Transaction,
    resources: Resources,
    owner: User,
    *,
    name: str,
    scopes: Iterable[str],
    expires_at: datetime | None = None,
    made_by: Principal | None = None,
) -> IssuedApiKey:
    """Store a key of an account, whose row is locked or new."""
    secret = KeySecret.new(new_id())
    token = Token(
        id=secret.key_id,
        kind=KIND,
        user_id=owner.id,
        family_id=secret.key_id,
        digest=secret.digest(resources.keys),
        scopes=frozenset(scopes),
        created_at=now(),
        expires_at=expires_at,
    )
    parent_id = made_by.session_id if made_by else None
    await ApiKeyRepository(transaction).add(ApiKey(token, name, parent_id))
    await record(
        transaction,
        "api_key.created",
        actor_id=made_by.user.id if made_by else None,
        subject_id=owner.id,
        id=str(token.id),
    )
    return IssuedApiKey(token, name, parent_id, secret.text())


async def revoke(transaction: Transaction, principal: Principal, key_id: UUID) -> None:
    """Revoke a key of the caller, or any key with `users:write`; others are `NotFound`.

    A key may always revoke itself. The keys created with it are revoked as well.
    """
    lineage = await lock_lineage(transaction, [key_id], principal.user.id)
    if key_id != principal.session_id:
        principal = await recheck(transaction, principal, Permission.API_KEYS_WRITE)
    owner_id = None if principal.may(Permission.USERS_WRITE) else principal.user.id
    key = await ApiKeyRepository(transaction).find(key_id, owner_id)
    if key is None or not lineage:
        raise NotFound
    await end_keys(transaction, lineage, principal.user.id)


async def _expiry(
    transaction: Transaction, principal: Principal, form: ApiKeyCreate
) -> datetime | None:
    """Return when the new key expires: a stolen key cannot extend its own lifetime."""
    if form.expires_at is not None and form.expires_at <= now():
        raise Unprocessable("expires_at", "must be in the future")
    own = await ApiKeyRepository(transaction).find(principal.session_id, principal.user.id)
    if own is None:
        raise CredentialRefused
    latest = own.expires_at
    if latest is None or form.expires_at is None:
        return form.expires_at or latest
    if form.expires_at > latest:
        raise Forbidden("The key would expire later than the key that creates it.")
    return form.expires_at
