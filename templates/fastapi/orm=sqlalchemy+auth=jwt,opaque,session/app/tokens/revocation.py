"""Revoking an account's tokens, under the lock of its row in `users`.

Without it, a refresh during the end of all sessions would add a token that the latter does not see,
and one session would survive.
"""

from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, CursorResult, select, update

from app.database.models import UserRow
from app.database.session import Session
from app.tokens.repository import TokenRow


async def revoke_family(session: Session, family_id: UUID, at: datetime) -> bool:
    """Revoke a family; returns False if it was already revoked."""
    owner = select(TokenRow.user_id).where(TokenRow.family_id == family_id)
    await _lock_owner(session, UserRow.id.in_(owner))
    return await _revoke(session, at, TokenRow.family_id == family_id)


async def revoke_all(
    session: Session,
    user_id: UUID,
    at: datetime,
    *,
    keep_family: UUID | None = None,
    keep_kind: str | None = None,
) -> None:
    """Revoke every token of an account, except those of one family or one kind."""
    await _lock_owner(session, UserRow.id == user_id)
    conditions = [TokenRow.user_id == user_id]
    if keep_family is not None:
        conditions.append(TokenRow.family_id != keep_family)
    if keep_kind is not None:
        conditions.append(TokenRow.kind != keep_kind)
    await _revoke(session, at, *conditions)


async def revoke_kind(session: Session, user_id: UUID, kind: str, at: datetime) -> None:
    """Revoke the tokens of one kind of an account, whose row is locked."""
    await _revoke(session, at, TokenRow.user_id == user_id, TokenRow.kind == kind)


async def _lock_owner(session: Session, condition: ColumnElement[bool]) -> None:
    await session.execute(select(UserRow.id).where(condition).with_for_update())


async def _revoke(session: Session, at: datetime, *conditions: ColumnElement[bool]) -> bool:
    query = update(TokenRow).where(TokenRow.revoked_at.is_(None), *conditions)
    result = await session.execute(query.values(revoked_at=at))
    return cast("CursorResult[Any]", result).rowcount > 0
