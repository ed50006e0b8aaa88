"""Security headers, on every kind of answer."""

import asyncio
from collections.abc import AsyncIterator

import httpx2
import pytest

from tests.support.service import Service, client_of, running_service

EXPECTED = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
HSTS = "max-age=31536000; includeSubDomains"
ORIGIN = {"Origin": "https://app.example.com"}
JSON = "application/json"
TIGHT = {
    "docs_enabled": True,
    "max_body_bytes": 1_024,
    "request_timeout_seconds": 1,
    "trusted_proxies": "10.0.0.0/8",
}


async def _crash() -> None:
    raise RuntimeError


async def _slow() -> None:
    await asyncio.sleep(60)


async def _every_kind(service: Service) -> AsyncIterator[tuple[int, httpx2.Response]]:
    """Yield an answer of each kind, with the status that it has to have."""
    for path, route in (("/api/v1/crash", _crash), ("/api/v1/slow", _slow)):
        service.app.add_api_route(path, route)
    nobody = service.client
    async with service.caller() as caller:
        yield 200, await caller.client.get("/api/v1/users/me")
        yield 201, await caller.client.post("/api/v1/notes", json={"title": "t"})
        note = (await caller.client.get("/api/v1/notes")).json()["items"][0]
        yield 204, await caller.client.delete(f"/api/v1/notes/{note['id']}")
        yield 403, await caller.client.get("/api/v1/users")
        yield 422, await caller.client.post("/api/v1/notes", json={})
    yield 200, await nobody.get("/health/live")
    yield 200, await nobody.get("/health/ready")
    yield 200, await nobody.get("/openapi.json")
    yield (
        204,
        await nobody.options(
            "/api/v1/notes", headers={**ORIGIN, "Access-Control-Request-Method": "GET"}
        ),
    )
    yield 400, await nobody.get("/api/v1/notes", headers={"Host": "evil.example"})
    yield 400, await nobody.post("/api/v1/notes", content=b"{", headers={"Content-Type": JSON})
    yield 401, await nobody.get("/api/v1/notes")
    yield 403, await nobody.options("/api/v1/notes", headers={"Origin": "https://evil.example"})
    yield 404, await nobody.get("/api/v1/nowhere")
    yield 405, await nobody.put("/api/v1/notes")
    yield 413, await nobody.post("/api/v1/notes", content=b"x" * 2_000)
    yield 415, await nobody.post("/api/v1/notes", content=b"x")
    yield 500, await nobody.get("/api/v1/crash")
    yield 503, await nobody.get("/api/v1/slow")
    proxied = client_of(service.app, "10.0.0.1")
    forwarded = {"X-Forwarded-For": "192.0.2.7", "X-Forwarded-Proto": "http"}
    if service.resources.settings.environment == "production":
        yield 308, await proxied.get("/api/v1/notes", headers=forwarded)


@pytest.mark.parametrize("environment", ["development", "production"])
async def test_every_kind_of_answer_has_them(database_url: str, environment: str) -> None:
    async with running_service(database_url, behave_as=environment, **TIGHT) as service:
        async for status, response in _every_kind(service):
            assert response.status_code == status, response.text
            headers = response.headers
            assert {name: headers.get_list(name) for name in EXPECTED} == {
                name: [value] for name, value in EXPECTED.items()
            }
            hsts = [HSTS] if environment == "production" else []
            assert headers.get_list("strict-transport-security") == hsts
            assert len(headers.get_list("x-request-id")) == 1
            assert "Origin" in headers["vary"]
            assert "server" not in headers
            assert "x-powered-by" not in headers
            if response.request.url.path.startswith("/api/"):
                assert headers["cache-control"] == "no-store"


async def test_a_refusal_for_too_many_requests_has_them_too(database_url: str) -> None:
    async with running_service(database_url, rate_limit_default="1/minute") as service:
        await service.client.get("/api/v1/notes")
        response = await service.client.get("/api/v1/notes")
    assert response.status_code == 429
    assert {name: response.headers[name] for name in EXPECTED} == EXPECTED
