"""Sessions of an account."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app.database.session import Session
from app.tokens.repository import TOKEN_COLUMNS, TokenRow, to_token
from app.tokens.token import Token


async def live_sessions(session: Session, user_id: UUID, kind: str, at: datetime) -> list[Token]:
    """List the latest token of each session of an account, newest sign-in first."""
    query = select(*TOKEN_COLUMNS).where(
        TokenRow.user_id == user_id,
        TokenRow.kind == kind,
        TokenRow.revoked_at.is_(None),
        TokenRow.expires_at > at,
    )
    rows = await session.execute(query.order_by(TokenRow.family_id.desc()))
    return [to_token(row) for row in rows]
