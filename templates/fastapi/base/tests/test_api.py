"""Every route there is: which are public, and what the others ask for."""

import re
from collections.abc import Iterator
from uuid import uuid4

import httpx2
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant

from app.auth.dependencies import Requirement, current_principal, signed_in
from app.route_table import Operation, operations_of
from tests.support.problems import problem_of
from tests.support.service import Caller, Service, running_service
from tests.support.sign_in import PUBLIC_ROUTES

PUBLIC = PUBLIC_ROUTES | {("GET", "/health/live"), ("GET", "/health/ready")}
PUBLIC_WITH_DOCS = PUBLIC | {
    ("GET", "/docs"),
    ("GET", "/docs.js"),
    ("GET", "/redoc"),
    ("GET", "/redoc.js"),
    ("GET", "/openapi.json"),
    ("GET", "/docs-assets"),
}


def _calls(dependant: Dependant) -> Iterator[object]:
    for dependency in dependant.dependencies:
        yield dependency.call
        yield from _calls(dependency)


def _dependencies(operation: Operation) -> list[object]:
    return list(_calls(operation.dependant)) if operation.dependant else []


def _public(app: FastAPI) -> set[tuple[str, str]]:
    return {
        operation[:2]
        for operation in operations_of(app)
        if current_principal not in _dependencies(operation)
    }


async def test_only_these_routes_are_public(service: Service, database_url: str) -> None:
    assert _public(service.app) == PUBLIC
    async with running_service(database_url, docs_enabled=True) as documented:
        assert _public(documented.app) == PUBLIC_WITH_DOCS
    async with running_service(database_url, security_contact="a@example.com") as reachable:
        assert _public(reachable.app) == PUBLIC | {("GET", "/.well-known/security.txt")}


async def test_every_private_route_names_what_it_asks_for(service: Service) -> None:
    silent = [
        operation[:2]
        for operation in operations_of(service.app)
        if operation[:2] not in PUBLIC
        and signed_in not in _dependencies(operation)
        and not any(isinstance(call, Requirement) for call in _dependencies(operation))
    ]
    assert silent == []


async def test_who_is_calling_is_asked_before_anything_else(service: Service) -> None:
    # By the router, so that a route that asks for nothing is not open either.
    for operation in operations_of(service.app):
        if operation[:2] not in PUBLIC:
            assert _dependencies(operation)[0] is current_principal, operation[:2]


async def test_every_private_route_answers_401_to_anonymous_callers(service: Service) -> None:
    operations = [operation[:2] for operation in operations_of(service.app)]
    private = [operation for operation in operations if operation not in PUBLIC]
    assert len(private) >= 9
    for method, path in private:
        url = re.sub(r"\{\w+\}", str(uuid4()), path)
        response = await service.client.request(method, url)
        problem_of(response, 401)
        assert response.headers["www-authenticate"]


async def test_what_no_route_says_is_not_found(client: httpx2.AsyncClient) -> None:
    for path in ("/", "/api", "/api/v1", "/api/v2/users", "/api/v1/users/me/", "/admin", "/.env"):
        problem_of(await client.get(path), 404)


async def test_whatever_answers_get_answers_head(service: Service, admin: Caller) -> None:
    gets = [path for method, path, *_ in operations_of(service.app) if method == "GET"]
    assert len(gets) >= 6
    for path in gets:
        url = re.sub(r"\{\w+\}", str(uuid4()), path)
        for client in (service.client, admin.client):
            get, head = await client.get(url), await client.head(url)
            assert head.status_code == get.status_code, path
            assert head.content == b""
            assert head.headers.get("content-type") == get.headers.get("content-type")
            assert head.headers.get("content-length") == get.headers.get("content-length") or (
                "request_id" in get.text
            )
