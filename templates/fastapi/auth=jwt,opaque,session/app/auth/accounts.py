"""Accounts with passwords: registration, verification, and checking and changing passwords."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final
from uuid import UUID

from pydantic import SecretStr

from app.audit.trail import record
from app.auth import one_time
from app.auth.account_schemas import PasswordChange, PasswordReset, Registration
from app.auth.credentials import CredentialRepository
from app.auth.known_clients import remember
from app.auth.password_policy import check_password
from app.auth.permissions import Permission, Role
from app.auth.principal import Principal
from app.auth.recheck import recheck
from app.auth.unconfirmed import verification_required
from app.clock import now
from app.database.transaction import Transaction
from app.errors import Forbidden, NotFound, Unauthenticated
from app.ids import new_id
from app.mail.handover import send_notice
from app.resources import Resources
from app.tokens.revocation import revoke_all
from app.users.model import User
from app.users.repository import UserRepository

SIGN_IN_FAILED: Final = "The address or the password is wrong."
WRONG_PASSWORD: Final = "The current password is wrong."  # noqa: S105


async def register(
    transaction: Transaction, resources: Resources, form: Registration
) -> UUID | None:
    """Create an account; returns its id, or None if the address already has one.

    The password is hashed in either case, so that the time does not reveal which one it was.
    """
    password = form.password.get_secret_value()
    await check_password(resources, "password", password, form.email)
    password_hash = await resources.passwords.hash(password)
    user = User(
        id=new_id(),
        email=form.email,
        full_name=form.full_name,
        role=Role.USER,
        is_active=True,
        email_verified=False,
        created_at=now(),
    )
    if not await UserRepository(transaction).add(user):
        return None
    await CredentialRepository(transaction).set(user.id, password_hash, user.created_at)
    await record(transaction, "user.registered", subject_id=user.id)
    return user.id


async def verify_email(transaction: Transaction, resources: Resources, secret: str) -> None:
    """Verify the address of an account with the token that was mailed to it."""
    user_id = await one_time.consume(transaction, resources, one_time.VERIFY_EMAIL, secret)
    await UserRepository(transaction).update(user_id, email_verified=True)
    await record(transaction, "user.email.verified", actor_id=user_id, subject_id=user_id)


async def reset_password(
    resources: Resources, form: PasswordReset, client_address: str | None
) -> None:
    """Set a new password with the mailed token, and end every session.

    The mailed token also verifies the address and makes the client address known: the owner can
    then sign in from anywhere, however many others are guessing.
    """
    secret = form.token.get_secret_value()
    async with resources.database.reader() as reader:
        user_id = await one_time.find_owner(reader, resources, one_time.RESET_PASSWORD, secret)
        user = await UserRepository(reader).get(user_id)
    if user is None:
        raise NotFound
    password_hash = await _hash_new(resources, user, form.new_password)
    async with resources.database.transaction() as transaction:
        await one_time.consume(transaction, resources, one_time.RESET_PASSWORD, secret)
        await CredentialRepository(transaction).set(user.id, password_hash, now())
        await UserRepository(transaction).update(user.id, email_verified=True)
        await revoke_all(transaction, user.id, now())
        await remember(transaction, resources, user, client_address)
        await record(transaction, "auth.password.reset", actor_id=user.id, subject_id=user.id)
    await _tell_owner(resources, user)


@asynccontextmanager
async def changing_password(
    resources: Resources, principal: Principal, form: PasswordChange
) -> AsyncIterator[tuple[Transaction, User]]:
    """Change the password, and keep the account locked while its other sessions end.

    Raises `Forbidden` if the current password is wrong.
    """
    async with resources.database.reader() as reader:
        found = await CredentialRepository(reader).get(principal.user.id)
    current_hash = found[1] if found else ""
    matches, _ = await resources.passwords.verify(
        form.current_password.get_secret_value(), current_hash
    )
    if not matches:
        raise Forbidden(WRONG_PASSWORD)
    password_hash = await _hash_new(resources, principal.user, form.new_password)
    async with resources.database.transaction() as transaction:
        user = (await recheck(transaction, principal, Permission.ACCOUNT_WRITE)).user
        credentials = CredentialRepository(transaction)
        # A reset since the check was meant to lock out whoever knew the old password.
        if not await credentials.lock_unchanged(user.id, current_hash):
            raise Forbidden(WRONG_PASSWORD)
        await credentials.set(user.id, password_hash, now())
        yield transaction, user
        await record(transaction, "auth.password.changed", actor_id=user.id, subject_id=user.id)
    await _tell_owner(resources, user)


async def prove_password(resources: Resources, email: str, password: str) -> tuple[User, str]:
    """Return the account with this address and password, and the hash that matched.

    `email` is normalised as by `Username`. Raises the same `Unauthenticated`, after about the same
    time, for a wrong password, an unknown address, a disabled account and an unverified address.
    """
    async with resources.database.reader() as reader:
        found = await CredentialRepository(reader).find_by_email(email)
    user, password_hash = found or (None, None)
    matches, fresh_hash = await resources.passwords.verify(password, password_hash)
    if user is None or password_hash is None or not matches or not _may_sign_in(resources, user):
        await record_failed_sign_in(resources, user.id if user else None)
        raise Unauthenticated(SIGN_IN_FAILED)
    if fresh_hash is not None:
        async with resources.database.transaction() as transaction:
            credentials = CredentialRepository(transaction)
            replaced = await credentials.rehash(user.id, password_hash, fresh_hash)
        if not replaced:
            # It has changed since: the password, or the hash by a concurrent sign-in.
            return await prove_password(resources, email, password)
        password_hash = fresh_hash
    return user, password_hash


async def record_failed_sign_in(resources: Resources, user_id: UUID | None) -> None:
    """Record a sign-in that failed, with its account if there is one."""
    async with resources.database.transaction() as transaction:
        await record(transaction, "auth.login.failed", subject_id=user_id)


async def _tell_owner(resources: Resources, user: User) -> None:
    await send_notice(resources, "send_password_changed", user.email)


async def _hash_new(resources: Resources, user: User, password: SecretStr) -> str:
    """Check and hash a new password: before a transaction, since it takes long."""
    text = password.get_secret_value()
    await check_password(resources, "new_password", text, user.email)
    return await resources.passwords.hash(text)


def _may_sign_in(resources: Resources, user: User) -> bool:
    return user.is_active and (user.email_verified or not verification_required(resources.settings))
