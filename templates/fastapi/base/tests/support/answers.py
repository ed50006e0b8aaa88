"""An answer of each kind that the service gives."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, Final

import httpx2

from tests.support.factories import make_note
from tests.support.service import Service, client_of

PROXY: Final = "10.0.0.1"
# Settings under which each kind is quickly had.
TIGHT: Final[dict[str, Any]] = {
    "docs_enabled": True,
    "max_body_bytes": 1_024,
    "request_timeout_seconds": 1,
    "trusted_proxies": f"{PROXY}/8",
}
_NOTES: Final = "/api/v1/notes"
_JSON: Final = {"Content-Type": "application/json"}
_PREFLIGHT: Final = {"Access-Control-Request-Method": "GET"}
_PLAIN: Final = {"X-Forwarded-For": "192.0.2.7", "X-Forwarded-Proto": "http"}


async def _crash() -> None:
    raise RuntimeError


async def _slow() -> None:
    await asyncio.sleep(60)


async def every_kind_of_answer(
    service: Service, origin: str
) -> AsyncIterator[tuple[int, httpx2.Response]]:
    """Yield an answer of each kind to a page, with the status that it has to have."""
    for path, route in (("/api/v1/crash", _crash), ("/api/v1/slow", _slow)):
        service.app.add_api_route(path, route)
    async with service.caller() as caller:
        note = await make_note(service.resources, caller.user)
        user = caller.client
        user.headers["Origin"] = origin
        yield 200, await user.get("/api/v1/users/me")
        yield 201, await user.post(_NOTES, json={"title": "t"})
        yield 204, await user.delete(f"{_NOTES}/{note.id}")
        yield 403, await user.get("/api/v1/users")
        yield 422, await user.post(_NOTES, json={})
    nobody = service.client
    nobody.headers["Origin"] = origin
    yield 200, await nobody.get("/health/live")
    yield 200, await nobody.get("/health/ready")
    yield 200, await nobody.get("/openapi.json")
    yield 204, await nobody.options(_NOTES, headers=_PREFLIGHT)
    yield 400, await nobody.get(_NOTES, headers={"Host": "evil.example"})
    yield 400, await nobody.post(_NOTES, content=b"{", headers=_JSON)
    yield 401, await nobody.get(_NOTES)
    yield 403, await nobody.options(_NOTES, headers={"Origin": "https://evil.example"})
    yield 404, await nobody.get("/api/v1/nowhere")
    yield 405, await nobody.put(_NOTES)
    yield 413, await nobody.post(_NOTES, content=b"x" * 2_000)
    yield 415, await nobody.post(_NOTES, content=b"x")
    yield 500, await nobody.get("/api/v1/crash")
    yield 503, await nobody.get("/api/v1/slow")
    if service.resources.settings.environment == "production":
        proxied = client_of(service.app, PROXY)
        proxied.headers["Origin"] = origin
        yield 308, await proxied.get("/nowhere", headers=_PLAIN)
        yield 403, await proxied.get(_NOTES, headers=_PLAIN)
