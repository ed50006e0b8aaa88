"""Stored credentials: the table and its queries."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal, cast
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    ForeignKey,
    LargeBinary,
    String,
    Text,
    bindparam,
    delete,
    insert,
    or_,
    select,
    update,
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

    Without it, a refresh during the end of all sessions would add a token that the latter does not
    see, and one session would survive.
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

    async def find(self, kind: str, digests: Sequence[bytes]) -> Token | None:
        """Find a token by its digest, whether it can still be used or not."""
        query = select(*TOKEN_COLUMNS).where(TokenRow.kind == kind, TokenRow.digest.in_(digests))
        row = (await self._session.execute(query)).one_or_none()
        return None if row is None else to_token(row)

    async def consume(self, token_id: UUID, at: datetime) -> bool:
        """Use a token. Of two concurrent uses, one gets True: the UPDATE decides.

        The row of the owner is locked.
        """
        query = (
            update(TokenRow)
            .where(TokenRow.id == token_id, TokenRow.revoked_at.is_(None), TokenRow.expires_at > at)
            .values(last_used_at=at, revoked_at=at)
        )
        result = cast("CursorResult[Any]", await self._session.execute(query))
        return result.rowcount == 1

    async def revoke_family(self, family_id: UUID, at: datetime) -> bool:
        """Revoke a family; returns False if it was already revoked."""
        owner = select(TokenRow.user_id).where(TokenRow.family_id == family_id)
        await self._lock_owner(UserRow.id.in_(owner))
        return await self._revoke(at, TokenRow.family_id == family_id)

    async def revoke_all(
        self,
        user_id: UUID,
        at: datetime,
        *,
        keep_family: UUID | None = None,
        keep_kind: str | None = None,
    ) -> None:
        """Revoke every token of an account, except those of one family or one kind."""
        await self._lock_owner(UserRow.id == user_id)
        conditions = [TokenRow.user_id == user_id]
        if keep_family is not None:
            conditions.append(TokenRow.family_id != keep_family)
        if keep_kind is not None:
            conditions.append(TokenRow.kind != keep_kind)
        await self._revoke(at, *conditions)

    async def revoke_kind(self, user_id: UUID, kind: str, at: datetime) -> None:
        """Revoke the tokens of one kind of an account, whose row is locked."""
        await self._revoke(at, TokenRow.user_id == user_id, TokenRow.kind == kind)

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

    async def is_alive(self, family_id: UUID, at: datetime) -> bool:
        """Return whether a family has a valid token."""
        query = select(TokenRow.id).where(
            TokenRow.family_id == family_id, TokenRow.revoked_at.is_(None), _unexpired(at)
        )
        return (await self._session.execute(query.limit(1))).one_or_none() is not None

    async def _lock_owner(self, condition: ColumnElement[bool]) -> None:
        await self._session.execute(select(UserRow.id).where(condition).with_for_update())

    async def _revoke(self, at: datetime, *conditions: Any) -> bool:
        query = update(TokenRow).where(TokenRow.revoked_at.is_(None), *conditions)
        result = await self._session.execute(query.values(revoked_at=at))
        return cast("CursorResult[Any]", result).rowcount > 0


def _unexpired(at: datetime) -> ColumnElement[bool]:
    return or_(TokenRow.expires_at.is_(None), TokenRow.expires_at > at)


def to_token(values: Sequence[Any]) -> Token:
    """Build the token from the values of `TOKEN_COLUMNS`."""
    token_id, kind, user_id, family_id, digest, scopes, *rest = values
    scopes = None if scopes is None else frozenset(scopes.split())
    return Token(token_id, kind, user_id, family_id, digest, scopes, *rest)
