"""Successors of refresh tokens."""

from datetime import datetime

from app.database.session import Session
from app.tokens.repository import TokenRow
from app.tokens.token import Token


async def supersede(session: Session, token: Token, at: datetime) -> bool:
    """Revoke what came after a token in its family, whose owner is locked.

    Returns False, and revokes nothing, if one of them was used, or all are revoked.
    """
    later = TokenRow.filter(family_id=token.family_id, id__gt=token.id).using_db(session)
    if await later.filter(last_used_at__isnull=False).exists():
        return False
    return await later.filter(revoked_at__isnull=True, expires_at__gt=at).update(revoked_at=at) > 0
