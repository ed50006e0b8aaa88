"""Mailed single-use tokens (OWASP Forgot Password Cheat Sheet)."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from app.clock import now
from app.database.transaction import Reader, Transaction
from app.errors import Unprocessable
from app.ids import new_id
from app.resources import Resources
from app.tokens.redemption import consume_token, find_token
from app.tokens.repository import TokenRepository
from app.tokens.revocation import revoke_kind
from app.tokens.token import Token, new_secret
from app.users.repository import UserRepository

VERIFY_EMAIL: Final = "verify_email"
RESET_PASSWORD: Final = "reset_password"  # noqa: S105
_LIFETIMES: Final = {VERIFY_EMAIL: timedelta(hours=24), RESET_PASSWORD: timedelta(minutes=30)}
_PURPOSE: Final = "one-time-token"


class CodeRefused(Unprocessable):
    """A mailed code is unknown, was used, or has expired."""

    refuses = "credential"

    def __init__(self) -> None:
        super().__init__("token", "is not valid, or not any more")


async def issue(transaction: Transaction, resources: Resources, kind: str, user_id: UUID) -> str:
    """Generate a token for a purpose and return its secret. Invalidates the previous one.

    Only its keyed hash is stored.
    """
    await UserRepository(transaction).lock(user_id)
    secret = new_secret()
    at = now()
    token = Token(
        id=new_id(),
        kind=kind,
        user_id=user_id,
        family_id=new_id(),
        digest=resources.keys.mac(_PURPOSE, secret.encode()),
        scopes=None,
        created_at=at,
        expires_at=at + _LIFETIMES[kind],
    )
    await revoke_kind(transaction, user_id, kind, at)
    await TokenRepository(transaction).add(token)
    return secret


async def find_owner(reader: Reader, resources: Resources, kind: str, secret: str) -> UUID:
    """Return the owner of a token, used or not; raises `Unprocessable` if it is unknown."""
    token = await find_token(reader, kind, _digests(resources, secret))
    if token is None:
        raise CodeRefused
    return token.user_id


async def consume(transaction: Transaction, resources: Resources, kind: str, secret: str) -> UUID:
    """Use a token and return its owner; raises `Unprocessable` if it cannot be used."""
    token = await find_token(transaction, kind, _digests(resources, secret))
    if token is None:
        raise CodeRefused
    await UserRepository(transaction).lock(token.user_id)
    if not await consume_token(transaction, token.id, now()):
        raise CodeRefused
    return token.user_id


def _digests(resources: Resources, secret: str) -> tuple[bytes, ...]:
    return resources.keys.macs(_PURPOSE, secret.encode())
