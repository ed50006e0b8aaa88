"""When stored credentials were last used."""

from datetime import datetime

from app.database.session import Session
from app.tokens.repository import TokenRow
from app.tokens.token import Token


async def note_use(session: Session, token: Token, digest: bytes, at: datetime) -> None:
    """Store when a token was used, and its current digest.

    Does nothing if another request has done this since the token was read.
    """
    unused_since = TokenRow.filter(id=token.id, last_used_at=token.last_used_at)
    await unused_since.using_db(session).update(last_used_at=at, digest=digest)
