"""Accounts of the provider's subjects: begun by the first valid token, and kept up by each."""

from dataclasses import replace
from datetime import datetime, timedelta

from app.audit.trail import record
from app.auth.access_tokens import LEEWAY_SECONDS, AccessToken
from app.auth.identities import IdentityRepository
from app.auth.identity import Identity
from app.clock import now
from app.ids import new_id
from app.resources import Resources
from app.users import pages
from app.users.model import User
from app.users.repository import UserRepository


async def identity_of(resources: Resources, token: AccessToken) -> Identity | None:
    """Return whose token it is, with the role that it gives; None if it does not count any more.

    One query, but for the first token of a subject and the first one with another role.
    """
    identity = await _find(resources, token)
    if identity is not None and _has_ended(identity, token.issued_at):
        return None
    if identity is None or identity.user is None:
        await _begin(resources, token)
        identity = await _find(resources, token)
    if identity is None or identity.user is None:
        return None
    if identity.user.role is token.role:
        return identity
    await _follow(resources, identity.user, token)
    return replace(identity, user=replace(identity.user, role=token.role))


async def _find(resources: Resources, token: AccessToken) -> Identity | None:
    async with resources.database.reader() as reader:
        return await IdentityRepository(reader).find(token.issuer, token.subject)


def _has_ended(identity: Identity, issued_at: datetime) -> bool:
    leeway = timedelta(seconds=LEEWAY_SECONDS)
    return identity.ended_at is not None and issued_at <= identity.ended_at + leeway


async def _begin(resources: Resources, token: AccessToken) -> None:
    """Make the account of a subject, unless another request is doing so."""
    async with resources.database.transaction() as transaction:
        identities = IdentityRepository(transaction)
        identity_id = await identities.claim(token.issuer, token.subject)
        if identity_id is None:
            return
        users = UserRepository(transaction)
        user = _new_user(token)
        if not await users.add(user):
            # Never the account that has the address: whoever can choose an address at the
            # provider could choose somebody else's.
            user = replace(user, email=_no_address(user), email_verified=False)
            await users.add(user)
        await identities.attach(identity_id, user.id)
        await record(transaction, "user.created", subject_id=user.id, role=user.role)
    await pages.forget(resources)


def _new_user(token: AccessToken) -> User:
    user = User(
        id=new_id(),
        email=token.email or "",
        full_name=token.full_name,
        role=token.role,
        is_active=True,
        email_verified=token.email is not None and token.email_verified,
        created_at=now(),
    )
    return user if user.email else replace(user, email=_no_address(user))


def _no_address(user: User) -> str:
    """Stand in for an address that is not known; nobody can have it (RFC 2606)."""
    return f"{user.id}@users.invalid"


async def _follow(resources: Resources, before: User, token: AccessToken) -> None:
    """Write down the role that the provider gives now, for lists and for the audit trail."""
    async with resources.database.transaction() as transaction:
        users = UserRepository(transaction)
        user = await users.lock(before.id)
        if user is None or user.role is token.role:
            return
        await users.update(user.id, role=token.role)
        await record(
            transaction,
            "user.role.changed",
            subject_id=user.id,
            before=user.role,
            after=token.role,
            by="provider",
        )
    await pages.forget(resources)
