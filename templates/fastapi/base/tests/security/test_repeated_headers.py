"""A header that is given twice: one reader takes the first value, another the last."""

import httpx2
import pytest

from tests.support.problems import problem_of
from tests.support.service import Caller, Service
from tests.support.sign_in import CREDENTIAL_HEADERS

ME = "/api/v1/users/me"
ORIGIN = "https://app.example.com"
BODY = {"full_name": "New"}


async def _send(
    caller: Caller, method: str, *more: tuple[str, str], json: object = None
) -> httpx2.Response:
    """Send a request of the caller's with additional headers."""
    request = caller.client.build_request(method, ME, json=json)
    request.headers = httpx2.Headers([*request.headers.multi_items(), *more])
    return await caller.client.send(request)


async def test_a_credential_that_is_given_twice_is_refused(user: Caller) -> None:
    name = CREDENTIAL_HEADERS[0].decode()
    credential = user.client.build_request("GET", ME).headers[name]
    problem_of(await _send(user, "GET", (name, credential)), 401)
    assert (await _send(user, "GET")).status_code == 200


@pytest.mark.parametrize(
    "types",
    [
        ("application/json", "application/json"),
        ("application/json", "text/plain"),
        ("text/plain", "application/json"),
        ("application/json; x=y", "text/plain"),
    ],
)
async def test_a_body_of_two_types_is_refused(user: Caller, types: tuple[str, str]) -> None:
    request = user.client.build_request("PATCH", ME, json=BODY)
    others = [field for field in request.headers.multi_items() if field[0] != "content-type"]
    request.headers = httpx2.Headers([*others, *(("Content-Type", kind) for kind in types)])
    problem_of(await user.client.send(request), 415)


async def test_a_page_of_two_origins_reads_nothing(service: Service) -> None:
    for other in (ORIGIN, "https://evil.example"):
        for origins in ((ORIGIN, other), (other, ORIGIN)):
            headers = [("Origin", origin) for origin in origins]
            response = await service.client.get(ME, headers=headers)
            assert "access-control-allow-origin" not in response.headers


async def test_two_request_ids_are_replaced(service: Service) -> None:
    given = ["12345678", "87654321"]
    headers = [("X-Request-ID", request_id) for request_id in given]
    response = await service.client.get("/nowhere", headers=headers)
    [made] = response.headers.get_list("x-request-id")
    assert len(made) == 32
    assert not any(request_id in made for request_id in given)
