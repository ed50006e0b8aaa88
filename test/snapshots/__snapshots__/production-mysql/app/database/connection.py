"""A connection to the database, without any driver's ways."""

import abc
import logging
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final

# Statements go to the log without their values: those hold addresses and hashes.
log: Final = logging.getLogger(__name__)


class Connection(abc.ABC):
    """One connection of the pool; one task uses it at a time."""

    def __init__(self) -> None:
        self.opened_at = self.idle_since = time.monotonic()
        self._is_usable = True
        self._transacting = False

    @property
    def is_clean(self) -> bool:
        """Tell whether the next task can go on with it."""
        return self._is_usable and not self._transacting and not self._has_hung_up()

    async def run(self, statement: str, values: Sequence[Any] = ()) -> tuple[int, Sequence[Any]]:
        """Run a statement; returns how many rows it changed or found, and the rows.

        Raises `IntegrityError` when a constraint forbids it, an `OSError` when the database cannot
        answer, and `OperationalError` for a mistake.
        """
        log.info("%s", statement)
        # A task that is cancelled leaves it so: the answer that is due would be taken for that of
        # the next statement.
        self._is_usable = False
        try:
            result = await self._send(statement, values)
        except Exception as error:  # noqa: BLE001  (told apart there)
            explained = self._explain(error, statement)
            self._is_usable = not isinstance(explained, OSError)
            # What a driver says quotes values and whole rows.
            raise explained from None
        self._is_usable = True
        return result

    async def begin(self, statement: str) -> None:
        """Begin a transaction."""
        self._transacting = True
        await self.run(statement)

    async def commit(self) -> None:
        """Keep what the transaction changed."""
        await self.run("COMMIT")
        self._transacting = False

    async def rollback(self) -> None:
        """Undo what the transaction changed; if that fails, closing the connection does it."""
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
        """Return the error of `run` for what the driver raised, without values."""

    def _has_hung_up(self) -> bool:
        """Tell whether the driver has noticed that the other side is gone."""
        return False
