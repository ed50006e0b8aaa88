"""Accounts with an unverified address."""

from datetime import datetime

from sqlalchemy import delete, select

from app.auth.permissions import Role
from app.database.models import UserRow
from app.database.session import Session


async def delete_unconfirmed(session: Session, before: datetime, limit: int) -> int:
    """Delete up to `limit` unverified users registered before a time; returns how many.

    An account with another role got it from an administrator, and is in use.
    """
    unconfirmed = select(UserRow.id).where(
        UserRow.email_verified.is_(False), UserRow.created_at < before, UserRow.role == Role.USER
    )
    ids = list(await session.scalars(unconfirmed.limit(limit).with_for_update()))
    await session.execute(delete(UserRow).where(UserRow.id.in_(ids)))
    return len(ids)
