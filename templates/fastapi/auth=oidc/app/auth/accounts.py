"""Accounts of the provider's subjects: created by the first valid token, updated by later ones."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from app.audit.trail import record
from app.auth.access_tokens import AccessToken
from app.auth.claims import LEEWAY_SECONDS
from app.auth.identities import IdentityRepository
from app.auth.identity import Identity
from app.auth.permissions import Role
from app.clock import now
from app.errors import Forbidden
from app.ids import new_id
from app.resources import Resources
from app.users import pages
from app.users.model import User
from app.users.repository import UserRepository

_LEEWAY: Final = timedelta(seconds=LEEWAY_SECONDS)
# What is stored of an account whose newest token gives no role.
_NO_ROLE: Final = Role.USER


async def identity_of(resources: Resources, token: AccessToken) -> Identity | None:
    """Return the account of a token; None if the token is revoked.

    One query, except when a token is seen for the first time. Raises `Forbidden` if the token gives
    no role here.
    """
    identity = await _find(resources, token)
    if _has_ended(identity, token):
        return None
    if (identity is None or identity.user is None) and token.role is not None:
        await _begin(resources, token, token.role)
        identity = await _find(resources, token)
    if identity is not None and identity.user is not None and _is_news(identity, token):
        await _follow(resources, identity.user.id, token)
        identity = await _find(resources, token)
    # The token may have been revoked by whatever it waited for.
    if _has_ended(identity, token):
        return None
    if token.role is None:
        raise Forbidden("The token grants no role in this service.")
    return identity


async def _find(resources: Resources, token: AccessToken) -> Identity | None:
    async with resources.database.reader() as reader:
        return await IdentityRepository(reader).find(token.issuer, token.subject)


def _has_ended(identity: Identity | None, token: AccessToken) -> bool:
    if identity is None:
        return False
    if identity.user is None and identity.is_barred:
        return True
    return identity.ended_at is not None and token.issued_at <= identity.ended_at + _LEEWAY


def _is_news(identity: Identity, token: AccessToken) -> bool:
    """Return whether a token changes what is stored of its account."""
    return _gives_role(identity, token) or _ends_others(identity, token)


def _gives_role(identity: Identity, token: AccessToken) -> bool:
    """Return whether a token is newer than the stored role, or as new with another role."""
    known = identity.roles_as_of
    if known is None or token.issued_at > known:
        return True
    same_role = identity.user is not None and identity.user.role is (token.role or _NO_ROLE)
    return token.issued_at == known and not same_role


def _ends_others(identity: Identity, token: AccessToken) -> bool:
    """Return whether a token gives no role, and older ones are still valid."""
    ended_at = identity.ended_at
    return token.role is None and (ended_at is None or ended_at < _just_before(token))


def _just_before(token: AccessToken) -> datetime:
    """Return the end of the tokens that are older than one, which is not among them."""
    return token.issued_at - _LEEWAY - timedelta(seconds=1)


async def _begin(resources: Resources, token: AccessToken, role: Role) -> None:
    """Create the account of a subject, unless another request is doing so."""
    async with resources.database.transaction() as transaction:
        identities = IdentityRepository(transaction)
        identity = await identities.claim(token.issuer, token.subject)
        if identity is None or _has_ended(identity, token):
            return
        users = UserRepository(transaction)
        user = _new_user(token, role)
        if not await users.add(user):
            # Never the account with this address: a user who can choose an address at the provider
            # could take over another account.
            user = replace(user, email=_no_address(user), email_verified=False)
            await users.add(user)
        await identities.attach(identity.id, user.id, token.issued_at)
        await record(transaction, "user.created", subject_id=user.id, role=user.role)
    await pages.forget(resources)


def _new_user(token: AccessToken, role: Role) -> User:
    user = User(
        id=new_id(),
        email=token.email or "",
        full_name=token.full_name,
        role=role,
        is_active=True,
        email_verified=token.email is not None and token.email_verified,
        created_at=now(),
    )
    return user if user.email else replace(user, email=_no_address(user))


def _no_address(user: User) -> str:
    """Return a placeholder for an unknown address, which cannot exist (RFC 2606)."""
    return f"{user.id}@users.invalid"


async def _follow(resources: Resources, user_id: UUID, token: AccessToken) -> None:
    """Store the role that the provider gives, and as of when; without one, end the older tokens.

    The role is shown in lists and the audit trail, and older tokens cannot exceed it.
    """
    async with resources.database.transaction() as transaction:
        users, identities = UserRepository(transaction), IdentityRepository(transaction)
        user = await users.lock(user_id)
        identity = await identities.find(token.issuer, token.subject)
        # Meanwhile the account may be gone, or the token revoked.
        if user is None or identity is None or _has_ended(identity, token):
            return
        if _ends_others(identity, token):
            await identities.end(user.id, _just_before(token))
        if not _gives_role(identity, token):
            return
        role = token.role or _NO_ROLE
        await identities.attach(identity.id, user.id, token.issued_at)
        if user.role is role:
            return
        await users.update(user.id, role=role)
        await record(
            transaction,
            "user.role.changed",
            subject_id=user.id,
            before=user.role,
            after=role,
            by="provider",
        )
    await pages.forget(resources)
