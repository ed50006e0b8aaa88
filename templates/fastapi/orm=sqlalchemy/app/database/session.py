"""Sessions, on which repositories run their statements."""

from collections.abc import Callable
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

# A transaction is a session; a reader is a bare connection.
Session = AsyncSession | AsyncConnection

_AFTER_COMMIT: Final = "after commit"


def after_commit(transaction: AsyncSession, action: Callable[[], None]) -> None:
    """Run a callback after the commit; never after a rollback."""
    transaction.info.setdefault(_AFTER_COMMIT, []).append(action)


def committed(transaction: AsyncSession) -> None:
    """Run the callbacks that waited for the commit."""
    for action in transaction.info.get(_AFTER_COMMIT, ()):
        action()
