"""Metrics of what requests do not show: passwords and jobs."""

import pytest
from prometheus_client import generate_latest

from app.jobs.attempts import attempt
from app.jobs.registry import JOBS
from app.resources import Resources
from app.telemetry.jobs import time_job
from app.telemetry.metrics import REGISTRY
from app.telemetry.queue import look_at_queue
from tests.support.passwords import PASSWORD


def counted(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(f"{name}_count", labels) or 0


async def test_each_password_is_measured(resources: Resources) -> None:
    before = [counted("password_hash_duration_seconds", operation=o) for o in ("hash", "verify")]
    password_hash = await resources.passwords.hash(PASSWORD)
    await resources.passwords.verify(PASSWORD, password_hash)
    await resources.passwords.verify(PASSWORD, None)
    after = [counted("password_hash_duration_seconds", operation=o) for o in ("hash", "verify")]
    assert after == [before[0] + 1, before[1] + 2]
    assert PASSWORD.encode() not in generate_latest(REGISTRY)


async def test_each_attempt_at_a_job_is_measured(
    resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[str] = []

    @time_job
    async def often(_resources: Resources, argument: str) -> None:
        tries.append(argument)
        if len(tries) < 3:
            raise ValueError(argument)

    monkeypatch.setitem(JOBS, "often", often)
    for number in (1, 2, 3):
        await attempt(resources, "often", "hunter2", number)
    assert counted("job_duration_seconds", job_name="often", outcome="failed") == 2
    assert counted("job_duration_seconds", job_name="often", outcome="succeeded") == 1
    assert b"hunter2" not in generate_latest(REGISTRY)


async def test_every_job_of_the_service_is_measured() -> None:
    assert JOBS
    for name, job in JOBS.items():
        assert job.__name__ == name
        assert hasattr(job, "__wrapped__")


async def test_jobs_that_wait_are_counted(
    resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nothing(_resources: Resources, _argument: str) -> None: ...

    monkeypatch.setitem(JOBS, "nothing", nothing)
    await look_at_queue(resources)
    before = REGISTRY.get_sample_value("jobs_waiting")
    for argument in ("a", "b"):
        await resources.jobs.enqueue("nothing", argument)
    await handed_over(resources)
    await look_at_queue(resources)
    assert REGISTRY.get_sample_value("jobs_waiting") == (before or 0) + 2


async def handed_over(resources: Resources) -> None:
    sent = getattr(resources.jobs, "sent", None)
    if sent is not None:
        await sent()
