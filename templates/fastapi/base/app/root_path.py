"""The prefix of every path where a proxy publishes the service below one (ASGI `root_path`)."""

from starlette.types import Scope


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
