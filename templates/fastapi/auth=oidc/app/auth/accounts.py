"""Accounts of the provider's subjects: created by the first valid token, updated by later ones."""

from dataclasses import replace
from datetime import timedelta

from app.audit.trail import record
from app.auth.access_tokens import AccessToken
from app.auth.claims import LEEWAY_SECONDS
from app.auth.identities import IdentityRepository
from app.auth.identity import Identity
from app.auth.permissions import Role
from app.auth.roles import narrower
from app.clock import now
from app.errors import Forbidden
from app.ids import new_id
from app.resources import Resources
from app.users import pages
from app.users.model import User
from app.users.repository import UserRepository


async def identity_of(resources: Resources, token: AccessToken) -> Identity | None:
    """Return the account of a token, with the role it gives; None if the token is revoked.

    One query, except when a token is seen for the first time. Raises `Forbidden` if the token gives
    no role here.
    """
    identity = await _find(resources, token)
    if identity is not None and _has_ended(identity, token):
        return None
    if token.role is None:
        await _withdraw(resources, identity, token)
        raise Forbidden("The token grants no role in this service.")
    if identity is None or identity.user is None:
        await _begin(resources, token, token.role)
        identity = await _find(resources, token)
    if identity is not None and identity.user is not None and _is_news(identity, token):
        await _follow(resources, identity.user, token, token.role)
        identity = await _find(resources, token)
    if identity is None or identity.user is None:
        return None
    # An older token must not restore a role that a newer one removed.
    role = narrower(identity.user.role, token.role)
    return replace(identity, user=replace(identity.user, role=role))


async def _find(resources: Resources, token: AccessToken) -> Identity | None:
    async with resources.database.reader() as reader:
        return await IdentityRepository(reader).find(token.issuer, token.subject)


def _has_ended(identity: Identity, token: AccessToken) -> bool:
    if identity.user is None and identity.is_barred:
        return True
    leeway = timedelta(seconds=LEEWAY_SECONDS)
    return identity.ended_at is not None and token.issued_at <= identity.ended_at + leeway


def _is_news(identity: Identity, token: AccessToken) -> bool:
    """Return whether a token is newer than the stored role, or as new with another role."""
    known = identity.roles_as_of
    if known is None or token.issued_at > known:
        return True
    same_role = identity.user is not None and identity.user.role is token.role
    return token.issued_at == known and not same_role


async def _withdraw(resources: Resources, identity: Identity | None, token: AccessToken) -> None:
    """Invalidate the tokens issued before one that gives no role."""
    if identity is None or identity.user is None:
        return
    before = token.issued_at - timedelta(seconds=LEEWAY_SECONDS + 1)
    if identity.ended_at is None or identity.ended_at < before:
        async with resources.database.transaction() as transaction:
            await IdentityRepository(transaction).end(identity.user.id, before)


async def _begin(resources: Resources, token: AccessToken, role: Role) -> None:
    """Create the account of a subject, unless another request is doing so."""
    async with resources.database.transaction() as transaction:
        identities = IdentityRepository(transaction)
        identity_id = await identities.claim(token.issuer, token.subject)
        if identity_id is None:
            return
        users = UserRepository(transaction)
        user = _new_user(token, role)
        if not await users.add(user):
            # Never the account with this address: a user who can choose an address at the provider
            # could take over another account.
            user = replace(user, email=_no_address(user), email_verified=False)
            await users.add(user)
        await identities.attach(identity_id, user.id, token.issued_at)
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


async def _follow(resources: Resources, before: User, token: AccessToken, role: Role) -> None:
    """Store the role that the provider gives, and as of when.

    It is shown in lists and the audit trail, and older tokens cannot exceed it.
    """
    async with resources.database.transaction() as transaction:
        users, identities = UserRepository(transaction), IdentityRepository(transaction)
        user = await users.lock(before.id)
        identity = await identities.find(token.issuer, token.subject)
        if user is None or identity is None or not _is_news(identity, token):
            return
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
