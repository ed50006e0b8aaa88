"""What becomes of plain HTTP, behind a trusted proxy in production."""

from collections.abc import AsyncIterator

import httpx2
import pytest

from tests.support.problems import problem_of
from tests.support.service import Service, client_of, running_service

PROXY = "10.0.0.1"
PLAIN = {"X-Forwarded-For": "192.0.2.7", "X-Forwarded-Proto": "http"}
SECURE = {"X-Forwarded-For": "192.0.2.7", "X-Forwarded-Proto": "https"}


@pytest.fixture
async def production(database_url: str) -> AsyncIterator[Service]:
    settings = {"behave_as": "production", "trusted_proxies": "10.0.0.0/8"}
    async with running_service(database_url, **settings) as service:
        yield service


@pytest.fixture
def proxy(production: Service) -> httpx2.AsyncClient:
    return client_of(production.app, PROXY)


async def test_the_api_refuses_plain_http(proxy: httpx2.AsyncClient) -> None:
    for method in ("GET", "HEAD", "POST", "DELETE", "OPTIONS"):
        for path in ("/api/v1/users", "/api/v1/auth/token", "/api/", "/%61pi/v1/users"):
            response = await proxy.request(method, path, headers=PLAIN)
            assert response.status_code == 403, (method, path)
            assert "location" not in response.headers
            assert "strict-transport-security" not in response.headers
    problem_of(await proxy.get("/api/v1/users/me", headers=PLAIN), 403)


async def test_a_page_over_plain_http_is_sent_to_https(proxy: httpx2.AsyncClient) -> None:
    for host in ("localhost", "localhost:80", "localhost:8080"):
        headers = {**PLAIN, "Host": host}
        for path in ("/docs?x=%2F&y=1", "/apis", "/"):
            response = await proxy.get(path, headers=headers)
            assert response.status_code == 308
            assert response.headers["location"] == f"https://localhost{path}"


async def test_a_redirect_keeps_the_path_as_it_was_written(proxy: httpx2.AsyncClient) -> None:
    for path in ("/a%25b", "/a%0d%0ab", "/a%2Fb", "/a%3Fb?c=%26", "/%C3%A9", "/a;b=c"):
        response = await proxy.get(path, headers=PLAIN)
        assert response.headers["location"] == f"https://localhost{path}"


async def test_a_redirect_has_the_prefix_that_the_proxy_strips(database_url: str) -> None:
    settings = {"trusted_proxies": PROXY, "root_path": "/api"}
    async with running_service(database_url, behave_as="production", **settings) as service:
        proxy = client_of(service.app, PROXY)
        response = await proxy.get("/docs", headers=PLAIN)
        assert response.status_code == 308
        assert response.headers["location"] == "https://localhost/api/docs"
        problem_of(await proxy.get("/api/v1/users/me", headers=PLAIN), 403)


async def test_a_redirect_names_the_host_that_the_client_asked_for(
    proxy: httpx2.AsyncClient,
) -> None:
    headers = {**PLAIN, "Host": "upstream:8000", "X-Forwarded-Host": "127.0.0.1"}
    response = await proxy.get("/docs", headers=headers)
    assert response.headers["location"] == "https://127.0.0.1/docs"
    headers["X-Forwarded-Host"] = "evil.example"
    problem_of(await proxy.get("/docs", headers=headers), 400)


async def test_the_standard_field_counts_as_well(proxy: httpx2.AsyncClient) -> None:
    response = await proxy.get("/", headers={"Forwarded": "for=192.0.2.7;proto=http"})
    assert response.headers["location"] == "https://localhost/"


@pytest.mark.parametrize(
    "fields",
    [
        {"X-Forwarded-Proto": "http"},
        {"X-Forwarded-Proto": "http", "X-Forwarded-For": ""},
        {"X-Forwarded-Proto": "http", "X-Forwarded-For": "unknown"},
        {"Forwarded": "proto=http"},
        {"Forwarded": "for=unknown;proto=http"},
        {**PLAIN, "Forwarded": "for=203.0.113.66"},
        {**PLAIN, "Forwarded": "for=192.0.2.7;proto=https"},
    ],
)
async def test_a_client_without_an_address_calls_in_the_clear_all_the_same(
    proxy: httpx2.AsyncClient, fields: dict[str, str]
) -> None:
    refused = await proxy.get("/api/v1/users/me", headers=fields)
    problem_of(refused, 403)
    redirected = await proxy.get("/docs", headers=fields)
    assert redirected.headers["location"] == "https://localhost/docs"
    for answer in (refused, redirected):
        assert "strict-transport-security" not in answer.headers


async def test_https_is_served(proxy: httpx2.AsyncClient) -> None:
    assert (await proxy.get("/health/live", headers=SECURE)).status_code == 200


async def test_a_probe_that_comes_directly_is_served(proxy: httpx2.AsyncClient) -> None:
    assert (await proxy.get("/health/live")).status_code == 200


async def test_a_stranger_who_plays_proxy_is_not_believed(production: Service) -> None:
    response = await production.client.get("/health/live", headers=PLAIN)
    assert response.status_code == 200


async def test_a_redirect_never_leaves_the_service(proxy: httpx2.AsyncClient) -> None:
    for path in ("//evil.example/", "/\\evil.example", "/%2F%2Fevil.example"):
        response = await proxy.get(f"http://localhost{path}", headers=PLAIN)
        assert response.headers["location"].startswith("https://localhost/")
    for path in ("/", "/health/live"):
        foreign = await proxy.get(path, headers={**PLAIN, "Host": "evil.example"})
        assert foreign.status_code == 400


@pytest.mark.parametrize("environment", ["development", "test", "staging"])
async def test_elsewhere_plain_http_is_served(database_url: str, environment: str) -> None:
    settings = {"behave_as": environment, "trusted_proxies": "10.0.0.0/8"}
    async with running_service(database_url, **settings) as service:
        response = await client_of(service.app, PROXY).get("/health/live", headers=PLAIN)
    assert response.status_code == 200
