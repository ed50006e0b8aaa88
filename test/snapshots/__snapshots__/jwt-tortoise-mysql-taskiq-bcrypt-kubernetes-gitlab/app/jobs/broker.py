"""The job queue: a Redis stream, which workers read as one consumer group.

Jobs that wait for another attempt lie in a sorted set beside it, by the time when they are due.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import Any, Final

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError
from structlog.typing import FilteringBoundLogger
from taskiq import AckableMessage, TaskiqMessage
from taskiq_redis import RedisStreamBroker

from app.settings import Settings
from app.state.connection import CONNECTIONS, begin_anew, bounds

log: FilteringBoundLogger = structlog.get_logger()

# A job whose worker has given no sign of life for so long has lost it.
ABANDONED_AFTER_SECONDS: Final = 60
SIGN_OF_LIFE_SECONDS: Final = 15.0
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
        self.redis = Redis(connection_pool=self.connection_pool)
        self._later = f"{self.queue_name}:later"
        self._return_due = self.redis.register_script(_RETURN_DUE)
        self._stop = stop or asyncio.Event()
        self._declared = False
        self._lost = False
        self._running: set[bytes] = set()

    async def keep(self) -> None:
        """Show that the jobs which run here have a worker, until it is cancelled."""
        while True:
            await asyncio.sleep(SIGN_OF_LIFE_SECONDS)
            if self._running:
                with suppress(RedisError):
                    await self.redis.xclaim(
                        self.queue_name,
                        self.consumer_group_name,
                        self.consumer_name,
                        min_idle_time=0,
                        message_ids=list(self._running),
                        justid=True,
                    )

    async def leave(self) -> None:
        """Leave the group, unless a job that runs here still has to be taken over from it."""
        place = self.queue_name, self.consumer_group_name
        with suppress(RedisError):
            if not await self.redis.xpending_range(*place, "-", "+", 1, self.consumer_name):
                await self.redis.xgroup_delconsumer(*place, self.consumer_name)
        await self.shutdown()

    async def postpone(self, message: TaskiqMessage, seconds: float) -> None:
        """Have a job done after a pause."""
        data = self.formatter.dumps(message).message
        due = time.time() + seconds
        await _insist(lambda: self.redis.zadd(self._later, {data: due}))

    async def begin_anew(self) -> None:
        """Leave connections that have failed."""
        with suppress(RedisError):
            await begin_anew(self.connection_pool)

    async def unfinished(self) -> int:
        """Count the jobs that are not done yet."""
        # No transactions here: a full Redis would refuse them, although it takes each command.
        async with self.redis.pipeline(transaction=False) as pipeline:
            pipeline.xlen(self.queue_name)
            pipeline.zcard(self._later)
            return sum(await pipeline.execute())

    async def listen(self) -> AsyncGenerator[AckableMessage, None]:
        """Yield jobs until `stop` is set."""
        # Polled: before Python 3.12, a cancellation can get lost in the client.
        while not self._stop.is_set():
            for entry_id, data in await self._take():
                self._running.add(entry_id)
                yield AckableMessage(data=data, ack=partial(self._finish, entry_id))

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
            await self.begin_anew()
            return []
        if self._lost:
            self._lost = False
            log.warning("queue.recovered")
        return entries

    async def _abandoned(self) -> list[Any]:
        if not self._declared:
            await self._declare_consumer_group()
            self._declared = True
        idle = int(ABANDONED_AFTER_SECONDS * 1_000)
        found: Any = await self.redis.xautoclaim(
            self.queue_name, self.consumer_group_name, self.consumer_name, idle, count=1
        )
        # While Redis was away, there was no sign of life of a job that still runs here.
        lost = [entry for entry in found[1] if entry[0] not in self._running]
        return [entry for entry in lost if not await self._is_deadly(entry[0])]

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

    async def _finish(self, entry_id: bytes) -> None:
        await _insist(lambda: self._remove(entry_id))
        self._running.discard(entry_id)

    async def _remove(self, entry_id: bytes) -> None:
        async with self.redis.pipeline(transaction=False) as pipeline:
            pipeline.xack(self.queue_name, self.consumer_group_name, entry_id)
            pipeline.xdel(self.queue_name, entry_id)
            await pipeline.execute()


async def _insist(command: Callable[[], Awaitable[object]]) -> None:
    """Repeat a command until Redis takes it: the job would be done once more."""
    while True:
        try:
            await command()
        except RedisError:
            await asyncio.sleep(_RETRY_SECONDS)
        else:
            return


def _are_arguments(name: object = None, sealed: object = None, *numbers: object) -> bool:
    """Return whether these are a name, a seal and, from the second on, the number of an attempt."""
    return (
        isinstance(name, str)
        and isinstance(sealed, str)
        and len(numbers) <= 1
        and all(type(number) is int and number > 1 for number in numbers)
    )
