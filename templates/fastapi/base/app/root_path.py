"""The prefix of every path where a proxy publishes the service below one (ASGI `root_path`)."""

from typing import Any

from fastapi import FastAPI
from starlette.types import Scope

from app.settings import Settings


def restore_root_path(scope: Scope, root_path: str) -> None:
    """Put back the prefix that the proxy stripped: every URL that is made of the scope has it."""
    if root_path:
        scope["root_path"] = root_path
        scope["path"] = root_path + scope["path"]
        scope["raw_path"] = root_path.encode() + scope["raw_path"]


def route_path(scope: Scope) -> str:
    """Return the path of a request as the routes have it, without the prefix."""
    # Below a mount, `root_path` holds the path of the mount as well.
    root_path: str = scope.get("app_root_path", scope.get("root_path", ""))
    path: str = scope["path"]
    return path.removeprefix(root_path)


def describe_root_path(app: FastAPI, settings: Settings) -> None:
    """Say in the OpenAPI document where the service is, and where it gives out tokens."""
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        document = generate()
        # The framework keeps the document, so that the prefix must not be added again.
        if "servers" not in document:
            document["servers"] = [{"url": settings.root_path or "/"}]
            for flow in _flows(document):
                own = {name: url for name, url in flow.items() if str(url).startswith("/")}
                flow.update({name: settings.root_path + url for name, url in own.items()})
        return document

    app.openapi = openapi  # type: ignore[method-assign]


def _flows(document: dict[str, Any]) -> list[dict[str, Any]]:
    schemes = document.get("components", {}).get("securitySchemes", {})
    return [flow for scheme in schemes.values() for flow in scheme.get("flows", {}).values()]
