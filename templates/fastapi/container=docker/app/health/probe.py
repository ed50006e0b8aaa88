"""Liveness probe of the container: `python -m app.health.probe`.

It imports nothing of the service, since it runs every few seconds.
"""

import http.client
import os
import sys
from typing import Final

_SECONDS: Final = 3


def main() -> int:
    """Return 0 if the service is alive, else 1."""
    connection = http.client.HTTPConnection(
        "127.0.0.1", int(os.environ.get("PORT", "8000")), timeout=_SECONDS
    )
    try:
        connection.request("GET", "/health/live")
        return 0 if connection.getresponse().status == http.HTTPStatus.OK else 1
    except (OSError, http.client.HTTPException):
        return 1
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(main())
