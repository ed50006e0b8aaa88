"""Sessions of an account."""

from datetime import datetime
from uuid import UUID

from app.database.session import Session
from app.tokens.repository import TokenRow, to_token
from app.tokens.token import Token


async def live_sessions(session: Session, user_id: UUID, kind: str, at: datetime) -> list[Token]:
    """List the latest token of each session of an account, newest sign-in first."""
    rows = TokenRow.filter(user_id=user_id, kind=kind, revoked_at__isnull=True, expires_at__gt=at)
    return [to_token(row) for row in await rows.using_db(session).order_by("-family_id")]
