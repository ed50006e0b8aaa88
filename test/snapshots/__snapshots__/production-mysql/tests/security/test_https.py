"""From plain HTTP to HTTPS, behind a trusted proxy in production."""

from collections.abc import AsyncIterator

import httpx2
import pytest

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


async def test_plain_http_is_sent_to_https(proxy: httpx2.AsyncClient) -> None:
    for method in ("GET", "POST", "DELETE"):
        response = await proxy.request(method, "/api/v1/notes?limit=1&x=%2F", headers=PLAIN)
        assert response.status_code == 308
        assert response.headers["location"] == "https://localhost/api/v1/notes?limit=1&x=%2F"


async def test_the_standard_field_counts_as_well(proxy: httpx2.AsyncClient) -> None:
    response = await proxy.get("/", headers={"Forwarded": "for=192.0.2.7;proto=http"})
    assert response.headers["location"] == "https://localhost/"


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
    foreign = await proxy.get("/", headers={**PLAIN, "Host": "evil.example"})
    assert foreign.status_code == 400


@pytest.mark.parametrize("environment", ["development", "test", "staging"])
async def test_elsewhere_plain_http_is_served(database_url: str, environment: str) -> None:
    settings = {"behave_as": environment, "trusted_proxies": "10.0.0.0/8"}
    async with running_service(database_url, **settings) as service:
        response = await client_of(service.app, PROXY).get("/health/live", headers=PLAIN)
    assert response.status_code == 200
