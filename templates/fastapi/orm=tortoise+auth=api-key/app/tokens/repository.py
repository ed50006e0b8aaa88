"""Stored credentials: their queries."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from tortoise.queryset import QuerySet

from app.database.dialect import statement
from app.database.session import Session
from app.tokens.table import COLUMNS, TokenRow, read_token, to_values
from app.tokens.token import Token
from app.users.model import User
from app.users.repository import USER_COLUMNS, USER_WIDTH, read_user

# A constant: each authenticated request runs it, and building it would cost more than running it.
_ALIVE_WITH_OWNER: Final = statement(f"""
    SELECT {USER_COLUMNS}, {COLUMNS}
    FROM tokens JOIN users ON users.id = tokens.user_id
    WHERE tokens.kind = $1 AND tokens.revoked_at IS NULL AND users.is_active
        AND (tokens.expires_at IS NULL OR tokens.expires_at > $2) AND tokens.id = $3
""")  # noqa: S608  (of constants alone)


class TokenRepository:
    """Writes of an account's tokens happen under the lock of its row in `users`.

    Without it, a key that is created while every key is revoked would live on.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, token: Token) -> None:
        """Store a token, and drop the expired ones of its owner, whose row is locked."""
        await self._rows(user_id=token.user_id, expires_at__lt=token.created_at).delete()
        await TokenRow.create(using_db=self._session, **to_values(token))

    async def delete_expired(self, at: datetime, limit: int) -> int:
        """Delete up to `limit` expired tokens; returns how many there were."""
        expired = await self._rows(expires_at__lte=at).limit(limit).values_list("id", flat=True)
        return await self._rows(id__in=expired).delete() if expired else 0

    async def find_alive(
        self, kind: str, token_id: UUID, at: datetime
    ) -> tuple[Token, User] | None:
        """Find a valid token and its active owner in one query."""
        _, rows = await self._session.run(_ALIVE_WITH_OWNER, (kind, at, token_id))
        if not rows:
            return None
        values = tuple(rows[0])
        return read_token(values[USER_WIDTH:]), read_user(values[:USER_WIDTH])

    def _rows(self, **conditions: Any) -> QuerySet[TokenRow]:
        return TokenRow.filter(**conditions).using_db(self._session)
