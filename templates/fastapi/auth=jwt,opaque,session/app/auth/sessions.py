"""Beginning and ending sessions, independent of the kind of credential."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from app.audit.trail import record
from app.auth import accounts
from app.auth.credentials import CredentialRepository
from app.auth.known_clients import remember
from app.auth.one_time import VERIFY_EMAIL
from app.auth.own_sessions import end_oldest_sessions
from app.auth.permissions import Permission
from app.auth.principal import Principal
from app.auth.recheck import recheck
from app.clock import now
from app.database.transaction import Transaction
from app.errors import AppError, Unauthenticated
from app.resources import Resources
from app.tokens.revocation import revoke_all, revoke_family
from app.users.model import User
from app.users.repository import UserRepository


@asynccontextmanager
async def beginning(
    resources: Resources, email: str, password: str, client_address: str | None
) -> AsyncIterator[tuple[Transaction, User]]:
    """Check a password, and keep the account locked while its session is stored.

    Raises `Unauthenticated`.
    """
    proven, password_hash = await accounts.prove_password(resources, email, password)
    try:
        async with resources.database.transaction() as transaction:
            # A password reset or a disabled account since the check ends this session as well.
            user = await UserRepository(transaction).lock(proven.id)
            credentials = CredentialRepository(transaction)
            unchanged = await credentials.lock_unchanged(proven.id, password_hash)
            if user is None or not user.is_active or not unchanged:
                raise Unauthenticated(accounts.SIGN_IN_FAILED)
            yield transaction, user
            await record(transaction, "auth.login.succeeded", actor_id=user.id, subject_id=user.id)
            await remember(transaction, resources, user, client_address)
            await end_oldest_sessions(transaction, user.id)
    except AppError as error:
        # Whoever is refused now knows the password.
        if error.refuses:
            await accounts.record_failed_sign_in(resources, proven.id)
        raise


async def end(resources: Resources, session_id: UUID, user_id: UUID) -> None:
    """End a session of an account; does nothing if it has already ended."""
    async with resources.database.transaction() as transaction:
        if await revoke_family(transaction, session_id, now()):
            await _record_end(transaction, user_id, everywhere="no")


async def end_all(resources: Resources, principal: Principal) -> None:
    """End every session of the caller's account."""
    async with resources.database.transaction() as transaction:
        await recheck(transaction, principal, Permission.ACCOUNT_WRITE)
        await revoke_all(transaction, principal.user.id, now(), keep_kind=VERIFY_EMAIL)
        await _record_end(transaction, principal.user.id, everywhere="yes")


async def _record_end(transaction: Transaction, user_id: UUID, *, everywhere: str) -> None:
    await record(
        transaction, "auth.logout", actor_id=user_id, subject_id=user_id, everywhere=everywhere
    )
