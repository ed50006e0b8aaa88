"""Jobs that fail: retried, and never lost silently."""

import pytest
from structlog.testing import capture_logs

from app.jobs import retries, worker
from app.jobs.registry import JOBS
from app.resources import Resources
from tests.support.jobs import finish_jobs


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Collect the pauses between attempts instead of waiting for them."""
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    monkeypatch.setattr(retries, "sleep", pause)
    return pauses


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
