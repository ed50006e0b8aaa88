"""Jobs: run after the response, and what fails is told and ends nothing."""

import asyncio

import pytest
from structlog.testing import capture_logs

from app.jobs import attempts
from app.jobs.attempts import attempt
from app.jobs.registry import JOBS
from app.resources import Resources
from tests.support.jobs import finish_jobs
from tests.support.service import Service


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


async def test_an_attempt_that_fails_is_logged_without_what_the_job_was_given(
    resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def job(_resources: Resources, _argument: str) -> None:
        raise OSError("the mail server does not answer ann@example.com")

    monkeypatch.setitem(JOBS, "job", job)
    with capture_logs() as logs:
        assert not await attempt(resources, "job", "ann@example.com", 3)
    assert [(line["event"], line["attempt"], line["error"]) for line in logs] == [
        ("job.failed", 3, "OSError")
    ]
    assert "ann@example.com" not in str(logs)


async def test_an_attempt_does_not_last_for_ever(
    resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(JOBS, "job", forever)
    monkeypatch.setattr(attempts, "ATTEMPT_SECONDS", 0.05)
    with capture_logs() as logs:
        assert not await asyncio.wait_for(attempt(resources, "job", "argument", 1), 10)
    assert [(line["event"], line["error"]) for line in logs] == [("job.failed", "TimeoutError")]


async def test_an_unknown_job_fails_loudly(resources: Resources) -> None:
    with capture_logs() as logs:
        assert not await attempt(resources, "unknown", "x", 1)
    assert [line["event"] for line in logs] == ["job.failed"]


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
