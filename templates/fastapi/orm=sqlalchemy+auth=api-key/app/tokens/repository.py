"""Stored credentials: their queries."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, delete, insert, or_, select

from app.database.models import UserRow
from app.database.session import Session
from app.tokens.table import TOKEN_COLUMNS, TokenRow, to_token, to_values
from app.tokens.token import Token
from app.users.model import User
from app.users.repository import USER_COLUMNS, to_user

# Built once: each authenticated request runs it, and building it costs more than running it.
_ALIVE_WITH_OWNER = (
    select(*USER_COLUMNS, *TOKEN_COLUMNS)
    .join(TokenRow, TokenRow.user_id == UserRow.id)
    .where(
        TokenRow.id == bindparam("token_id"),
        TokenRow.kind == bindparam("kind"),
        TokenRow.revoked_at.is_(None),
        or_(TokenRow.expires_at.is_(None), TokenRow.expires_at > bindparam("at")),
        UserRow.is_active,
    )
)


class TokenRepository:
    """An account's tokens are written under the lock of its row in `users`.

    Without it, a key that is created while every key is revoked would survive.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, token: Token) -> None:
        """Store a token, and delete expired ones of its owner, whose row is locked."""
        expired = (TokenRow.user_id == token.user_id, TokenRow.expires_at < token.created_at)
        await self._session.execute(delete(TokenRow).where(*expired))
        await self._session.execute(insert(TokenRow).values(to_values(token)))

    async def delete_expired(self, at: datetime, limit: int) -> int:
        """Delete up to `limit` expired tokens; returns how many there were."""
        query = select(TokenRow.id).where(TokenRow.expires_at <= at).limit(limit)
        expired = list(await self._session.scalars(query))
        await self._session.execute(delete(TokenRow).where(TokenRow.id.in_(expired)))
        return len(expired)

    async def find_alive(
        self, kind: str, token_id: UUID, at: datetime
    ) -> tuple[Token, User] | None:
        """Find a valid token and its active owner in one query."""
        values = {"kind": kind, "token_id": token_id, "at": at}
        row = (await self._session.execute(_ALIVE_WITH_OWNER, values)).one_or_none()
        return None if row is None else (to_token(row[len(USER_COLUMNS) :]), to_user(row))
