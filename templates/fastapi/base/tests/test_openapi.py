"""The OpenAPI document: it is complete, and the service does what it says, whatever it is sent."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from app.auth.permissions import Role
from app.main import create_app
from tests.support.factories import make_user
from tests.support.server import served
from tests.support.service import Service, running_service

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
EXAMPLES = 5
# The service draws random numbers in its thread; Hypothesis takes them for draws of a strategy.
pytestmark = [
    pytest.mark.filterwarnings("ignore:Do not use the `random` module"),
    # Other tests come by the same lines; this many requests take far longer under the measure.
    pytest.mark.no_cover,
]


@pytest.fixture
async def documented(database_url: str) -> AsyncIterator[Service]:
    async with running_service(database_url, docs_enabled=True) as service:
        # One admin who is never the caller, so that callers may leave.
        await make_user(service.resources, Role.ADMIN)
        yield service


def _probe(url: str, operation: Any, headers: dict[str, str], cookies: dict[str, str]) -> None:
    """Send an operation what its schema allows, and what it does not."""
    for mode in schemathesis.GenerationMode:

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def send(case: Any) -> None:
            with requests.Session() as session:
                session.headers.update(headers)
                session.cookies.update(cookies)
                case.call_and_validate(base_url=url, session=session, checks=CHECKS)

        # An operation without parameters has nothing that could be wrong.
        with suppress(Unsatisfiable):
            send()


def _operations(service: Service) -> Iterator[Any]:
    # The client adds the credentials: a case that leaves them out is a valid one after all.
    config = schemathesis.Config.from_dict({"generation": {"with-security-parameters": False}})
    schema = schemathesis.openapi.from_dict(service.app.openapi(), config=config)
    for result in schema.get_all_operations():
        assert isinstance(result, Ok)
        yield result.ok()


async def test_nobody_finds_a_crash_or_an_answer_that_is_not_documented(
    documented: Service,
) -> None:
    with served(create_app(documented.resources.settings)) as url:
        for operation in _operations(documented):
            await asyncio.to_thread(_probe, url, operation, {}, {})


async def test_an_admin_finds_none_either(documented: Service) -> None:
    # An application of its own: connections belong to the loop that opened them, and callers sign
    # in from this one.
    with served(create_app(documented.resources.settings)) as url:
        for operation in _operations(documented):
            # A caller for each: some of what they may do ends their own session or account.
            async with documented.caller(Role.ADMIN) as caller:
                headers = dict(caller.client.headers)
                cookies = dict(caller.client.cookies)
                await asyncio.to_thread(_probe, url, operation, headers, cookies)
