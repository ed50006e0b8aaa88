"""The worker of this process: what a shutdown and a full queue do to its jobs."""

import asyncio
from contextlib import AsyncExitStack

import pytest
from structlog.testing import capture_logs

from app.jobs import queue, worker
from app.jobs.queue import Jobs
from app.jobs.registry import JOBS
from app.resources import Resources
from tests.support.service import Service, running_service

REGISTRATION = {
    "email": "ann@example.com",
    "password": "correct horse battery staple",
    "full_name": "Ann",
}


async def forever(_resources: Resources, _argument: str) -> None:
    await asyncio.Event().wait()


async def test_at_a_shutdown_what_waits_is_done(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []

    async def slow(_resources: Resources, argument: str) -> None:
        await asyncio.sleep(0.02)
        done.append(argument)

    monkeypatch.setitem(JOBS, "slow", slow)
    arguments = [str(number) for number in range(worker.WORKERS * 3)]
    async with running_service(database_url) as service:
        for argument in arguments:
            await service.resources.jobs.enqueue("slow", argument)
        assert done == []
    assert sorted(done) == sorted(arguments)


async def test_what_a_shutdown_cannot_wait_for_is_logged(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def bad(_resources: Resources, _argument: str) -> None:
        raise ValueError

    monkeypatch.setattr(worker, "DRAIN_SECONDS", 0.05)
    monkeypatch.setitem(JOBS, "forever", forever)
    monkeypatch.setitem(JOBS, "bad", bad)
    async with AsyncExitStack() as stack:
        service = await stack.enter_async_context(running_service(database_url))
        # One that pauses between two attempts, some that run, and one that has not begun.
        await service.resources.jobs.enqueue("bad", "x")
        for _ in range(worker.WORKERS):
            await service.resources.jobs.enqueue("forever", "x")
        with capture_logs() as logs:
            await stack.aclose()
    lost = [line["job"] for line in logs if line["event"] == "job.lost"]
    assert sorted(lost) == ["bad"] + ["forever"] * worker.WORKERS


async def test_a_full_queue_refuses_jobs_without_waiting_and_logs_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(queue, "CAPACITY", 2)
    jobs = Jobs()
    with capture_logs() as logs:
        for _ in range(3):
            await asyncio.wait_for(jobs.enqueue("job", "x"), 1)
    assert jobs.waiting.qsize() == 2
    assert [(line["event"], line["log_level"]) for line in logs] == [("job.refused", "error")]


async def test_an_answer_waits_for_no_job(
    monkeypatch: pytest.MonkeyPatch, service: Service
) -> None:
    monkeypatch.setattr(worker, "DRAIN_SECONDS", 0.01)
    for name in list(JOBS):
        monkeypatch.setitem(JOBS, name, forever)
    for number in range(worker.WORKERS * 2):
        # Each has a mail of its own: a recipient gets a few at most.
        registration = {**REGISTRATION, "email": f"ann{number}@example.com"}
        answer = await asyncio.wait_for(
            service.client.post("/api/v1/auth/register", json=registration), 10
        )
        assert answer.status_code == 202
