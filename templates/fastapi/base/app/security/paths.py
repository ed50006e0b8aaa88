"""The path of a request."""

import re
from typing import Final
from urllib.parse import unquote

from starlette.types import Scope

_SLASH: Final = re.compile("%2f", re.IGNORECASE)


def keep_escaped_slashes(scope: Scope) -> None:
    """Leave `%2F` in the path as it is: it separates nothing (RFC 3986, 2.2).

    The server has decoded it. A proxy that forbids a path would not know it in this spelling
    (CWE-436).
    """
    raw_path: bytes = scope.get("raw_path") or b""
    if b"%2" in raw_path:
        parts = _SLASH.split(str(raw_path, "ascii"))
        scope["path"] = "%2F".join(map(unquote, parts))
