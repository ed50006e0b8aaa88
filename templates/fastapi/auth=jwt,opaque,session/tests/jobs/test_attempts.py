"""Jobs: run after the response, retried, and never lost silently."""

import asyncio

import pytest
from structlog.testing import capture_logs

from app.jobs import attempts, worker
from app.jobs.registry import JOBS
from app.resources import Resources
from tests.support.jobs import finish_jobs
from tests.support.service import Service

REGISTRATION = {
    "email": "ann@example.com",
    "password": "correct horse battery staple",
    "full_name": "Ann",
}


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Collect the pauses between attempts instead of waiting for them."""
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    monkeypatch.setattr(attempts, "sleep", pause)
    return pauses


async def forever(_resources: Resources, _argument: str) -> None:
    await asyncio.Event().wait()


async def test_a_job_is_done_once_with_its_argument(
    resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []

    async def job(_resources: Resources, argument: str) -> None:
        done.append(argument)

    monkeypatch.setitem(JOBS, "job", job)
    await resources.jobs.enqueue("job", "argument")
    await finish_jobs(resources)
    assert done == ["argument"]


async def test_a_job_that_fails_is_tried_again_after_longer_and_longer_pauses(
    resources: Resources, monkeypatch: pytest.MonkeyPatch, pauses: list[float]
) -> None:
    tries: list[str] = []

    async def job(_resources: Resources, argument: str) -> None:
        tries.append(argument)
        if len(tries) < 4:
            raise OSError("the mail server does not answer ann@example.com")

    monkeypatch.setitem(JOBS, "job", job)
    with capture_logs() as logs:
        await resources.jobs.enqueue("job", "ann@example.com")
        await finish_jobs(resources)
    assert len(tries) == 4
    assert pauses == [1, 2, 4]
    assert [(line["event"], line["attempt"]) for line in logs] == [
        ("job.failed", 1),
        ("job.failed", 2),
        ("job.failed", 3),
    ]
    assert "ann@example.com" not in str(logs)


async def test_a_job_that_always_fails_is_dropped_and_logged_and_blocks_no_other(
    resources: Resources, monkeypatch: pytest.MonkeyPatch, pauses: list[float]
) -> None:
    done: list[str] = []

    async def bad(_resources: Resources, _argument: str) -> None:
        raise ValueError

    async def good(_resources: Resources, argument: str) -> None:
        done.append(argument)

    monkeypatch.setitem(JOBS, "bad", bad)
    monkeypatch.setitem(JOBS, "good", good)
    with capture_logs() as logs:
        for _ in range(worker.WORKERS * 2):
            await resources.jobs.enqueue("bad", "x")
        await resources.jobs.enqueue("good", "y")
        await finish_jobs(resources)
    assert done == ["y"]
    assert pauses.count(8) == worker.WORKERS * 2
    lost = [line for line in logs if line["event"] == "job.lost"]
    assert len(lost) == worker.WORKERS * 2
    assert {(line["job"], line["log_level"]) for line in lost} == {("bad", "error")}


async def test_an_unknown_job_is_given_up_loudly(resources: Resources, pauses: list[float]) -> None:
    with capture_logs() as logs:
        await resources.jobs.enqueue("unknown", "x")
        await finish_jobs(resources)
    assert logs[-1]["event"] == "job.lost"
    assert len(pauses) == attempts.ATTEMPTS - 1


async def test_an_answer_waits_for_no_job(
    monkeypatch: pytest.MonkeyPatch, service: Service
) -> None:
    monkeypatch.setattr(worker, "DRAIN_SECONDS", 0.01)
    for name in list(JOBS):
        monkeypatch.setitem(JOBS, name, forever)
    for _ in range(worker.WORKERS * 2):
        answer = await asyncio.wait_for(
            service.client.post("/api/v1/auth/register", json=REGISTRATION), 10
        )
        assert answer.status_code == 202


async def test_a_job_begins_after_the_answer(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    enqueue = service.resources.jobs.enqueue

    async def noted(name: str, argument: str) -> None:
        order.append("job")
        await enqueue(name, argument)

    monkeypatch.setattr(service.resources.jobs, "enqueue", noted)

    async def receive() -> dict[str, object]:
        body = b'{"email":"ann@example.com"}'
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, object]) -> None:
        order.append(str(message["type"]))

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/api/v1/auth/forgot-password",
        "raw_path": b"/api/v1/auth/forgot-password",
        "query_string": b"",
        "root_path": "",
        "scheme": "http",
        "headers": [(b"host", b"localhost"), (b"content-type", b"application/json")],
        "client": ("192.0.2.1", 50000),
        "server": ("localhost", 80),
        "http_version": "1.1",
    }
    await service.app(scope, receive, send)  # type: ignore[arg-type]
    assert order == ["http.response.start", "http.response.body", "job"]
