"""Telemetry of jobs."""

from collections.abc import Awaitable, Callable
from typing import Final

from app.resources import Resources
from app.telemetry.failed_jobs import report_failures
from app.telemetry.job_spans import trace_attempt
from app.telemetry.jobs import time_job

Job = Callable[[Resources, str], Awaitable[None]]

_PARTS: Final[list[Callable[[Job], Job]]] = [
    time_job,
    trace_attempt,
    report_failures,
]


def observe(job: Job) -> Job:
    """Watch each attempt at a job."""
    for part in _PARTS:
        job = part(job)
    return job
