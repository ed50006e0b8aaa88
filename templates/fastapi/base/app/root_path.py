"""The path prefix under which a proxy publishes the service (ASGI `root_path`)."""

from starlette.types import Scope


def restore_root_path(scope: Scope, root_path: str) -> None:
    """Restore the prefix that the proxy stripped, so that URLs built from the scope have it."""
    if root_path:
        scope["root_path"] = root_path
        scope["path"] = root_path + scope["path"]
        scope["raw_path"] = root_path.encode() + scope["raw_path"]


def route_path(scope: Scope) -> str:
    """Return the path of a request without the prefix."""
    # Below a mount, `root_path` contains the path of the mount as well.
    root_path: str = scope.get("app_root_path", scope.get("root_path", ""))
    path: str = scope["path"]
    return path.removeprefix(root_path)
