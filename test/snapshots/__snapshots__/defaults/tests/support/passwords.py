"""Accounts whose password the tests know."""

from typing import Final

from app.auth.credentials import CredentialRepository
from app.clock import now
from app.resources import Resources
from app.users.model import User
from tests.support.hashing import WEAKER_HASHER

PASSWORD: Final = "correct horse battery staple"
OTHER_PASSWORD: Final = "a quite different passphrase"

_usual_hash: list[str] = []


async def give_password(resources: Resources, user: User, password: str = PASSWORD) -> None:
    """Let an account sign in with a password."""
    await give_hash(resources, user, await resources.passwords.hash(password))


async def give_usual_password(resources: Resources, user: User) -> None:
    """Let an account sign in with `PASSWORD`, which is hashed for the first of them alone."""
    if not _usual_hash:
        _usual_hash.append(await resources.passwords.hash(PASSWORD))
    await give_hash(resources, user, _usual_hash[0])


async def give_weaker_password(resources: Resources, user: User) -> None:
    """Let an account sign in with `PASSWORD`, hashed the way an earlier version did."""
    await give_hash(resources, user, WEAKER_HASHER.hash(PASSWORD))


async def give_hash(resources: Resources, user: User, password_hash: str) -> None:
    """Store whatever is given as the hash of an account's password."""
    async with resources.database.transaction() as transaction:
        await CredentialRepository(transaction).set(user.id, password_hash, now())


async def stored_hash(resources: Resources, user: User) -> str:
    """Read the hash of an account's password as it is now."""
    async with resources.database.reader() as reader:
        found = await CredentialRepository(reader).get(user.id)
    assert found is not None
    return found[1]
