"""Security headers, on every kind of answer."""

import pytest

from tests.support.answers import TIGHT, every_kind_of_answer
from tests.support.service import running_service

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
ORIGIN = "https://app.example.com"


@pytest.mark.parametrize("environment", ["development", "production"])
async def test_every_kind_of_response_has_them(database_url: str, environment: str) -> None:
    async with running_service(database_url, behave_as=environment, **TIGHT) as service:
        async for status, response in every_kind_of_answer(service, ORIGIN):
            assert response.status_code == status, response.text
            headers = response.headers
            assert {name: headers.get_list(name) for name in EXPECTED} == {
                name: [value] for name, value in EXPECTED.items()
            }
            is_plain = response.request.headers.get("x-forwarded-proto") == "http"
            hsts = [HSTS] if environment == "production" and not is_plain else []
            assert headers.get_list("strict-transport-security") == hsts
            assert len(headers.get_list("x-request-id")) == 1
            assert "Origin" in headers.get("vary", "")
            assert "server" not in headers
            assert "x-powered-by" not in headers
            if response.request.url.path.startswith("/api/"):
                assert headers.get("cache-control") == "no-store"


async def test_a_refusal_for_too_many_requests_has_them_too(database_url: str) -> None:
    async with running_service(database_url, rate_limit_default="1/minute") as service:
        await service.client.get("/api/v1/users/me")
        response = await service.client.get("/api/v1/users/me")
    assert response.status_code == 429
    assert {name: response.headers[name] for name in EXPECTED} == EXPECTED
