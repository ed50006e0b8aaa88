"""What the query of a URL may hold, on every route."""

import re
from typing import Annotated
from uuid import uuid4

import pytest
from fastapi import Depends, Query
from pydantic import BaseModel

from app.route_table import operations_of
from app.routing import Router
from app.security.query import MAX_PARAMETERS
from tests.support.problems import problem_of
from tests.support.service import Caller, Service

USERS = "/api/v1/users"


async def test_an_unknown_query_parameter_is_refused(service: Service, admin: Caller) -> None:
    for method, path, *_ in operations_of(service.app):
        url = re.sub(r"\{\w+\}", str(uuid4()), path)
        response = await admin.client.request(method, f"{url}?unasked=1")
        # 400 where OAuth names the status (RFC 6749, 5.2).
        assert response.status_code in {400, 422}, (method, path)
        assert [error["field"] for error in response.json()["errors"]] == ["unasked"]


@pytest.mark.parametrize("query", ["limit=1&limit=1", "limit=1&%6cimit=2", "cursor=&cursor="])
async def test_a_parameter_is_given_once(admin: Caller, query: str) -> None:
    problem_of(await admin.client.get(f"{USERS}?{query}"), 422)


async def test_what_a_route_asks_for_is_taken(admin: Caller) -> None:
    assert (await admin.client.get(f"{USERS}?limit=1")).status_code == 200
    assert (await admin.client.get(f"{USERS}?")).status_code == 200


async def test_the_number_of_query_parameters_is_limited(admin: Caller) -> None:
    many = "&".join(f"{number}=1" for number in range(MAX_PARAMETERS + 1))
    problem_of(await admin.client.get(f"{USERS}?{many}"), 400)
    problem_of(await admin.client.get(f"{USERS}?{'&' * 30_000}"), 400)


async def test_parameters_of_dependencies_and_models_are_declared_ones(service: Service) -> None:
    class Filter(BaseModel):
        since: int = 0

    async def order(order: str = "") -> str:
        return order

    router = Router()

    @router.get("/found")
    async def found(
        found: Annotated[Filter, Query()], order: Annotated[str, Depends(order)]
    ) -> str:
        return f"{order}{found.since}"

    service.app.include_router(router)
    assert (await service.client.get("/found?since=1&order=up")).json() == "up1"
    problem_of(await service.client.get("/found?until=1"), 422)
