"""Outcomes and durations of jobs."""

import time
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Final

from prometheus_client import Gauge, Histogram

from app.resources import Resources
from app.telemetry.metrics import REGISTRY

Job = Callable[[Resources, str], Awaitable[None]]

DURATION: Final = Histogram(
    "job_duration_seconds",
    "Time of one attempt at a job.",
    # Not `job`, which Prometheus itself gives to every series.
    ["job_name", "outcome"],
    buckets=(0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30),
    registry=REGISTRY,
)
WAITING: Final = Gauge("jobs_waiting", "Jobs in the queue.", registry=REGISTRY)


def time_job(job: Job) -> Job:
    """Measure each attempt at a job."""

    @wraps(job)
    async def timed(resources: Resources, argument: str) -> None:
        started = time.perf_counter()
        outcome = "failed"
        try:
            await job(resources, argument)
            outcome = "succeeded"
        finally:
            DURATION.labels(job.__name__, outcome).observe(time.perf_counter() - started)

    return timed
