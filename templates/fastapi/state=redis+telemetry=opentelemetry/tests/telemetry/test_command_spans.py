"""What arrives of calls to Redis: the names of commands."""

import pytest
from opentelemetry.trace import SpanKind
from redis.asyncio import BlockingConnectionPool
from redis.asyncio.connection import SSLConnection
from redis.exceptions import RedisError

from app.settings.types import Rate
from app.telemetry.command_spans import trace_commands
from tests.support.collector import collecting
from tests.support.server import free_port
from tests.support.service import running_service


async def test_a_command_is_a_span_of_its_name(database_url: str) -> None:
    with collecting() as collector:
        endpoint = collector.endpoint
        async with running_service(database_url, otel_exporter_otlp_endpoint=endpoint) as service:
            store = service.resources.store
            await store.set("before", b"nobody's", 60)
            with service.resources.tracing.begin("work", SpanKind.INTERNAL, None):
                await store.set("hunter2-key", b"hunter2-value", 60)
                assert await store.get("hunter2-key") == b"hunter2-value"
                await store.hit("hunter2-caller", Rate(5, 60))
            await store.get("after")
    [work] = collector.named("work")
    [stored] = collector.named("SET")
    assert [span.name for span in collector.spans][:2] == ["SET", "GET"]
    assert collector.named("EVALSHA")
    assert stored.attributes == {"db.system.name": "redis", "db.operation.name": "SET"}
    for span in collector.spans:
        assert span.trace_id == work.trace_id
        assert span is not work or span.parent_id == ""
        assert span.name not in {"HELLO", "AUTH", "CLIENT", "SELECT"}
    assert "hunter2" not in collector.text


async def test_a_command_that_fails_is_marked(database_url: str) -> None:
    url = f"redis://:hunter2@127.0.0.1:{free_port()}/0"
    with collecting() as collector:
        settings = {"otel_exporter_otlp_endpoint": collector.endpoint, "redis_url": url}
        async with running_service(database_url, **settings) as service:
            tracing, store = service.resources.tracing, service.resources.store
            with tracing.begin("work", SpanKind.INTERNAL, None), pytest.raises(RedisError):
                await store.ping()
    assert "hunter2" not in collector.text
    assert [span.name for span in collector.spans if span.name == "work"] == ["work"]


def test_connections_over_tls_are_traced_too() -> None:
    pool = BlockingConnectionPool.from_url("rediss://redis.example.com")
    trace_commands(pool)
    assert issubclass(pool.connection_class, SSLConnection)
    assert pool.connection_class.__name__ == "SSLConnection"
