"""What arrives of jobs: each attempt, in the trace of the request that made the job."""

import pytest
import structlog
from opentelemetry.trace import SpanKind

from app.jobs.attempts import attempt
from app.jobs.registry import JOBS
from app.resources import Resources
from app.telemetry.job_parents import carried_by, written
from app.telemetry.job_spans import trace_attempt
from app.telemetry.trace_parents import parent_of
from tests.support.collector import collecting
from tests.support.jobs import finish_jobs, retry_at_once
from tests.support.service import running_service

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """List the arguments of a job that fails at first, and the traces that the log names."""
    done: list[tuple[str, str]] = []

    @trace_attempt
    async def often(_resources: Resources, argument: str) -> None:
        trace_id = structlog.contextvars.get_contextvars().get("trace_id", "none")
        done.append((argument, trace_id))
        if len(done) == 1:
            raise ValueError(argument)

    retry_at_once(monkeypatch)
    monkeypatch.setitem(JOBS, "often", often)
    return done


async def test_each_attempt_is_in_the_trace_of_the_request(
    database_url: str, done: list[tuple[str, str]]
) -> None:
    with collecting() as collector:
        endpoint = collector.endpoint
        async with running_service(database_url, otel_exporter_otlp_endpoint=endpoint) as service:
            with service.resources.tracing.begin("request", SpanKind.SERVER, None):
                await service.resources.jobs.enqueue("often", "hunter2@example.com")
            await finish_jobs(service.resources)
    [request] = collector.named("request")
    failed, succeeded = collector.named("job often")
    for span in (failed, succeeded):
        assert (span.trace_id, span.parent_id) == (request.trace_id, request.span_id)
    assert (failed.attributes, failed.has_failed) == ({"error.type": "ValueError"}, True)
    assert (succeeded.attributes, succeeded.has_failed) == ({}, False)
    assert done == [("hunter2@example.com", request.trace_id)] * 2
    assert "hunter2" not in collector.text


async def test_a_job_of_no_request_begins_a_trace(
    database_url: str, done: list[tuple[str, str]]
) -> None:
    with collecting() as collector:
        endpoint = collector.endpoint
        async with running_service(database_url, otel_exporter_otlp_endpoint=endpoint) as service:
            await service.resources.jobs.enqueue("often", f"{PARENT}\nhunter2")
            await finish_jobs(service.resources)
    spans = collector.named("job often")
    assert len({span.trace_id for span in spans}) == 2
    assert [span.parent_id for span in spans] == ["", ""]
    # What looks like a trace in an argument is a part of it.
    assert done == [(f"{PARENT}\nhunter2", "none")] * 2


async def test_a_process_that_traces_nothing_does_the_jobs_of_one_that_does(
    resources: Resources, done: list[tuple[str, str]]
) -> None:
    for number in (1, 2):
        await attempt(resources, "often", f"{PARENT}\nhunter2", number)
    assert [argument for argument, _ in done] == ["hunter2"] * 2


async def test_every_job_of_the_service_is_traced() -> None:
    assert JOBS
    for name, job in JOBS.items():
        assert job.__name__ == name
        assert hasattr(job, "__wrapped__")


@pytest.mark.parametrize("argument", ["", "ann@example.com", "two\nlines", "00-0-0-01\nx"])
def test_a_job_from_before_there_were_traces_is_left_as_it_is(argument: str) -> None:
    assert carried_by(argument) == (None, argument)


@pytest.mark.parametrize("flags", ["00", "01"])
def test_a_job_tells_whether_its_trace_is_kept(flags: str) -> None:
    parent = parent_of(PARENT[:-2] + flags)
    assert parent is not None
    assert written(parent) == PARENT[:-2] + flags
