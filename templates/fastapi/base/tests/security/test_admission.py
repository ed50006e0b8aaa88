"""Requests over a limit are refused first, and failed requests are counted."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any, Final

import pytest
import time_machine
from starlette.requests import Request

from app.clock import now
from app.security import visit
from app.security.visit import KnownCallers, Visit
from app.settings.types import Rate
from tests.support.problems import problem_of
from tests.support.queries import recorded_statements
from tests.support.service import Service, client_of, running_service
from tests.support.sign_in import CREDENTIAL_HEADERS, CREDENTIAL_START

ME = "/api/v1/users/me"
JSON = {"Content-Type": "application/json"}
WRONG = {CREDENTIAL_HEADERS[0].decode(): f"{CREDENTIAL_START.decode()}wrong"}
# What a caller who is not known can send, and how it fails.
FAILURES: Final[dict[str, tuple[int, str, str, dict[str, Any]]]] = {
    "a body that cannot be read": (400, "PATCH", ME, {"content": b"{", "headers": JSON}),
    "a body of another type": (415, "PATCH", ME, {"content": b"x"}),
    "a path that does not exist": (404, "GET", "/nowhere", {}),
    "a method that does not exist": (405, "PUT", ME, {}),
    "a parameter that does not exist": (422, "GET", f"{ME}?x=1", {}),
    "no credential": (401, "GET", ME, {}),
    "a wrong credential": (401, "GET", ME, {"headers": WRONG}),
    "a wrong credential and a body": (
        400,
        "PATCH",
        ME,
        {"content": b"{", "headers": JSON | WRONG},
    ),
    "a body that is too long": (
        413,
        "PATCH",
        ME,
        {"content": b"{}", "headers": JSON | {"Content-Length": "999999999"}},
    ),
}


@pytest.mark.parametrize("name", FAILURES)
async def test_failures_before_authentication_count_by_address(
    database_url: str, name: str
) -> None:
    status, method, path, options = FAILURES[name]
    async with running_service(database_url, rate_limit_default="2/minute") as service:
        statuses = [
            (await service.client.request(method, path, **options)).status_code for _ in range(3)
        ]
        assert statuses == [status, status, 429]
        async with client_of(service.app, "192.0.2.2") as elsewhere:
            response = await elsewhere.request(method, path, **options)
            assert response.status_code == status


async def test_what_everybody_may_read_counts_by_address(database_url: str) -> None:
    settings = {"security_contact": "security@example.com", "docs_enabled": True}
    public = (
        "/.well-known/security.txt",
        "/openapi.json",
        "/docs",
        "/docs-assets/swagger-ui-bundle.js",
    )
    async with running_service(database_url, rate_limit_default="2/minute", **settings) as service:
        for number, path in enumerate(public):
            async with client_of(service.app, f"192.0.2.{number + 10}") as client:
                assert [(await client.get(path)).status_code for _ in range(3)] == [200, 200, 429]


async def test_crashes_count_by_address(database_url: str) -> None:
    async def crash() -> None:
        raise RuntimeError

    async with running_service(database_url, rate_limit_default="2/minute") as service:
        service.app.add_api_route("/crash", crash)
        statuses = [(await service.client.get("/crash")).status_code for _ in range(3)]
    assert statuses == [500, 500, 429]


async def test_an_address_over_the_limit_causes_no_query_or_body_read(database_url: str) -> None:
    read = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal read
        read += 1
        yield b"{"

    async with running_service(database_url, rate_limit_default="1/minute") as service:
        for _ in range(2):
            await service.client.get(ME, headers=WRONG)
        with recorded_statements() as statements:
            for path in ("/api/v1/users", ME, "/nowhere"):
                problem_of(await service.client.get(path, headers=WRONG), 429)
            posted = await service.client.patch(ME, content=body(), headers=JSON)
            problem_of(posted, 429)
    assert (statements, read) == ([], 0)


async def test_a_caller_over_the_limit_costs_no_query(database_url: str) -> None:
    async with (
        running_service(database_url, rate_limit_default="2/minute") as service,
        service.caller() as caller,
    ):
        assert [(await caller.client.get(ME)).status_code for _ in range(3)] == [200, 200, 429]
        with recorded_statements() as statements:
            problem_of(await caller.client.get(ME), 429)
            problem_of(await caller.client.patch(ME, json={}), 429)
    assert statements == []


async def test_a_caller_is_not_shut_out_by_others_at_the_same_address(database_url: str) -> None:
    async with (
        running_service(database_url, rate_limit_default="5/minute") as service,
        service.caller() as caller,
    ):
        assert (await caller.client.get(ME)).status_code == 200
        statuses = [(await service.client.get("/nowhere")).status_code for _ in range(6)]
        assert statuses[-1] == 429
        assert (await caller.client.get(ME)).status_code == 200


async def test_what_a_caller_does_wrong_counts_as_the_callers_own(database_url: str) -> None:
    async with (
        running_service(database_url, rate_limit_default="4/minute") as service,
        service.caller() as caller,
    ):
        await caller.client.get(ME)
        for _ in range(3):
            problem_of(await caller.client.get(f"{ME}?x=1"), 422)
        problem_of(await caller.client.get(f"{ME}?x=1"), 429)
        # The address has nothing to do with it.
        problem_of(await service.client.get("/nowhere"), 404)


async def test_a_credential_that_ended_counts_by_address(database_url: str) -> None:
    async with (
        running_service(database_url, rate_limit_default="3/minute") as service,
        service.caller() as caller,
    ):
        await caller.client.get(ME)
        assert (await caller.client.delete(ME)).status_code == 204
        statuses = [(await caller.client.get(ME)).status_code for _ in range(5)]
    assert statuses == [401, 401, 401, 429, 429]


async def test_a_credential_that_nobody_looks_at_counts_by_address_after_a_minute(
    database_url: str,
) -> None:
    async with (
        running_service(database_url, rate_limit_default="3/hour") as service,
        service.caller() as caller,
        client_of(service.app, "192.0.2.9") as elsewhere,
    ):
        elsewhere.headers.update(caller.client.headers)
        elsewhere.cookies.update(caller.client.cookies)
        assert (await caller.client.get(ME)).status_code == 200
        with time_machine.travel(now() + timedelta(seconds=61)):
            statuses = [(await elsewhere.get("/nowhere")).status_code for _ in range(4)]
            assert statuses == [404, 404, 404, 429]
            statuses = [(await caller.client.get(ME)).status_code for _ in range(3)]
            assert statuses == [200, 200, 429]


async def test_preflights_and_probes_are_not_counted(database_url: str) -> None:
    async with running_service(database_url, rate_limit_default="1/day") as service:
        for _ in range(3):
            await service.client.get("/nowhere")
        assert (await service.client.get("/health/ready")).status_code == 200
        preflight = {
            "Origin": "https://app.example.com",
            "Access-Control-Request-Method": "GET",
        }
        assert (await service.client.options(ME, headers=preflight)).status_code == 204


async def test_counter_keys_cannot_be_traced_to_an_address(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running_service(database_url) as service:
        keys = []
        hit = service.resources.store.hit

        async def remembering(key: str, rate: Rate) -> int:
            keys.append(key)
            return await hit(key, rate)

        monkeypatch.setattr(service.resources.store, "hit", remembering)
        await service.client.get("/nowhere")
        mac = service.resources.keys.mac("rate-limit", b"address:192.0.2.1")
    assert keys == [f"default:{mac.hex()}"]


async def test_no_more_than_a_number_of_callers_is_remembered(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visit, "_CAPACITY", 2)
    known = KnownCallers()
    for caller in ("first", "second", "third"):
        credential = (CREDENTIAL_HEADERS[0].lower(), CREDENTIAL_START + caller.encode())
        scope = {
            "type": "http",
            "app": service.app,
            "scheme": "http",
            "path": ME,
            "query_string": b"",
            "headers": [(b"host", b"localhost"), credential],
            "client": ("192.0.2.1", 50000),
        }
        await (await Visit.begin(Request(scope), known)).identify(caller)
    assert [caller for caller, _ in known.values()] == ["second", "third"]
