"""Registration, which is open to anyone, also with an address that belongs to another person."""

from app.audit.trail import record
from app.auth import accounts
from app.auth.account_schemas import Registration
from app.auth.credentials import CredentialRepository
from app.auth.one_time import RESET_PASSWORD
from app.clock import now
from app.database.transaction import Transaction
from app.resources import Resources
from app.tokens.repository import TokenRepository
from app.users.model import User
from app.users.repository import UserRepository


async def register(resources: Resources, form: Registration) -> None:
    """Make an account, or take the password from one whose address nobody has confirmed.

    Of two who register an address, nobody can tell which one owns it. Whoever confirmed it would
    confirm the other's password as well, so neither password is kept: the mail leads to a new one.
    """
    async with resources.database.transaction() as transaction:
        if await accounts.register(transaction, resources, form) is not None:
            return
    # Another transaction: beside an insert that has failed, two would wait for each other's lock.
    async with resources.database.transaction() as transaction:
        await _distrust(transaction, form.email)


async def lock_by_email(transaction: Transaction, email: str) -> User | None:
    """Find an account by address, and keep others from changing it."""
    users = UserRepository(transaction)
    user = await users.get_by_email(email)
    return None if user is None else await users.lock(user.id)


async def _distrust(transaction: Transaction, email: str) -> None:
    user = await lock_by_email(transaction, email)
    if user is None or user.email_verified or not user.is_active:
        return
    await CredentialRepository(transaction).remove(user.id)
    # Only the codes for a new password stay: they bring no earlier one back.
    await TokenRepository(transaction).revoke_all(user.id, now(), keep_kind=RESET_PASSWORD)
    await record(transaction, "user.registered.again", subject_id=user.id)
