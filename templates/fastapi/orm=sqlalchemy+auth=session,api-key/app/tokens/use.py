"""When stored credentials were last used."""

from datetime import datetime

from sqlalchemy import update

from app.database.session import Session
from app.tokens.repository import TokenRow
from app.tokens.token import Token


async def note_use(session: Session, token: Token, digest: bytes, at: datetime) -> None:
    """Store when a token was used, and its current digest.

    Does nothing if another request has done this since the token was read.
    """
    query = update(TokenRow).where(
        TokenRow.id == token.id, TokenRow.last_used_at.is_not_distinct_from(token.last_used_at)
    )
    await session.execute(query.values(last_used_at=at, digest=digest))
