"""What arrives of SQL: operations and tables, below the request that they are for."""

from uuid import uuid4

import pytest
from opentelemetry.trace import SpanKind

from app.telemetry.statement_spans import OTHER, _described
from app.users.repository import UserRepository
from tests.support.collector import collecting
from tests.support.factories import make_user
from tests.support.queries import execute
from tests.support.service import running_service


async def test_a_statement_is_a_span_of_its_operation_and_table(database_url: str) -> None:
    with collecting() as collector:
        endpoint = collector.endpoint
        async with running_service(database_url, otel_exporter_otlp_endpoint=endpoint) as service:
            tracing = service.resources.tracing
            with tracing.begin("work", SpanKind.INTERNAL, None):
                user = await make_user(service.resources, email="hunter2@example.com")
                async with service.resources.database.reader() as reader:
                    assert await UserRepository(reader).get(user.id) is not None
            # Nobody's work: a probe, or a command.
            async with service.resources.database.reader() as reader:
                assert await UserRepository(reader).get(uuid4()) is None
    [work] = collector.named("work")
    [insert] = collector.named("INSERT users")
    [select] = collector.named("SELECT users")
    for span, operation in ((insert, "INSERT"), (select, "SELECT")):
        assert (span.trace_id, span.parent_id) == (work.trace_id, work.span_id)
        assert span.attributes == {
            "db.system.name": database_url.partition(":")[0],
            "db.operation.name": operation,
            "db.collection.name": "users",
        }
        assert 0 < span.seconds <= work.seconds
    assert "hunter2" not in collector.text
    assert str(user.id) not in collector.text


async def test_a_statement_that_fails_names_the_type_of_its_error(database_url: str) -> None:
    with collecting() as collector:
        endpoint = collector.endpoint
        async with running_service(database_url, otel_exporter_otlp_endpoint=endpoint) as service:
            with service.resources.tracing.begin("work", SpanKind.INTERNAL, None):
                with pytest.raises(Exception, match="hunter2_column"):
                    await execute(
                        service.resources,
                        "SELECT hunter2_column FROM users WHERE email = 'hunter2'",
                    )
                # The connection goes on without the span of what failed.
                await make_user(service.resources)
    [failed] = [span for span in collector.spans if span.has_failed]
    assert failed.name == "SELECT users"
    assert set(failed.attributes) > {"error.type"}
    assert "hunter2" not in collector.text
    assert len(collector.named("INSERT users")) == 1


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("SELECT a FROM users WHERE b = 'from hunter2'", "SELECT users"),
        ('\n  select 1 FROM "users"', "SELECT users"),
        ("UPDATE `users` SET a = 'INTO hunter2'", "UPDATE users"),
        ("DELETE FROM ONLY users", "DELETE users"),
        ("WITH x AS (SELECT 1 FROM users) SELECT * FROM x", "WITH users"),
        ("COMMIT", "COMMIT"),
        ("hunter2", OTHER),
        ("", OTHER),
    ],
)
def test_a_statement_is_named_by_its_operation_and_first_table(statement: str, name: str) -> None:
    assert _described(statement, "sql")[0] == name
