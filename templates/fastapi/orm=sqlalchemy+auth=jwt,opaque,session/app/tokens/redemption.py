"""Tokens that are found by their secret, and used once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, select, update

from app.database.session import Session
from app.tokens.repository import TOKEN_COLUMNS, TokenRow, to_token
from app.tokens.token import Token


async def find_token(session: Session, kind: str, digests: Sequence[bytes]) -> Token | None:
    """Find a token by its digest, whether it can still be used or not."""
    query = select(*TOKEN_COLUMNS).where(TokenRow.kind == kind, TokenRow.digest.in_(digests))
    row = (await session.execute(query)).one_or_none()
    return None if row is None else to_token(row)


async def consume_token(session: Session, token_id: UUID, at: datetime) -> bool:
    """Use a token. Of two concurrent uses, one gets True: the UPDATE decides.

    The row of the owner is locked.
    """
    query = (
        update(TokenRow)
        .where(TokenRow.id == token_id, TokenRow.revoked_at.is_(None), TokenRow.expires_at > at)
        .values(last_used_at=at, revoked_at=at)
    )
    result = cast("CursorResult[Any]", await session.execute(query))
    return result.rowcount == 1
