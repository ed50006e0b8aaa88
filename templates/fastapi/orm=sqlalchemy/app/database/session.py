"""What a repository runs its statements on."""

from collections.abc import Callable
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

# A transaction is a session; a reader is a bare connection.
Session = AsyncSession | AsyncConnection

_AFTER_COMMIT: Final = "after commit"


def after_commit(transaction: AsyncSession, action: Callable[[], None]) -> None:
    """Do something once the transaction is kept; never, if it is undone."""
    transaction.info.setdefault(_AFTER_COMMIT, []).append(action)


def committed(transaction: AsyncSession) -> None:
    """Do what waited for the transaction to be kept."""
    for action in transaction.info.get(_AFTER_COMMIT, ()):
        action()
