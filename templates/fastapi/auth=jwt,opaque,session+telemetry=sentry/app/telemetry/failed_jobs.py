"""Reports jobs that fail."""

from collections.abc import Awaitable, Callable
from functools import wraps

from app.resources import Resources
from app.telemetry.crashes import report

Job = Callable[[Resources, str], Awaitable[None]]


def report_failures(job: Job) -> Job:
    """Report each failed attempt at a job."""

    @wraps(job)
    async def reporting(resources: Resources, argument: str) -> None:
        try:
            await job(resources, argument)
        except Exception as error:
            report(error, job.__name__)
            raise

    return reporting
