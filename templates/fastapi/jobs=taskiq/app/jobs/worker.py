"""Runs the jobs that wait in Redis."""

import asyncio
import base64
import binascii
from typing import Annotated, Final
from uuid import UUID

import structlog
from structlog.typing import FilteringBoundLogger
from taskiq import Context, TaskiqDepends, TaskiqMessage
from taskiq.acks import AcknowledgeType
from taskiq.receiver import Receiver

from app.jobs.attempts import attempt
from app.jobs.broker import TASK, Broker
from app.resources import Resources
from app.security.encryption import DecryptionError, UnknownKeyError

log: FilteringBoundLogger = structlog.get_logger()

WORKERS: Final = 10
DRAIN_SECONDS: Final = 10.0
# Each pause is twice as long as the one before: they take two hours and a quarter together.
ATTEMPTS: Final = 14
FIRST_PAUSE_SECONDS: Final = 1.0
_REDIS_SECONDS: Final = 5.0


async def work(resources: Resources, stop: asyncio.Event) -> None:
    """Run jobs until `stop` is set; then finish the current ones within `DRAIN_SECONDS`.

    A job that fails waits in Redis for its next attempt, and is removed when it has succeeded or
    all of them have failed. If its worker dies before that, another one runs it again: it may run
    twice. One that this worker has no key for is left for those that have it, like one that fails.
    """
    broker = Broker(resources.settings, _REDIS_SECONDS, stop)

    @broker.task(TASK)
    async def do(
        name: str,
        sealed: str,
        number: int = 1,
        *,
        context: Annotated[Context, TaskiqDepends()],
    ) -> None:
        try:
            argument = resources.cipher.unseal(
                base64.b64decode(sealed, validate=True),
                table="jobs",
                column=name,
                row_id=UUID(context.message.task_id),
            )
        except UnknownKeyError:
            log.warning("job.failed", job=name, attempt=number, error="UnknownKeyError")
            await try_again(context.message, number)
        except (DecryptionError, binascii.Error, ValueError):
            log.error("job.lost", job=name, reason="this service did not make it")
        else:
            if not await attempt(resources, name, argument, number):
                await try_again(context.message, number)
        await context.ack()

    async def try_again(message: TaskiqMessage, number: int) -> None:
        name, sealed = message.args[:2]
        if number < ATTEMPTS:
            again = message.model_copy(update={"args": [name, sealed, number + 1]})
            await broker.postpone(again, FIRST_PAUSE_SECONDS * 2 ** (number - 1))
        else:
            log.error("job.lost", job=name, reason="it failed every time")

    receiver = Receiver(
        broker,
        run_startup=False,
        max_async_tasks=WORKERS,
        # By `do` itself: taskiq would also acknowledge a job that was cancelled.
        ack_type=AcknowledgeType.MANUAL,
        wait_tasks_timeout=DRAIN_SECONDS,
    )
    keeping = asyncio.create_task(broker.keep())
    try:
        await receiver.listen(stop)
    finally:
        keeping.cancel()
        await broker.leave()
