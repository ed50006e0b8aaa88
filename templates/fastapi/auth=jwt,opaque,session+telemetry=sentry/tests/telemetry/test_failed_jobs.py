"""What arrives at Sentry when a job fails."""

import pytest

from app.resources import Resources
from app.telemetry.failed_jobs import report_failures
from tests.support.ingest import ingest
from tests.support.service import running_service


async def test_a_failed_job_is_reported_without_its_argument(database_url: str) -> None:
    @report_failures
    async def failing(_resources: Resources, argument: str) -> None:
        raise ValueError(argument)

    with ingest() as sentry:
        async with running_service(database_url, sentry_dsn=sentry.dsn) as service:
            with pytest.raises(ValueError, match="hunter2"):
                await failing(service.resources, "hunter2@example.com")
    [event] = sentry.events
    assert event["transaction"] == "failing"
    assert b"hunter2" not in b"".join(sentry.received)
