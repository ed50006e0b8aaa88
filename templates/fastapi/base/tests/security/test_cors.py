"""Cross-origin rules, as a browser meets them."""

import httpx2
import pytest

from app.auth.cors import ALLOW_CREDENTIALS, REQUEST_HEADERS
from tests.support.answers import TIGHT, every_kind_of_answer
from tests.support.problems import problem_of
from tests.support.service import running_service

ME = "/api/v1/users/me"
ORIGIN = "https://app.example.com"
FOREIGN = [
    "https://evil.example",
    "https://app.example.com.evil.example",
    "https://evilapp.example.com",
    "https://sub.app.example.com",
    "http://app.example.com",
    "https://app.example.com:8443",
    "https://app.example.com/",
    "https://APP.example.com",
    "null",
    "*",
    "",
]


def _cors(response: httpx2.Response) -> dict[str, str]:
    return {
        name: value
        for name, value in response.headers.items()
        if name.startswith("access-control-")
    }


def _preflight(origin: str, method: str = "POST", headers: str = "content-type") -> dict[str, str]:
    return {
        "Origin": origin,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": headers,
    }


async def test_an_allowed_origin_may_read_the_answer(client: httpx2.AsyncClient) -> None:
    response = await client.get(ME, headers={"Origin": ORIGIN})
    assert response.status_code == 401
    expected = {
        "access-control-allow-origin": ORIGIN,
        "access-control-expose-headers": (
            "Content-Disposition, Location, Retry-After, RateLimit, RateLimit-Policy, X-Request-ID"
        ),
    }
    credentials = {"access-control-allow-credentials": "true"} if ALLOW_CREDENTIALS else {}
    assert _cors(response) == expected | credentials
    assert response.headers["vary"] == "Origin"


async def test_an_allowed_origin_may_send_what_the_service_takes(
    client: httpx2.AsyncClient,
) -> None:
    response = await client.options(ME, headers=_preflight(ORIGIN))
    assert (response.status_code, response.content) == (204, b"")
    headers = _cors(response)
    assert headers["access-control-allow-origin"] == ORIGIN
    assert headers["access-control-allow-methods"] == "GET, POST, PATCH, DELETE"
    assert headers["access-control-max-age"] == "600"
    allowed = {name.strip().lower() for name in headers["access-control-allow-headers"].split(",")}
    own = {name.lower() for name in REQUEST_HEADERS}
    own |= {"content-type", "x-request-id", "traceparent"}
    # The rest are those that the Fetch standard lets through anyhow.
    assert allowed == own | {"accept", "accept-language", "content-language"}
    assert "Origin" in response.headers["vary"]
    assert "content-type" not in response.headers


async def test_a_preflight_never_widens_the_lists(client: httpx2.AsyncClient) -> None:
    response = await client.options(ME, headers=_preflight(ORIGIN, "PUT", "x-evil"))
    headers = _cors(response)
    assert "PUT" not in headers["access-control-allow-methods"]
    assert "evil" not in headers["access-control-allow-headers"]


async def test_a_foreign_origin_gets_no_cors_headers(client: httpx2.AsyncClient) -> None:
    for origin in FOREIGN:
        answer = await client.get(ME, headers={"Origin": origin})
        assert _cors(answer) == {}, origin
        assert answer.headers.get("vary") == "Origin"
        preflight = await client.options(ME, headers=_preflight(origin))
        problem_of(preflight, 403)
        assert _cors(preflight) == {}, origin


async def test_what_is_no_preflight_is_answered_like_any_other_method(
    client: httpx2.AsyncClient,
) -> None:
    for origin in (ORIGIN, "https://evil.example"):
        problem_of(await client.options(ME, headers={"Origin": origin}), 405)


async def test_without_an_origin_nothing_is_said(client: httpx2.AsyncClient) -> None:
    response = await client.get(ME)
    assert _cors(response) == {}
    assert response.headers["vary"] == "Origin"


async def test_a_page_can_read_every_kind_of_answer(database_url: str) -> None:
    async with running_service(database_url, behave_as="production", **TIGHT) as service:
        async for status, response in every_kind_of_answer(service, ORIGIN):
            assert response.status_code == status, response.text
            allowed = response.headers.get_list("access-control-allow-origin")
            asked = response.request.headers["origin"]
            assert allowed == ([ORIGIN] if asked == ORIGIN else []), (status, response.url)


async def test_a_foreign_page_can_read_no_kind_of_answer(database_url: str) -> None:
    async with running_service(database_url, behave_as="production", **TIGHT) as service:
        async for _, response in every_kind_of_answer(service, "https://evil.example"):
            assert _cors(response) == {}, (response.status_code, response.url)


async def test_a_page_learns_when_to_come_back(database_url: str) -> None:
    async with running_service(database_url, rate_limit_default="1/minute") as service:
        await service.client.get(ME)
        response = await service.client.get(ME, headers={"Origin": ORIGIN})
    assert response.status_code == 429
    assert response.headers["access-control-allow-origin"] == ORIGIN


@pytest.mark.parametrize(
    ("listed", "sent"),
    [
        ("https://app.example.org:443", "https://app.example.org"),
        ("http://localhost:80", "http://localhost"),
        ("https://b\u00fccher.example", "https://xn--bcher-kva.example"),
        ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example"),
        ("capacitor://localhost", "capacitor://localhost"),
        ("tauri://localhost", "tauri://localhost"),
        (f"chrome-extension://{'abcdefgh' * 4}", f"chrome-extension://{'abcdefgh' * 4}"),
    ],
)
async def test_an_origin_is_known_as_browsers_write_it(
    database_url: str, listed: str, sent: str
) -> None:
    async with running_service(database_url, cors_origins=listed) as service:
        response = await service.client.get(ME, headers={"Origin": sent})
    assert response.headers["access-control-allow-origin"] == sent


@pytest.mark.parametrize("origins", ["", "https://one.example,https://two.example:8443"])
async def test_the_list_is_what_counts(database_url: str, origins: str) -> None:
    async with running_service(database_url, cors_origins=origins) as service:
        for origin in filter(None, origins.split(",")):
            response = await service.client.get(ME, headers={"Origin": origin})
            assert response.headers["access-control-allow-origin"] == origin
        assert _cors(await service.client.get(ME, headers={"Origin": ORIGIN})) == {}


async def test_any_origin_is_allowed_without_credentials_alone(database_url: str) -> None:
    async with running_service(database_url, cors_origins="*") as service:
        response = await service.client.get(
            ME, headers={"Origin": "https://any.example", "Cookie": "a=b"}
        )
    assert response.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in response.headers
