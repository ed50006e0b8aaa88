"""Successors of refresh tokens."""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, select, update

from app.database.session import Session
from app.tokens.repository import TokenRow
from app.tokens.token import Token


async def supersede(session: Session, token: Token, at: datetime) -> bool:
    """Revoke what came after a token in its family, whose owner is locked.

    Returns False, and revokes nothing, if one of them was used, or all are revoked.
    """
    later = (TokenRow.family_id == token.family_id, TokenRow.id > token.id)
    used = select(TokenRow.id).where(*later, TokenRow.last_used_at.is_not(None)).limit(1)
    if (await session.execute(used)).one_or_none() is not None:
        return False
    alive = (TokenRow.revoked_at.is_(None), TokenRow.expires_at > at)
    result = await session.execute(update(TokenRow).where(*later, *alive).values(revoked_at=at))
    return cast("CursorResult[Any]", result).rowcount > 0
