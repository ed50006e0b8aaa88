"""Revoking an account's tokens, under the lock of its row in `users`.

Without it, a refresh during the end of all sessions would add a token that the latter does not see,
and one session would survive.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from tortoise.expressions import Subquery
from tortoise.queryset import QuerySet

from app.database.models import UserRow
from app.database.session import Session
from app.tokens.repository import TokenRow


async def revoke_family(session: Session, family_id: UUID, at: datetime) -> bool:
    """Revoke a family; returns False if it was already revoked."""
    family = _rows(session, family_id=family_id)
    await _lock_owner(session, id__in=Subquery(family.values("user_id")))
    return await _revoke(family, at)


async def revoke_all(
    session: Session,
    user_id: UUID,
    at: datetime,
    *,
    keep_family: UUID | None = None,
    keep_kind: str | None = None,
) -> None:
    """Revoke every token of an account, except those of one family or one kind."""
    await _lock_owner(session, id=user_id)
    tokens = _rows(session, user_id=user_id)
    if keep_family is not None:
        tokens = tokens.exclude(family_id=keep_family)
    if keep_kind is not None:
        tokens = tokens.exclude(kind=keep_kind)
    await _revoke(tokens, at)


async def revoke_kind(session: Session, user_id: UUID, kind: str, at: datetime) -> None:
    """Revoke the tokens of one kind of an account, whose row is locked."""
    await _revoke(_rows(session, user_id=user_id, kind=kind), at)


def _rows(session: Session, **conditions: Any) -> QuerySet[TokenRow]:
    return TokenRow.filter(**conditions).using_db(session)


async def _lock_owner(session: Session, **conditions: Any) -> None:
    await UserRow.filter(**conditions).using_db(session).select_for_update()


async def _revoke(tokens: QuerySet[TokenRow], at: datetime) -> bool:
    return await tokens.filter(revoked_at__isnull=True).update(revoked_at=at) > 0
