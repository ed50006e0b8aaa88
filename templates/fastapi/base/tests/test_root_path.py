"""The service below a prefix that a proxy strips: whatever it hands out has it."""

import re
from urllib.parse import urljoin

import httpx2
import pytest
from fastapi import Request

from tests.support.problems import problem_of
from tests.support.service import BASE_URL, Service, running_service

PREFIX = "/shop/orders"


async def _through_the_proxy(service: Service, url: str) -> httpx2.Response:
    """Call a URL as a client of the proxy has it."""
    path = url.removeprefix(BASE_URL)
    assert path.startswith(f"{PREFIX}/"), url
    return await service.client.get(path.removeprefix(PREFIX))


async def test_routes_are_where_the_proxy_calls_them(database_url: str) -> None:
    async with running_service(database_url, root_path=PREFIX) as service:
        assert (await service.client.get("/health/live")).status_code == 200
        problem_of(await service.client.get("/api/v1/users/me"), 401)
        not_allowed = await service.client.put("/api/v1/users/me")
        problem_of(not_allowed, 405)
        assert not_allowed.headers["allow"] == "DELETE, GET, HEAD, PATCH"
        assert not_allowed.headers["cache-control"] == "no-store"
        problem_of(await service.client.get(f"{PREFIX}/api/v1/users/me"), 404)
        async with service.caller() as caller:
            # A browser sends a cookie to the prefix, which the proxy has stripped here.
            jar = caller.client.cookies.jar
            headers = {"Cookie": "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)}
            url = "/api/v1/users/me"
            problem_of(await caller.client.patch(url, json={"full_name": ""}, headers=headers), 422)


@pytest.mark.parametrize("page", ["/docs", "/redoc"])
async def test_pages_find_what_they_need(database_url: str, page: str) -> None:
    async with running_service(database_url, root_path=PREFIX, docs_enabled=True) as service:
        url = f"{BASE_URL}{PREFIX}{page}"
        text = (await _through_the_proxy(service, url)).text
        sources = re.findall(r'(?:src|href|spec-url)="([^"]+)"', text)
        assert sources
        for source in sources:
            answer = await _through_the_proxy(service, urljoin(url, source))
            assert answer.status_code == 200, source
        problem_of(await service.client.get("/docs-assets/nowhere"), 404)


@pytest.mark.parametrize("prefix", ["", PREFIX])
async def test_the_document_says_where_the_service_is(database_url: str, prefix: str) -> None:
    async with running_service(database_url, root_path=prefix, docs_enabled=True) as service:
        # Twice: the framework keeps the document.
        for _ in range(2):
            document = (await service.client.get("/openapi.json")).json()
            assert document["servers"] == [{"url": prefix or "/"}]
            schemes = document["components"].get("securitySchemes", {}).values()
            flows = [flow for scheme in schemes for flow in scheme.get("flows", {}).values()]
            for flow in flows:
                assert flow["tokenUrl"] == f"{prefix}/api/v1/auth/token"


async def test_urls_that_are_made_of_a_request_have_it(database_url: str) -> None:
    async with running_service(database_url, root_path=PREFIX) as service:

        async def where(request: Request) -> str:
            return str(request.url_for("where"))

        service.app.add_api_route("/where", where)
        answer = await service.client.get("/where")
    assert answer.json() == f"{BASE_URL}{PREFIX}/where"
