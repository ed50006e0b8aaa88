"""Runs the jobs that wait in Redis."""

import asyncio
import base64
import binascii
from typing import Annotated, Final
from uuid import UUID

import structlog
from structlog.typing import FilteringBoundLogger
from taskiq import Context, TaskiqDepends
from taskiq.acks import AcknowledgeType
from taskiq.receiver import Receiver

from app.jobs.attempts import run
from app.jobs.broker import TASK, Broker
from app.resources import Resources
from app.security.encryption import DecryptionError

log: FilteringBoundLogger = structlog.get_logger()

WORKERS: Final = 10
DRAIN_SECONDS: Final = 10.0
_REDIS_SECONDS: Final = 5.0


async def work(resources: Resources, stop: asyncio.Event) -> None:
    """Run jobs until `stop` is set; then finish the current ones within `DRAIN_SECONDS`.

    A job is removed when it has succeeded or all its attempts have failed. If its worker dies
    before that, another one runs it again: it may run twice.
    """
    broker = Broker(resources.settings, _REDIS_SECONDS, stop)

    @broker.task(TASK)
    async def do(name: str, sealed: str, context: Annotated[Context, TaskiqDepends()]) -> None:
        try:
            argument = resources.cipher.unseal(
                base64.b64decode(sealed, validate=True),
                table="jobs",
                column=name,
                row_id=UUID(context.message.task_id),
            )
        except (DecryptionError, binascii.Error, ValueError):
            log.error("job.lost", job=name, reason="this service did not make it")
        else:
            await run(resources, name, argument)
        await context.ack()

    receiver = Receiver(
        broker,
        run_startup=False,
        max_async_tasks=WORKERS,
        # By `do` itself: taskiq would also acknowledge a job that was cancelled.
        ack_type=AcknowledgeType.MANUAL,
        wait_tasks_timeout=DRAIN_SECONDS,
    )
    try:
        await receiver.listen(stop)
    finally:
        await broker.shutdown()
