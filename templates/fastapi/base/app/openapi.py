"""The OpenAPI document: what the framework generates, and what else clients need.

It is derived from pyproject.toml, the table of permissions, and the dependencies of each route.
"""

import tomllib
from collections.abc import Callable, Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from app.auth.authenticator import SIGN_IN
from app.auth.dependencies import Requirement
from app.auth.permissions import PERMISSIONS, Permission
from app.errors import describe_errors
from app.health.routes import describe_liveness
from app.route_table import operations_of
from app.settings import Settings

Document = dict[str, Any]

_PYPROJECT: Final = Path(__file__).parents[1] / "pyproject.toml"
_CONVENTIONS: Final = """\
## Lists

Lists are paginated, newest first. Send the `next_cursor` of a page as `cursor` to get the next
one; it is null on the last page.

## Errors

Every error is a problem document (RFC 9457). Its `request_id` is also in the service log and in
the header `X-Request-ID` of every response.

## Rate limits

Over the limit, the response is 429, and `Retry-After` gives the seconds to wait.
"""
_HEADERS: Final = {
    "X-Request-ID": (
        "Request id, also found in the log of the service.",
        {"type": "string", "pattern": "^[A-Za-z0-9-]{8,64}$", "maxLength": 64},
    ),
    "Location": (
        "Path of the created resource.",
        {"type": "string", "format": "uri-reference", "maxLength": 2048},
    ),
    "WWW-Authenticate": (
        "How to authenticate, and what is wrong with the credential (RFC 9110, 11.6.1).",
        {"type": "string", "maxLength": 256},
    ),
    "Retry-After": (
        "Seconds to wait before the next request.",
        {"type": "integer", "format": "int32", "minimum": 0, "maximum": 86400},
    ),
    "RateLimit": (
        "Requests left within the limit (`r`), and seconds until it resets (`t`).",
        {"type": "string", "maxLength": 128},
    ),
    "RateLimit-Policy": (
        "Requests (`q`) that the limit allows in a window of seconds (`w`).",
        {"type": "string", "maxLength": 128},
    ),
}
_ALWAYS_SENT: Final = ("X-Request-ID",)
_SENT_WITH: Final = {
    "201": ("Location",),
    "401": ("WWW-Authenticate",),
    "429": ("Retry-After", "RateLimit", "RateLimit-Policy"),
    "503": ("Retry-After",),
}


def operation_id(route: APIRoute) -> str:
    """Name an operation like a method of a client: `listUsers` for `list_users`."""
    verb, *rest = route.name.split("_")
    return verb + "".join(word.capitalize() for word in rest)


def describe(
    app: FastAPI, settings: Settings, *others: Callable[[Document, Settings], None]
) -> None:
    """Complete the framework's document when it is first requested."""
    generate = app.openapi

    def openapi() -> Document:
        # The framework caches the document, which is completed in place.
        if app.openapi_schema is not None:
            return app.openapi_schema
        document = generate()
        document["info"] |= _info()
        document["servers"] = [{"url": settings.root_path or "/"}]
        describe_errors(document["components"])
        describe_liveness(document)
        _describe_operations(document, app)
        _describe_headers(document)
        for complete in others:
            complete(document, settings)
        return document

    app.openapi = openapi  # type: ignore[method-assign]


def operations(document: Document) -> Iterator[tuple[str, str, Document]]:
    """Iterate over method, path and description of each operation."""
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield method.upper(), path, operation


def _info() -> Document:
    project = tomllib.loads(_PYPROJECT.read_text(encoding="utf-8"))["project"]
    parts = [project["description"], f"## Sign in\n\n{SIGN_IN}", _permissions(), _CONVENTIONS]
    info = {"version": project["version"], "description": "\n\n".join(parts)}
    if maintainers := project.get("maintainers"):
        info["contact"] = maintainers[0]
    if license_id := project.get("license"):
        name = license_id.removeprefix("LicenseRef-")
        info["license"] = {"name": name, "identifier": license_id}
    return info


def _permissions() -> str:
    """Render the table of permissions as Markdown."""
    rows = [
        ["Permission", *PERMISSIONS],
        ["---"] * (len(PERMISSIONS) + 1),
        *(
            [f"`{permission}`", *("yes" if permission in of else "" for of in PERMISSIONS.values())]
            for permission in Permission
        ),
    ]
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    return (
        "## Permissions\n\nEach operation lists the permission that it requires. These are the "
        f"permissions of each role:\n\n{table}"
    )


def _describe_operations(document: Document, app: FastAPI) -> None:
    dependants = {(method, path): dependant for method, path, dependant, _ in operations_of(app)}
    schemas = document["components"]["schemas"]
    for method, path, operation in operations(document):
        summary, _, details = operation.get("description", "").partition("\n\n")
        if summary:
            operation["summary"] = summary.replace("\n", " ").removesuffix(".")
        access = _access(operation, dependants.get((method, path)))
        operation["description"] = f"{details}\n\n{access}" if details else access
        operation.setdefault("security", [])
        if body := operation.get("requestBody"):
            _add_example(body, schemas)
        else:
            # Only a body can have an unsupported type.
            operation["responses"].pop(str(HTTPStatus.UNSUPPORTED_MEDIA_TYPE.value), None)


def _access(operation: Document, dependant: Dependant | None) -> str:
    """Document who may call an operation, for clients and readers."""
    if "security" not in operation:
        return "Anyone may call this."
    calls = _calls(dependant) if dependant else ()
    requirements = [call for call in calls if isinstance(call, Requirement)]
    operation["x-permissions"] = [str(requirement.permission) for requirement in requirements]
    if not requirements:
        return "Any signed-in caller may call this."
    return " ".join(requirement.explanation for requirement in requirements)


def _calls(dependant: Dependant) -> Iterator[object]:
    for dependency in dependant.dependencies:
        yield dependency.call
        yield from _calls(dependency)


def _describe_headers(document: Document) -> None:
    document["components"]["headers"] = {
        name: {"description": text, "schema": schema} for name, (text, schema) in _HEADERS.items()
    }
    shared = document["components"]["responses"]
    used = {}
    for _, _, operation in operations(document):
        for status, response in operation["responses"].items():
            target = response
            if "$ref" in response:
                name = response["$ref"].rpartition("/")[2]
                target = used[name] = shared[name]
                response.pop("description", None)
            names = (*_ALWAYS_SENT, *_SENT_WITH.get(status, ()))
            sent = {name: {"$ref": f"#/components/headers/{name}"} for name in names}
            target["headers"] = target.get("headers", {}) | sent
    document["components"]["responses"] = used


def _add_example(body: Document, schemas: Document) -> None:
    """Build the example of a body from those of its fields: generated ones are often invalid."""
    for content in body["content"].values():
        schema = schemas.get(content["schema"].get("$ref", "").rpartition("/")[2], {})
        example = {
            name: field["examples"][0]
            for name, field in schema.get("properties", {}).items()
            if "examples" in field
        }
        if example:
            content["example"] = example
