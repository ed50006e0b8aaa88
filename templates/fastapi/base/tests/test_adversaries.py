"""No request delays the others, on any route, public or private."""

import asyncio
import base64
import json
import re
import time
from collections.abc import Iterator
from typing import Any, Final
from uuid import uuid4

import httpx2
import pytest
from fastapi import FastAPI
from starlette.types import Receive, Scope, Send

from app.auth.permissions import Role
from app.route_table import Operation, operations_of
from app.security.bodies import JSON
from tests.support.event_loop import LONGEST_STEP, watched
from tests.support.hostile_bodies import hostile_bodies
from tests.support.hostile_json import BODIES
from tests.support.service import Service, running_service
from tests.support.sign_in import CREDENTIAL_HEADERS

HEADER_BYTES: Final = 30_000
QUERIES: Final = ("a=1&", "&", "%41", "?token", "%C3%A9=&")
_NESTED: Final = base64.urlsafe_b64encode(b"[" * (HEADER_BYTES * 3 // 4)).decode().rstrip("=")
FIELDS: Final = [
    *(
        dict.fromkeys(map(bytes.decode, CREDENTIAL_HEADERS), value)
        | {"Authorization": f"Bearer {value}", "Cookie": f"session={value}"}
        for value in ("?token" * 4_000, "eyJ." * 6_000, "a@" * 12_000, f"{_NESTED}.e30.x")
    ),
    {"Cookie": "session=;" * 3_000},
    {"Cookie": 'session="' + "\\" * HEADER_BYTES + '"'},
    {"Cookie": 'a=b; c="' + r"\101" * (HEADER_BYTES // 4) + '"; session=x'},
    {"X-Forwarded-For": "," * HEADER_BYTES},
    {"X-Forwarded-For": "10.0.0.2," * 3_000},
    {"Forwarded": "for=10.0.0.2;," * 2_000},
    {"Forwarded": "for=;" * 6_000},
    {"Origin": "http://" * 4_000, "Referer": "http://[" * 1_000},
    {"X-Request-ID": "a" * HEADER_BYTES, "Accept": "a/*;q=0.1," * 2_000},
    {"Content-Type": f"{JSON};{'a=;' * 4_000}{chr(34) * 10_000}"},
    {f"X-{number}": "" for number in range(3_000)},
]


pytestmark = [
    # The measure of coverage takes processor time of its own.
    pytest.mark.no_cover,
    pytest.mark.usefixtures("nothing_to_collect"),
]


@pytest.fixture
def longest_step() -> float:
    """Give the processor seconds that a request may take in one go.

    On a slow machine, as long as reading a list of half a million numbers once.
    """
    unit = []
    for _ in range(3):
        begun = time.thread_time()
        json.loads(BODIES["numbers"])
        unit.append(time.thread_time() - begun)
    return max(LONGEST_STEP, min(unit))


def _run_in_tasks(app: FastAPI, patch: pytest.MonkeyPatch) -> None:
    """Run each request in a task of its own, as a server does.

    Of a task that makes the request too, neither the first nor the last step would be watched.
    """
    stack = app.build_middleware_stack()

    async def run(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.create_task(stack(scope, receive, send))  # type: ignore[arg-type]

    patch.setattr(app, "middleware_stack", run)


def _requests(operation: Operation) -> Iterator[tuple[str, dict[str, Any]]]:
    path = re.sub(r"\{\w+\}", str(uuid4()), operation.path)
    for options in hostile_bodies(operation):
        yield path, options
    for unit in QUERIES:
        yield f"{path}?{unit * (HEADER_BYTES // len(unit))}", {}
    if "{" in operation.path:
        yield re.sub(r"\{\w+\}", "x" * HEADER_BYTES, operation.path), {}


async def _call(
    client: httpx2.AsyncClient, longest_step: float, method: str, url: str, **options: Any
) -> tuple[httpx2.Response, list[str]]:
    """Make a request; returns the answer, and the steps that keep the loop too long.

    What is the service's own comes again with the same request; what came between does not.
    """
    for _ in range(2):
        with watched(longest_step) as found:
            response = await client.request(method, url, **options)
        # Not the source of a route, which the framework opens once to name it in an error.
        steps = [text for text in found if " s in " in text]
        if not steps:
            break
    return response, steps


async def _attack(
    client: httpx2.AsyncClient, operation: Operation, longest_step: float
) -> list[str]:
    stalls = []
    for path, options in _requests(operation):
        response, steps = await _call(client, longest_step, operation.method, path, **options)
        assert 400 <= response.status_code < 500, (operation[:2], path[:80])
        assert len(response.content) < 10_000
        stalls += [f"{operation.method} {path[:60]} {options!s:.60}: {s}" for s in steps]
    return stalls


async def test_no_body_or_query_blocks_other_requests(
    service: Service, longest_step: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    _run_in_tasks(service.app, monkeypatch)
    async with service.caller(Role.ADMIN) as caller:
        for operation in operations_of(service.app):
            for client in (service.client, caller.client):
                assert await _attack(client, operation, longest_step) == []


async def test_no_header_stalls_the_others(
    database_url: str, longest_step: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running_service(database_url, trusted_proxies="192.0.2.1,10.0.0.0/8") as service:
        _run_in_tasks(service.app, monkeypatch)
        for operation in operations_of(service.app):
            path = re.sub(r"\{\w+\}", str(uuid4()), operation.path)
            for headers in FIELDS:
                content = b"{}" if operation.body_field is not None else b""
                response, steps = await _call(
                    service.client,
                    longest_step,
                    operation.method,
                    path,
                    headers=headers,
                    content=content,
                )
                assert response.status_code < 500, (path, headers)
                assert steps == [], (path, str(headers)[:80])
