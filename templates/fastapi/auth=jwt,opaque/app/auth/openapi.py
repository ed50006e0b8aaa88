"""OAuth in the OpenAPI document."""

from typing import Any, Final

from app.openapi import operations
from app.settings import Settings

_OAUTH: Final = "OAuth2PasswordBearer"


def describe_oauth(document: dict[str, Any], settings: Settings) -> None:
    """Add the scopes of each operation, and the prefix to the URL of the token endpoint."""
    for flow in document["components"]["securitySchemes"][_OAUTH]["flows"].values():
        for name in ("tokenUrl", "refreshUrl"):
            flow[name] = settings.root_path + flow[name]
    for _, _, operation in operations(document):
        if operation["security"]:
            operation["security"] = [{_OAUTH: operation["x-permissions"]}]
