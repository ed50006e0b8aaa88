"""An answer of each kind that the service gives."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, Final

import httpx2

from tests.support.service import Service, client_of

PROXY: Final = "10.0.0.1"
# Settings under which each kind is quickly had.
TIGHT: Final[dict[str, Any]] = {
    "docs_enabled": True,
    "max_body_bytes": 1_024,
    "request_timeout_seconds": 1,
    "trusted_proxies": f"{PROXY}/8",
}
_ME: Final = "/api/v1/users/me"
_JSON: Final = {"Content-Type": "application/json"}
_PREFLIGHT: Final = {"Access-Control-Request-Method": "GET"}
_PLAIN: Final = {"X-Forwarded-For": "192.0.2.7", "X-Forwarded-Proto": "http"}


async def _crash() -> None:
    raise RuntimeError


async def _made() -> str:
    return "made"


async def _slow() -> None:
    await asyncio.sleep(60)


async def every_kind_of_answer(
    service: Service, origin: str
) -> AsyncIterator[tuple[int, httpx2.Response]]:
    """Yield an answer of each kind to a page, with the status that it has to have."""
    for path, route in (("/api/v1/crash", _crash), ("/api/v1/slow", _slow)):
        service.app.add_api_route(path, route, include_in_schema=False)
    service.app.add_api_route("/api/v1/made", _made, status_code=201, include_in_schema=False)
    async with service.caller() as caller:
        user = caller.client
        user.headers["Origin"] = origin
        yield 200, await user.get(_ME)
        yield 200, await user.patch(_ME, json={"full_name": "New"})
        yield 403, await user.get("/api/v1/users")
        yield 422, await user.patch(_ME, json={"full_name": ""})
        yield 201, await user.get("/api/v1/made")
        yield 204, await user.delete(_ME)
    nobody = service.client
    nobody.headers["Origin"] = origin
    yield 200, await nobody.get("/health/live")
    yield 200, await nobody.get("/health/ready")
    yield 200, await nobody.get("/openapi.json")
    yield 204, await nobody.options(_ME, headers=_PREFLIGHT)
    yield 400, await nobody.get(_ME, headers={"Host": "evil.example"})
    yield 400, await nobody.patch(_ME, content=b"{", headers=_JSON)
    yield 401, await nobody.get(_ME)
    yield 403, await nobody.options(_ME, headers={**_PREFLIGHT, "Origin": "https://evil.example"})
    yield 404, await nobody.get("/api/v1/nowhere")
    yield 405, await nobody.put(_ME)
    yield 413, await nobody.patch(_ME, content=b"x" * 2_000)
    yield 415, await nobody.patch(_ME, content=b"x")
    yield 500, await nobody.get("/api/v1/crash")
    yield 503, await nobody.get("/api/v1/slow")
    if service.resources.settings.environment == "production":
        proxied = client_of(service.app, PROXY)
        proxied.headers["Origin"] = origin
        yield 308, await proxied.get("/nowhere", headers=_PLAIN)
        yield 403, await proxied.get(_ME, headers=_PLAIN)
