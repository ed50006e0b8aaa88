"""The job queue: a Redis stream, which workers read as one consumer group.

Jobs that wait for another attempt lie in a sorted set beside it, by the time when they are due.
"""

import asyncio
import time
from collections.abc import AsyncGenerator
from functools import partial
from typing import Any, Final

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError
from structlog.typing import FilteringBoundLogger
from taskiq import AckableMessage, TaskiqMessage
from taskiq_redis import RedisStreamBroker

from app.settings import Settings
from app.state.connection import CONNECTIONS, bounds
from app.telemetry.command_spans import trace_commands

log: FilteringBoundLogger = structlog.get_logger()

# Longer than an attempt, whose mail server may take its time: an older one has lost its worker.
ABANDONED_AFTER_SECONDS: Final = 300
# A job that has crashed so many workers would crash all of them.
MOST_DELIVERIES: Final = 3
TASK: Final = "job"
_WAIT_SECONDS: Final = 1.0
_RETRY_SECONDS: Final = 1.0
# At once: of workers that look at the same time, one returns a job to the stream.
_RETURN_DUE: Final = """
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, 1)
for _, data in ipairs(due) do
  redis.call('ZREM', KEYS[1], data)
  redis.call('XADD', KEYS[2], '*', 'data', data)
end
"""


class Broker(RedisStreamBroker):
    """Keeps a job in Redis until it has succeeded or finally failed, even if its worker dies.

    The base class claims abandoned jobs only after a new one has arrived, never removes finished
    jobs, and stops listening at the first error of Redis.
    """

    def __init__(
        self, settings: Settings, seconds: float | None, stop: asyncio.Event | None = None
    ) -> None:
        super().__init__(
            settings.redis_url.get_secret_value(),
            queue_name=f"{settings.redis_key_prefix}:jobs",
            consumer_group_name="workers",
            # From the beginning: jobs may come before the first worker.
            consumer_id="0",
            max_connection_pool_size=CONNECTIONS,
            **bounds(seconds),
        )
        trace_commands(self.connection_pool)
        self.redis = Redis(connection_pool=self.connection_pool)
        self._later = f"{self.queue_name}:later"
        self._return_due = self.redis.register_script(_RETURN_DUE)
        self._stop = stop or asyncio.Event()
        self._declared = False
        self._lost = False

    async def postpone(self, message: TaskiqMessage, seconds: float) -> None:
        """Have a job done after a pause."""
        data = self.formatter.dumps(message).message
        await self.redis.zadd(self._later, {data: time.time() + seconds})

    async def unfinished(self) -> int:
        """Count the jobs that are not done yet."""
        async with self.redis.pipeline() as pipeline:
            pipeline.xlen(self.queue_name)
            pipeline.zcard(self._later)
            return sum(await pipeline.execute())

    async def listen(self) -> AsyncGenerator[AckableMessage, None]:
        """Yield jobs until `stop` is set."""
        # Polled: before Python 3.12, a cancellation can get lost in the client.
        while not self._stop.is_set():
            for entry_id, data in await self._take():
                yield AckableMessage(data=data, ack=partial(self._remove, entry_id))

    async def _take(self) -> list[tuple[bytes, bytes]]:
        """Return the next job, or none. One at a time: the others stay free for other workers."""
        try:
            await self._return_due([self._later, self.queue_name], [time.time()])
            entries = await self._readable(await self._abandoned() or await self._new())
        except RedisError as error:
            if not self._lost:
                log.error("queue.lost", error=type(error).__name__)
            self._lost, self._declared = True, False
            await asyncio.sleep(_RETRY_SECONDS)
            return []
        if self._lost:
            self._lost = False
            log.warning("queue.recovered")
        return entries

    async def _abandoned(self) -> list[Any]:
        if not self._declared:
            await self._declare_consumer_group()
            self._declared = True
        idle = ABANDONED_AFTER_SECONDS * 1_000
        found: Any = await self.redis.xautoclaim(
            self.queue_name, self.consumer_group_name, self.consumer_name, idle, count=1
        )
        return [entry for entry in found[1] if not await self._is_deadly(entry[0])]

    async def _is_deadly(self, entry_id: bytes) -> bool:
        """Drop a job that was delivered too often and never finished."""
        pending: Any = await self.redis.xpending_range(
            self.queue_name, self.consumer_group_name, min=entry_id, max=entry_id, count=1
        )
        if not pending or pending[0]["times_delivered"] <= MOST_DELIVERIES:
            return False
        await self._drop(entry_id, "every worker that took it ended")
        return True

    async def _readable(self, entries: list[Any]) -> list[tuple[bytes, bytes]]:
        """Drop entries that are not jobs: they would be redelivered forever or crash the worker."""
        readable = []
        for entry_id, fields in entries:
            data = (fields or {}).get(b"data", b"")
            if self._is_job(data):
                readable.append((entry_id, data))
            else:
                await self._drop(entry_id, "it cannot be read")
        return readable

    def _is_job(self, data: bytes) -> bool:
        try:
            message = self.formatter.loads(data)
        except (ValueError, RecursionError):
            return False
        return (
            message.task_name == TASK
            and _are_arguments(*message.args)
            and not message.kwargs
            and not message.labels
        )

    async def _drop(self, entry_id: bytes, reason: str) -> None:
        log.error("job.lost", reason=reason)
        await self._remove(entry_id)

    async def _new(self) -> list[Any]:
        found: Any = await self.redis.xreadgroup(
            self.consumer_group_name,
            self.consumer_name,
            {self.queue_name: ">"},
            count=1,
            block=int(_WAIT_SECONDS * 1_000),
        )
        return list(found[0][1]) if found else []

    async def _remove(self, entry_id: bytes) -> None:
        async with self.redis.pipeline() as pipeline:
            pipeline.xack(self.queue_name, self.consumer_group_name, entry_id)
            pipeline.xdel(self.queue_name, entry_id)
            await pipeline.execute()


def _are_arguments(name: object = None, sealed: object = None, *numbers: object) -> bool:
    """Return whether these are a name, a seal and, from the second on, the number of an attempt."""
    return (
        isinstance(name, str)
        and isinstance(sealed, str)
        and len(numbers) <= 1
        and all(type(number) is int and number > 1 for number in numbers)
    )
