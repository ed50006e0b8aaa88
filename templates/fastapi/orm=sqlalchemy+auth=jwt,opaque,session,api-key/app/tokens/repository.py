"""Stored credentials: the table and its queries."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import (
    ForeignKey,
    LargeBinary,
    String,
    Text,
    bindparam,
    delete,
    insert,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.database.models import Base, UserRow
from app.database.session import Session
from app.tokens.token import Token
from app.users.model import User
from app.users.repository import USER_COLUMNS, to_user


class TokenRow(Base):
    __tablename__ = "tokens"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    family_id: Mapped[UUID] = mapped_column(index=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    scopes: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    signed_in_at: Mapped[datetime | None]
    client_address: Mapped[str | None] = mapped_column(String(45))


TOKEN_COLUMNS = (
    TokenRow.id,
    TokenRow.kind,
    TokenRow.user_id,
    TokenRow.family_id,
    TokenRow.digest,
    TokenRow.scopes,
    TokenRow.created_at,
    TokenRow.expires_at,
    TokenRow.last_used_at,
    TokenRow.revoked_at,
    TokenRow.signed_in_at,
    TokenRow.client_address,
)

# Built once: each authenticated request runs it, and building it costs more than running it.
_ALIVE_WITH_OWNER = (
    select(*USER_COLUMNS, *TOKEN_COLUMNS)
    .join(TokenRow, TokenRow.user_id == UserRow.id)
    .where(
        TokenRow.kind == bindparam("kind"),
        TokenRow.revoked_at.is_(None),
        or_(TokenRow.expires_at.is_(None), TokenRow.expires_at > bindparam("at")),
        UserRow.is_active,
    )
    .limit(1)
)
_ALIVE_BY = {
    column.key: _ALIVE_WITH_OWNER.where(column == bindparam("value"))
    for column in (TokenRow.digest, TokenRow.family_id)
}


class TokenRepository:
    """An account's tokens are written under the lock of its row in `users`.

    Without it, one that is added while all of them end would survive: the end would not see it.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, token: Token) -> None:
        """Store a token, and delete expired ones of its owner, whose row is locked."""
        expired = (TokenRow.user_id == token.user_id, TokenRow.expires_at < token.created_at)
        await self._session.execute(delete(TokenRow).where(*expired))
        await self._session.execute(
            insert(TokenRow).values(
                id=token.id,
                kind=token.kind,
                user_id=token.user_id,
                family_id=token.family_id,
                digest=token.digest,
                scopes=None if token.scopes is None else " ".join(sorted(token.scopes)),
                created_at=token.created_at,
                expires_at=token.expires_at,
                signed_in_at=token.signed_in_at,
                client_address=token.client_address,
            )
        )

    async def delete_expired(self, at: datetime, limit: int) -> int:
        """Delete up to `limit` expired tokens; returns how many there were."""
        query = select(TokenRow.id).where(TokenRow.expires_at <= at).limit(limit)
        expired = list(await self._session.scalars(query))
        await self._session.execute(delete(TokenRow).where(TokenRow.id.in_(expired)))
        return len(expired)

    async def find_alive(
        self, kind: str, key: Literal["digest", "family_id"], value: bytes | UUID, at: datetime
    ) -> tuple[Token, User] | None:
        """Find a valid token and its active owner in one query."""
        values = {"kind": kind, "value": value, "at": at}
        row = (await self._session.execute(_ALIVE_BY[key], values)).one_or_none()
        return None if row is None else (to_token(row[len(USER_COLUMNS) :]), to_user(row))


def to_token(values: Sequence[Any]) -> Token:
    """Build the token from the values of `TOKEN_COLUMNS`."""
    token_id, kind, user_id, family_id, digest, scopes, *rest = values
    scopes = None if scopes is None else frozenset(scopes.split())
    return Token(token_id, kind, user_id, family_id, digest, scopes, *rest)
