"""Accounts with an unverified address."""

from datetime import datetime

from app.auth.permissions import Role
from app.database.models import UserRow
from app.database.session import Session


async def delete_unconfirmed(session: Session, before: datetime, limit: int) -> int:
    """Delete up to `limit` unverified users registered before a time; returns how many.

    An account with another role got it from an administrator, and is in use.
    """
    rows = UserRow.filter(email_verified=False, created_at__lt=before, role=Role.USER)
    found = await rows.using_db(session).limit(limit).select_for_update()
    ids = [row.id for row in found]
    return await UserRow.filter(id__in=ids).using_db(session).delete() if ids else 0
