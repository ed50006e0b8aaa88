"""What the OpenAPI document tells, beside what the framework writes: clients are made of it."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from app.auth.dependencies import Requirement
from app.auth.permissions import Permission, Role
from app.main import create_app
from app.openapi import operations
from app.route_table import operations_of
from app.settings import Settings
from tests.support.factories import make_user
from tests.support.service import Caller, Service
from tests.support.sign_in import PUBLIC_ROUTES

PYPROJECT = Path(__file__).parents[1] / "pyproject.toml"
PUBLIC = PUBLIC_ROUTES | {("GET", "/health/live"), ("GET", "/health/ready")}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return create_app(Settings.model_construct()).openapi()


def _resolve(document: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    """Return what a node is, or refers to."""
    found: dict[str, Any] = node
    if "$ref" in node:
        found = document
        for part in node["$ref"].removeprefix("#/").split("/"):
            found = found[part]
    return found


def _responses(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for _, _, operation in operations(document):
        for status, response in operation["responses"].items():
            yield status, _resolve(document, response)


def _examples(document: dict[str, Any]) -> Iterator[tuple[dict[str, Any], Any]]:
    """Walk over the schemas that have an example, and the example."""
    for _, _, operation in operations(document):
        answers = (_resolve(document, response) for response in operation["responses"].values())
        for answer in (operation.get("requestBody", {}), *answers):
            for content in answer.get("content", {}).values():
                if "example" in content:
                    yield content["schema"], content["example"]


def test_it_says_what_the_project_says_of_itself(document: dict[str, Any]) -> None:
    project = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["project"]
    info = document["info"]
    assert info["version"] == project["version"]
    assert info["description"].startswith(f"{project['description']}\n\n## Sign in\n")
    assert info["contact"] == project["maintainers"][0]
    assert info["license"]["identifier"] == project["license"]


def test_every_operation_has_a_name_of_its_own(document: dict[str, Any]) -> None:
    names = Counter(operation["operationId"] for _, _, operation in operations(document))
    assert set(names.values()) == {1}
    assert all(re.fullmatch(r"[a-z]+([A-Z][a-z]+)*", name) for name in names)
    assert {"readMe", "listUsers", "checkLiveness"} <= names.keys()


def test_every_operation_is_in_a_group_that_is_described(document: dict[str, Any]) -> None:
    described = {tag["name"]: tag["description"] for tag in document["tags"]}
    used = {tag for _, _, operation in operations(document) for tag in operation["tags"]}
    assert used == described.keys()
    assert all(text.endswith(".") for text in described.values())
    assert all(len(operation["tags"]) == 1 for _, _, operation in operations(document))


def test_every_operation_says_who_may_call_it(document: dict[str, Any]) -> None:
    for method, path, operation in operations(document):
        assert re.fullmatch(r"[A-Z].*[^.]", operation["summary"]), path
        if (method, path) in PUBLIC:
            assert operation["security"] == []
            assert "x-permissions" not in operation
            assert operation["description"].endswith("Anyone may call this.")
            continue
        (schemes,) = operation["security"]
        assert schemes.keys() <= document["components"]["securitySchemes"].keys()
        for permission in operation["x-permissions"]:
            assert permission in list(Permission)
            assert f"`{permission}`" in operation["description"]
        if not operation["x-permissions"]:
            assert operation["description"].endswith("Any signed-in caller may call this.")


async def test_what_it_says_is_asked_for_is_what_is_asked_for(
    service: Service, document: dict[str, Any]
) -> None:
    asked = {}
    for method, path, dependant, _ in operations_of(service.app):
        if (method, path) not in PUBLIC and dependant:
            calls = [dependency.call for dependency in dependant.dependencies]
            asked[method, path] = [
                call.permission for call in calls if isinstance(call, Requirement)
            ]
    assert len(asked) >= 9
    told = {
        (method, path): operation["x-permissions"]
        for method, path, operation in operations(document)
        if "x-permissions" in operation
    }
    assert told == asked


async def test_every_route_is_in_it(service: Service, document: dict[str, Any]) -> None:
    told = {(method, path) for method, path, _ in operations(document)}
    assert told == {operation[:2] for operation in operations_of(service.app)}


def test_every_answer_names_its_headers(document: dict[str, Any]) -> None:
    expected = {
        "201": {"Location"},
        "401": {"WWW-Authenticate"},
        "429": {"Retry-After", "RateLimit", "RateLimit-Policy"},
        "503": {"Retry-After"},
    }
    for status, response in _responses(document):
        assert {"X-Request-ID", *expected.get(status, ())} <= response["headers"].keys()


def test_every_body_has_an_example(document: dict[str, Any]) -> None:
    found = 0
    for _, _, operation in operations(document):
        for content in operation.get("requestBody", {}).get("content", {}).values():
            assert content["example"], operation["operationId"]
            found += 1
    assert found >= 2


def test_examples_are_what_their_schemas_say(document: dict[str, Any]) -> None:
    found = 0
    for schema, example in _examples(document):
        validator = jsonschema_rs.Draft202012Validator(
            {**schema, "components": document["components"]}, validate_formats=True
        )
        validator.validate(example)
        found += 1
    assert found >= 20


async def _existing(path: str, service: Service, caller: Caller, document: dict[str, Any]) -> str:
    """Return a path to what exists: accounts, and what the examples of lists make."""
    parent, brace, rest = path.rpartition("/{")
    if not brace:
        return path
    name, _, end = rest.partition("}")
    url = await _existing(parent, service, caller, document)
    if name == "user_id":
        return f"{url}/{(await make_user(service.resources)).id}{end}"
    body = document["paths"][parent]["post"]["requestBody"]["content"]["application/json"]
    made = await caller.client.post(url, json=body["example"])
    return f"{made.headers['location']}{end}"


async def test_examples_work_as_they_are(service: Service, document: dict[str, Any]) -> None:
    sent = 0
    for method, path, operation in operations(document):
        content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
        example = content.get("example", {})
        # Credentials are the caller's own: no example can hold them.
        credentials = [name for name in example if name.endswith(("token", "current_password"))]
        if not example or credentials or example.keys() == {"email", "password"}:
            continue
        async with service.caller(Role.ADMIN) as caller:
            url = await _existing(path, service, caller, document)
            client = service.client if (method, path) in PUBLIC else caller.client
            if "user_id" in example:
                example = {**example, "user_id": str((await make_user(service.resources)).id)}
            response = await client.request(method, url, json=example)
        assert response.is_success, (method, path, response.text)
        sent += 1
    assert sent >= 2


def test_a_route_without_description_example_or_model_is_described_too() -> None:
    app = create_app(Settings.model_construct())

    @app.post("/bare", responses={"default": {"description": "Anything."}})
    async def make_bare(numbers: list[int]) -> dict[str, int]:
        return {}

    operation = app.openapi()["paths"]["/bare"]["post"]
    assert operation["summary"] == "Make Bare"
    assert operation["description"] == "Anyone may call this."
    assert "example" not in operation["requestBody"]["content"]["application/json"]
    assert "X-Request-ID" in operation["responses"]["default"]["headers"]


def test_pages_and_other_shapes_have_names_that_can_be_typed(document: dict[str, Any]) -> None:
    names = document["components"]["schemas"].keys()
    assert all(re.fullmatch(r"[A-Z][A-Za-z]+", name) for name in names)
    assert "UserPage" in names


def test_fields_with_a_default_may_be_left_out_and_are_always_answered(
    document: dict[str, Any],
) -> None:
    schemas = document["components"]["schemas"]
    assert "required" not in schemas["ProfileUpdate"]
    assert "type" in schemas["Problem"]["required"]
    sent = [schema for schema in schemas.values() if schema.get("additionalProperties") is False]
    for schema in sent:
        for field in schema["properties"].values():
            assert not {"default", "writeOnly"} & field.keys()


def test_lists_and_numbers_have_limits(document: dict[str, Any]) -> None:
    def walk(node: Any) -> Iterator[dict[str, Any]]:
        if isinstance(node, dict):
            yield node
            node = list(node.values())
        for child in node if isinstance(node, list) else ():
            yield from walk(child)

    for schema in walk(document):
        match schema.get("type"):
            case "array":
                assert "maxItems" in schema, schema
            case "integer":
                assert schema.keys() >= {"format", "minimum", "maximum"}, schema
