"""Tokens that are found by their secret, and used once."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.database.session import Session
from app.tokens.repository import TokenRow, to_token
from app.tokens.token import Token


async def find_token(session: Session, kind: str, digests: Sequence[bytes]) -> Token | None:
    """Find a token by its digest, whether it can still be used or not."""
    row = await TokenRow.filter(kind=kind, digest__in=digests).using_db(session).get_or_none()
    return None if row is None else to_token(row)


async def consume_token(session: Session, token_id: UUID, at: datetime) -> bool:
    """Use a token. Of two concurrent uses, one gets True: the UPDATE decides.

    The row of the owner is locked.
    """
    usable = TokenRow.filter(id=token_id, revoked_at__isnull=True, expires_at__gt=at)
    return await usable.using_db(session).update(last_used_at=at, revoked_at=at) == 1
