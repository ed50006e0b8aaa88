"""What arrives at the collector of a request: read at the other end."""

import json
from uuid import uuid4

import httpx2
import pytest
from fastapi import Request
from opentelemetry import trace

from app.auth.permissions import Role
from app.route_table import operations_of
from tests.support.collector import Collector, Received, collecting
from tests.support.service import Service, client_of, running_service

SERVER = 2
USER = "/api/v1/users/{user_id}"
KNOWN = {
    "db.collection.name",
    "db.operation.name",
    "db.system.name",
    "error.type",
    "http.request.method",
    "http.response.status_code",
    "http.route",
}
SECRETS = {
    "password": "hunter2-password",
    "token": "eyJhbGciOi.hunter2-token.c2ln",
    "cookie": "hunter2-cookie",
    "key": "hunter2-key",
    "database": "hunter2-database",
    "query": "hunter2-query",
    "email": "hunter2@example.com",
}


def requests_in(collector: Collector) -> list[Received]:
    return [span for span in collector.spans if span.kind == SERVER]


async def test_a_request_is_a_span_of_its_route(database_url: str) -> None:
    with collecting() as collector:
        endpoint = collector.endpoint
        async with running_service(database_url, otel_exporter_otlp_endpoint=endpoint) as service:
            async with service.caller(Role.ADMIN) as admin:
                await admin.client.get(f"/api/v1/users/{uuid4()}")
            await service.client.get("/nowhere")
    found, unmatched = requests_in(collector)[-2:]
    assert (found.name, found.parent_id, found.has_failed) == (f"GET {USER}", "", False)
    assert found.attributes == {
        "http.request.method": "GET",
        "http.response.status_code": 404,
        "http.route": USER,
    }
    assert 0 < found.seconds < 10
    assert (unmatched.name, set(unmatched.attributes)) == ("GET", KNOWN & set(unmatched.attributes))
    assert "http.route" not in unmatched.attributes


def add_crash(service: Service) -> None:
    async def crash(request: Request) -> None:
        password = (await request.body()).decode()
        settings = service.resources.settings
        try:
            raise ValueError(f"no such key: {SECRETS['key']}, {password}, {settings.secret_key}")
        except ValueError as error:
            message = f"scheme://u:{SECRETS['database']}@db/{SECRETS['email']} {request.url}"
            raise RuntimeError(message, settings.secret_key.get_secret_value()) from error

    service.app.add_api_route("/crash", crash, methods=["POST"])


async def call(client: httpx2.AsyncClient, method: str, path: str) -> httpx2.Response:
    return await client.request(
        method,
        f"{path}?token={SECRETS['query']}&email={SECRETS['email']}",
        content=json.dumps({"password": SECRETS["password"], "username": SECRETS["email"]}),
        headers={
            "Authorization": f"Bearer {SECRETS['token']}",
            "Cookie": f"session={SECRETS['cookie']}",
            "Content-Type": "application/json",
            "User-Agent": f"agent {SECRETS['key']}",
            "X-Credential": SECRETS["key"],
            "X-Request-ID": "hunter2-request",
            "X-Forwarded-For": "198.51.100.77",
        },
    )


async def test_no_secret_of_a_request_is_exported(database_url: str) -> None:
    with collecting() as collector:
        endpoint = collector.endpoint
        async with running_service(database_url, otel_exporter_otlp_endpoint=endpoint) as service:
            for operation in operations_of(service.app):
                path = operation.path.replace("{", "hunter2-").replace("}", "")
                await call(service.client, operation.method, path)
            add_crash(service)
            assert (await call(service.client, "POST", "/crash")).status_code == 500
            await call(service.client, "HUNTER2", f"/{SECRETS['token']}/{SECRETS['email']}")
            async with service.caller() as user:
                await user.client.patch("/api/v1/users/me", json={"full_name": "Hunter2 Name"})
                email = user.user.email
            secret_key = service.resources.settings.secret_key.get_secret_value()
    assert len(requests_in(collector)) > 10
    [crash] = [span for span in requests_in(collector) if span.has_failed]
    assert crash.attributes["error.type"] == "RuntimeError"
    addresses = {"address": "192.0.2.1", "forwarded": "198.51.100.77", "e-mail": email}
    for name, secret in {**SECRETS, **addresses, "secret key": secret_key}.items():
        assert secret not in collector.text, name
    assert "hunter2" not in collector.text.lower()
    assert {name for span in collector.spans for name in span.attributes} <= KNOWN


async def test_no_caller_makes_names_or_values(database_url: str) -> None:
    with collecting() as collector:
        endpoint = collector.endpoint
        async with running_service(database_url, otel_exporter_otlp_endpoint=endpoint) as service:
            for number in range(20):
                marked = f"marked{number}"
                await service.client.request(marked.upper(), f"/api/v1/{marked}?token={marked}")
                await service.client.get("/api/v1/users/me", headers={"Host": f"{marked}.example"})
                await service.client.get(f"/api/v1/users/{marked}", headers={"User-Agent": marked})
                await client_of(service.app, f"192.0.2.{number}").get("/api/v1/users")
            routes = {operation.path for operation in operations_of(service.app)}
    assert len(requests_in(collector)) == 80
    assert "marked" not in collector.text.lower()
    methods = {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "_OTHER"}
    for span in requests_in(collector):
        assert span.attributes["http.request.method"] in methods
        assert span.attributes.get("http.route") in routes | {None}
    assert len({span.name for span in collector.spans}) < 20


async def test_probes_are_not_traced(database_url: str) -> None:
    with collecting() as collector:
        endpoint = collector.endpoint
        async with running_service(database_url, otel_exporter_otlp_endpoint=endpoint) as service:
            for path in ("/health/live", "/health/ready"):
                await service.client.get(path)
    assert collector.spans == []


async def test_errors_and_the_log_name_the_trace(
    database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with collecting() as collector:
        endpoint = collector.endpoint
        async with running_service(database_url, otel_exporter_otlp_endpoint=endpoint) as service:
            add_crash(service)
            problems = [
                (await service.client.get("/api/v1/users/me")).json(),
                (await service.client.post("/crash")).json(),
            ]
            assert "trace_id" not in (await service.client.get("/health/live")).text
            schemas = service.app.openapi()["components"]["schemas"]
    assert [p["trace_id"] for p in problems] == [s.trace_id for s in requests_in(collector)]
    assert schemas["Problem"]["properties"]["trace_id"]["pattern"] == "^[0-9a-f]{32}$"
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    for problem in problems:
        events = {line["event"] for line in lines if line.get("trace_id") == problem["trace_id"]}
        assert "request" in events
    assert "request.crashed" in events


async def test_without_an_endpoint_nothing_is_traced(service: Service) -> None:
    response = await service.client.get("/api/v1/users/me")
    assert "trace_id" not in response.json()
    assert service.resources.tracing.reporter is None


async def test_a_share_of_the_traces_is_kept_and_all_are_named(database_url: str) -> None:
    with collecting() as collector:
        settings = {"otel_exporter_otlp_endpoint": collector.endpoint}
        async with running_service(
            database_url, **settings, otel_traces_sampler_arg="0"
        ) as service:
            response = await service.client.get("/api/v1/users/me")
    assert collector.bodies == []
    assert int(response.json()["trace_id"], 16) > 0


async def test_no_other_package_finds_a_provider(database_url: str) -> None:
    with collecting() as collector:
        endpoint = collector.endpoint
        async with running_service(database_url, otel_exporter_otlp_endpoint=endpoint) as service:
            contexts = []

            async def look() -> None:
                contexts.append(trace.get_current_span().get_span_context().is_valid)

            service.app.add_api_route("/look", look)
            await service.client.get("/look?token=hunter2")
            assert isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider)
    assert contexts == [False]
    assert len(requests_in(collector)) == 1
