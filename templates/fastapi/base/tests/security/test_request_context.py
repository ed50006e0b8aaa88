"""The request id, and what is answered when everything else has failed."""

import asyncio
from collections.abc import AsyncIterator

import httpx2
import pytest
from fastapi.responses import StreamingResponse

from tests.support.problems import problem_of
from tests.support.service import Service

ACCEPTED = ["12345678", "a" * 64, "0b1c2d3e-4f50-4a6b-8c7d-9e0f1a2b3c4d", "--------"]
REFUSED = [
    "",
    "1234567",
    "a" * 65,
    "with space",
    "under_score",
    "semi;colon",
    "line\x0bbreak",
    "caf\u00e9-caf\u00e9",
    "<script>alert</script>",
    "12345678\x00",
]


async def test_a_wellformed_id_is_kept(client: httpx2.AsyncClient) -> None:
    for request_id in ACCEPTED:
        response = await client.get("/nowhere", headers={"X-Request-ID": request_id})
        assert response.headers.get_list("x-request-id") == [request_id]
        assert problem_of(response, 404)["request_id"] == request_id


async def test_any_other_request_id_is_replaced(client: httpx2.AsyncClient) -> None:
    for request_id in REFUSED:
        header = (b"X-Request-ID", request_id.encode("latin-1"))
        response = await client.get("/nowhere", headers=[header])
        [made] = response.headers.get_list("x-request-id")
        assert made != request_id
        assert 8 <= len(made) <= 64


async def test_each_request_has_an_id_of_its_own(client: httpx2.AsyncClient) -> None:
    ids = {(await client.get("/health/live")).headers["x-request-id"] for _ in range(20)}
    assert len(ids) == 20


async def test_an_answer_that_fails_half_way_is_not_finished(service: Service) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"first"
        raise RuntimeError("hunter2")

    async def route() -> StreamingResponse:
        return StreamingResponse(broken())

    service.app.add_api_route("/broken", route)
    transport = httpx2.ASGITransport(service.app, raise_app_exceptions=True)
    async with httpx2.AsyncClient(transport=transport, base_url="http://localhost") as client:
        with pytest.raises(RuntimeError):
            await client.get("/broken")


async def test_a_request_that_the_end_of_the_service_interrupts_is_answered(
    service: Service,
) -> None:
    begun = asyncio.Event()

    async def endless() -> None:
        begun.set()
        await asyncio.Event().wait()

    service.app.add_api_route("/endless", endless)
    sending = asyncio.create_task(
        service.client.get("/endless", headers={"Origin": "https://app.example.com"})
    )
    await asyncio.wait_for(begun.wait(), 10)
    # As the server does to what outlasts its patience.
    sending.cancel()
    answer = await sending
    assert problem_of(answer, 503)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-request-id"]
