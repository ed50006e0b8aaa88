"""Accounts of the provider's subjects: begun by the first valid token, and kept up by each."""

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
    """Return whose token it is, with the role that it gives; None if it does not count any more.

    One query, but for the first time that a token is seen. Raises `Forbidden` if the token gives no
    role here.
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
    # An older token must not give back what a newer one took away.
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
    """Tell whether a token is newer than the role that is written down, or as new and another."""
    known = identity.roles_as_of
    if known is None or token.issued_at > known:
        return True
    same_role = identity.user is not None and identity.user.role is token.role
    return token.issued_at == known and not same_role


async def _withdraw(resources: Resources, identity: Identity | None, token: AccessToken) -> None:
    """Let no token count any more that was issued before one that gives no role."""
    if identity is None or identity.user is None:
        return
    before = token.issued_at - timedelta(seconds=LEEWAY_SECONDS + 1)
    if identity.ended_at is None or identity.ended_at < before:
        async with resources.database.transaction() as transaction:
            await IdentityRepository(transaction).end(identity.user.id, before)


async def _begin(resources: Resources, token: AccessToken, role: Role) -> None:
    """Make the account of a subject, unless another request is doing so."""
    async with resources.database.transaction() as transaction:
        identities = IdentityRepository(transaction)
        identity_id = await identities.claim(token.issuer, token.subject)
        if identity_id is None:
            return
        users = UserRepository(transaction)
        user = _new_user(token, role)
        if not await users.add(user):
            # Never the account that has the address: a user who can choose an address at the
            # provider could choose that of another account.
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
    """Stand in for an address that is not known; nobody can have it (RFC 2606)."""
    return f"{user.id}@users.invalid"


async def _follow(resources: Resources, before: User, token: AccessToken, role: Role) -> None:
    """Write down the role that the provider gives now, and as of when.

    Lists and the audit trail show it, and tokens from before are held to it.
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
