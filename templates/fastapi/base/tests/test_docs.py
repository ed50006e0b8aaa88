"""The documentation: offline, under a policy of its own, and absent when it is off."""

import re
from collections.abc import AsyncIterator

import httpx2
import pytest

from tests.support.problems import problem_of
from tests.support.service import running_service

PAGES = ["/docs", "/redoc"]
ASSETS = [
    "/docs.js",
    "/docs-assets/favicon.png",
    "/docs-assets/swagger-ui.css",
    "/docs-assets/swagger-ui-bundle.js",
    "/redoc.js",
]


@pytest.fixture
async def reader(database_url: str) -> AsyncIterator[httpx2.AsyncClient]:
    async with running_service(database_url, docs_enabled=True) as service:
        yield service.client


async def test_they_are_absent_when_they_are_off(client: httpx2.AsyncClient) -> None:
    for path in (*PAGES, *ASSETS, "/openapi.json"):
        problem_of(await client.get(path), 404)


async def test_pages_and_assets_are_served(reader: httpx2.AsyncClient) -> None:
    for path in (*PAGES, *ASSETS, "/openapi.json"):
        assert (await reader.get(path)).status_code == 200, path
    document = (await reader.get("/openapi.json")).json()
    assert "/api/v1/users" in document["paths"]


async def test_pages_load_nothing_from_elsewhere(reader: httpx2.AsyncClient) -> None:
    for path in PAGES:
        page = (await reader.get(path)).text
        assert "//" not in page.replace("<!doctype html>", "")
        sources = re.findall(r'(?:src|href|spec-url)="([^"]+)"', page)
        assert sources
        for source in sources:
            assert (await reader.get(f"/{source}")).status_code == 200, source


async def test_scripts_name_no_host_of_their_vendor(reader: httpx2.AsyncClient) -> None:
    for path in ("/docs-assets/swagger-ui-bundle.js", "/redoc.js"):
        script = (await reader.get(path)).text
        assert len(script) > 500_000
        assert not re.search(r"//(cdn|fonts|unpkg)\b", script)


async def test_no_credential_is_kept_where_scripts_of_other_pages_read_it(
    reader: httpx2.AsyncClient,
) -> None:
    assert "persistAuthorization" not in (await reader.get("/docs.js")).text


async def test_pages_have_a_policy_of_their_own(reader: httpx2.AsyncClient) -> None:
    for path in PAGES:
        response = await reader.get(path)
        # With a second one, a browser would obey both.
        [text] = response.headers.get_list("content-security-policy")
        policy = dict(directive.split(" ", 1) for directive in text.split("; "))
        assert policy["default-src"] == "'none'"
        assert policy["script-src"] == "'self'"
        assert policy["frame-ancestors"] == "'none'"
        assert policy["base-uri"] == "'none'"
        assert "unsafe-eval" not in str(policy)
        assert "http" not in str(policy)
        # The policy of scripts has no way around it in the page itself.
        assert not re.search(r"<script(?![^>]*\bsrc=)|\son\w+=|javascript:", response.text)
        assert response.headers["x-frame-options"] == "DENY"


async def test_everything_else_keeps_the_strict_policy(reader: httpx2.AsyncClient) -> None:
    for path in (*ASSETS, "/openapi.json", "/health/live"):
        policy = (await reader.get(path)).headers["content-security-policy"]
        assert policy == "default-src 'none'; frame-ancestors 'none'"


async def test_nothing_but_the_assets_can_be_read(reader: httpx2.AsyncClient) -> None:
    for path in (
        "/docs-assets/",
        "/docs-assets/..",
        "/docs-assets/%2e%2e/__init__.py",
        "/docs-assets/..%2f..%2f..%2fetc/passwd",
        "/docs-assets//etc/passwd",
        "/docs-assets/%00",
        "/docs-assets/" + "a" * 5_000,
    ):
        problem_of(await reader.get(path), 404)
    response = await reader.post("/docs-assets/favicon.png")
    problem_of(response, 405)
    assert response.headers["allow"] == "GET, HEAD"
