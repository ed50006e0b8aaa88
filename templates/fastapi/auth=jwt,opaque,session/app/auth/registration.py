"""Open registration, also with addresses that belong to other people."""

from app.audit.trail import record
from app.auth import accounts
from app.auth.account_schemas import Registration
from app.auth.credentials import CredentialRepository
from app.auth.one_time import RESET_PASSWORD
from app.clock import now
from app.database.transaction import Transaction
from app.resources import Resources
from app.tokens.revocation import revoke_all
from app.users.model import User
from app.users.repository import UserRepository


async def register(resources: Resources, form: Registration) -> None:
    """Create an account, or remove the password of an unverified one.

    If an address is registered twice, there is no telling who owns it. Verifying the address could
    confirm the password of a stranger, so neither is kept: the mailed code sets a new one.
    """
    async with resources.database.transaction() as transaction:
        if await accounts.register(transaction, resources, form) is not None:
            return
    # Another transaction: after a failed insert, two of them would deadlock.
    async with resources.database.transaction() as transaction:
        await _distrust(transaction, form.email)


async def lock_by_email(transaction: Transaction, email: str) -> User | None:
    """Find an account by address, and lock it."""
    users = UserRepository(transaction)
    user = await users.get_by_email(email)
    return None if user is None else await users.lock(user.id)


async def _distrust(transaction: Transaction, email: str) -> None:
    user = await lock_by_email(transaction, email)
    if user is None or user.email_verified or not user.is_active:
        return
    await CredentialRepository(transaction).remove(user.id)
    # Only the codes for a new password stay valid: they do not restore an earlier password.
    await revoke_all(transaction, user.id, now(), keep_kind=RESET_PASSWORD)
    await record(transaction, "user.registered.again", subject_id=user.id)
