"""Who may continue a trace: a trusted proxy, and nobody else."""

import pytest

from app.telemetry.trace_parents import parent_of
from tests.support.collector import Collector, collecting
from tests.support.service import client_of, running_service

TRACE = "0af7651916cd43dd8448eb211c80319c"
SPAN = "b7ad6b7169203331"
PARENT = f"00-{TRACE}-{SPAN}-01"
PROXY = "10.0.0.1"
CLIENT = "192.0.2.7"
BAGGAGE = {"baggage": "user=hunter2", "tracestate": "vendor=hunter2"}

Headers = list[tuple[str, str]]


async def traced(database_url: str, address: str, *headers: tuple[str, str]) -> Collector:
    """Return what arrives of one request from an address."""
    with collecting() as collector:
        async with running_service(
            database_url,
            otel_exporter_otlp_endpoint=collector.endpoint,
            trusted_proxies="10.0.0.0/8",
        ) as service:
            client = client_of(service.app, address)
            await client.get("/api/v1/users/me", headers=[*headers, *BAGGAGE.items()])
    return collector


async def test_a_client_continues_no_trace(database_url: str) -> None:
    collector = await traced(database_url, CLIENT, ("traceparent", PARENT))
    [span] = collector.named("GET /api/v1/users/me")
    assert (span.trace_id == TRACE, span.parent_id) == (False, "")


async def test_a_client_cannot_have_its_trace_left_out(database_url: str) -> None:
    collector = await traced(database_url, CLIENT, ("traceparent", f"00-{TRACE}-{SPAN}-00"))
    assert len(collector.named("GET /api/v1/users/me")) == 1


async def test_a_trusted_proxy_continues_its_trace(database_url: str) -> None:
    collector = await traced(
        database_url, PROXY, ("traceparent", PARENT), ("x-forwarded-for", CLIENT)
    )
    [span] = collector.named("GET /api/v1/users/me")
    assert (span.trace_id, span.parent_id) == (TRACE, SPAN)
    assert "hunter2" not in collector.text


async def test_a_trusted_proxy_decides_what_is_kept(database_url: str) -> None:
    collector = await traced(database_url, PROXY, ("traceparent", f"00-{TRACE}-{SPAN}-00"))
    assert collector.spans == []


@pytest.mark.parametrize(
    "headers",
    [
        [("traceparent", PARENT), ("traceparent", PARENT)],
        [("traceparent", PARENT + "0" * 8_000)],
        [("traceparent", f"{PARENT}-more")],
        [("traceparent", PARENT.upper())],
        [("traceparent", "")],
    ],
)
async def test_what_is_no_parent_begins_a_new_trace(database_url: str, headers: Headers) -> None:
    collector = await traced(database_url, PROXY, *headers)
    [span] = collector.named("GET /api/v1/users/me")
    assert (span.trace_id == TRACE, span.parent_id) == (False, "")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "00",
        "x" * 10_000,
        f"01-{TRACE}-{SPAN}-01",
        f"ff-{TRACE}-{SPAN}-01",
        f"00-{'0' * 32}-{SPAN}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{TRACE[:-1]}-{SPAN}-01",
        f"00-{TRACE}-{SPAN}-1",
        f"00-{TRACE}-{SPAN}-01\n",
        f"00-{TRACE}-{SPAN}-\u0660\u0661",
        f"00_{TRACE}_{SPAN}_01",
    ],
)
def test_a_parent_has_one_form(text: str) -> None:
    assert parent_of(text) is None
