"""Counts of what happened since somebody last asked, in the memory of this process."""

import time
from collections import OrderedDict
from typing import Final

CAPACITY: Final = 10_000


class Tallies:
    """Counts that are read and reset at once."""

    def __init__(self) -> None:
        # Least recently counted first. Each count with its expiry time.
        self._counts: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def add(self, key: str, seconds: int) -> None:
        """Count once more, for a time at most; the least recently counted are evicted."""
        self._counts[key] = (time.monotonic() + seconds, self.take(key) + 1)
        if len(self._counts) > CAPACITY:
            self._counts.popitem(last=False)

    def take(self, key: str) -> int:
        """Return a count, and reset it."""
        expires_at, count = self._counts.pop(key, (0.0, 0))
        return count if expires_at > time.monotonic() else 0
