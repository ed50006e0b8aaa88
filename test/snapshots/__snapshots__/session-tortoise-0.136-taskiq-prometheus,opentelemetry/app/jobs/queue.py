"""The queue of jobs that run after the response, in workers that read them from Redis."""

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final, Self

import structlog
from redis.exceptions import RedisError
from structlog.typing import FilteringBoundLogger
from taskiq import TaskiqMessage

from app.ids import new_id
from app.jobs.broker import TASK, Broker
from app.security.encryption import FieldCipher
from app.settings import Settings
from app.state.connection import CONNECTIONS, in_time
from app.telemetry.job_parents import carry_trace

log: FilteringBoundLogger = structlog.get_logger()

CAPACITY: Final = 100_000


class Jobs:
    """Enqueues jobs for the workers."""

    def __init__(self, settings: Settings) -> None:
        self.broker = Broker(settings, None)
        self._turns = asyncio.Semaphore(CONNECTIONS)
        self._cipher = FieldCipher(settings.field_encryption_keys)
        self._sending: set[asyncio.Task[None]] = set()

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: Settings) -> AsyncIterator[Self]:
        """Keep the queue open while the service runs."""
        jobs = cls(settings)
        try:
            yield jobs
        finally:
            await jobs.sent()
            await jobs.broker.shutdown()

    @carry_trace
    async def enqueue(self, name: str, argument: str) -> None:
        """Enqueue the job `name` of `app.jobs.registry`. Never waits, so it delays no response."""
        task = asyncio.create_task(self._send(name, argument))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def sent(self) -> None:
        """Wait until every job is in Redis or refused."""
        await asyncio.gather(*self._sending)

    async def _send(self, name: str, argument: str) -> None:
        job_id = new_id()
        # Encrypted, since an argument may be an address, and authenticated, so that write access to
        # Redis is not enough to create a job.
        sealed = self._cipher.seal(argument, table="jobs", column=name, row_id=job_id)
        message = TaskiqMessage(
            task_id=str(job_id),
            task_name=TASK,
            labels={},
            args=[name, base64.b64encode(sealed).decode()],
            kwargs={},
        )
        try:
            # The time begins with a turn: however many jobs come at once, Redis is not away.
            async with self._turns, in_time():
                if await self.broker.unfinished() < CAPACITY:
                    await self.broker.kick(self.broker.formatter.dumps(message))
                else:
                    log.error("job.refused", job=name, reason="the queue is full")
        except RedisError as error:
            kind = type(error).__name__
            log.error("job.refused", job=name, reason="Redis takes none", error=kind)
            await self.broker.begin_anew()
