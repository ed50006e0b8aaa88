"""A connection to the database, independent of the driver."""

import abc
import logging
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final

# Statements are logged without their values, which contain addresses and hashes.
log: Final = logging.getLogger(__name__)


class Connection(abc.ABC):
    """One connection of the pool; one task uses it at a time."""

    def __init__(self) -> None:
        self.opened_at = self.idle_since = time.monotonic()
        self._is_usable = True
        self._transacting = False

    @property
    def is_clean(self) -> bool:
        """Return whether the connection can be used by the next task."""
        return self._is_usable and not self._transacting and not self._has_hung_up()

    async def run(self, statement: str, values: Sequence[Any] = ()) -> tuple[int, Sequence[Any]]:
        """Run a statement; returns the number of affected rows, and the rows.

        Raises `IntegrityError` for a violated constraint, an `OSError` during an outage, and
        `OperationalError` for a faulty statement.
        """
        log.info("%s", statement)
        # A cancelled task leaves it set: the pending result would be taken for that of the next
        # statement.
        self._is_usable = False
        try:
            result = await self._send(statement, values)
        except Exception as error:  # noqa: BLE001  (told apart there)
            explained = self._explain(error, statement)
            self._is_usable = not isinstance(explained, OSError)
            # Messages of drivers quote values and whole rows.
            raise explained from None
        self._is_usable = True
        return result

    async def begin(self, statement: str) -> None:
        """Begin a transaction."""
        self._transacting = True
        await self.run(statement)

    async def commit(self) -> None:
        """Commit the transaction."""
        await self.run("COMMIT")
        self._transacting = False

    async def rollback(self) -> None:
        """Roll back the transaction; if that fails, closing the connection does it."""
        if self._is_usable:
            with suppress(Exception):
                await self.run("ROLLBACK")
                self._transacting = False

    @abc.abstractmethod
    async def close(self) -> None: ...

    @abc.abstractmethod
    async def _send(self, statement: str, values: Sequence[Any]) -> tuple[int, Sequence[Any]]: ...

    @abc.abstractmethod
    def _explain(self, error: Exception, statement: str) -> Exception:
        """Translate an error of the driver into one of `run`, without values."""

    def _has_hung_up(self) -> bool:
        """Return whether the driver has noticed that the connection is lost."""
        return False
