"""Accounts whose password the tests know."""

from typing import Final

from app.auth.credentials import CredentialRepository
from app.clock import now
from app.resources import Resources
from app.users.model import User

PASSWORD: Final = "correct horse battery staple"
OTHER_PASSWORD: Final = "a quite different passphrase"

_usual_hash: list[str] = []


async def give_password(resources: Resources, user: User, password: str = PASSWORD) -> None:
    """Let an account sign in with a password."""
    await _store(resources, user, await resources.passwords.hash(password))


async def give_usual_password(resources: Resources, user: User) -> None:
    """Let an account sign in with `PASSWORD`, which is hashed for the first of them alone."""
    if not _usual_hash:
        _usual_hash.append(await resources.passwords.hash(PASSWORD))
    await _store(resources, user, _usual_hash[0])


async def _store(resources: Resources, user: User, password_hash: str) -> None:
    async with resources.database.transaction() as transaction:
        await CredentialRepository(transaction).set(user.id, password_hash, now())
