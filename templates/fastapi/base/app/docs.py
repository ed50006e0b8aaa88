"""Interactive documentation, served from this host alone, under a policy of its own."""

from importlib.resources import files
from typing import Final

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles

_ASSETS: Final = "/docs-assets"
# Both pages set styles from scripts, and ReDoc runs its search in a worker from a blob.
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; worker-src blob:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

# The logo below ReDoc's menu, which it would load from another host.
_FOREIGN_IMAGE: Final = "https://cdn.redoc.ly/redoc/logo-mini.svg"
_NO_IMAGE: Final = "data:,"

_SWAGGER: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>API documentation</title>
<link rel="icon" href="docs-assets/favicon.png">
<link rel="stylesheet" href="docs-assets/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="docs-assets/swagger-ui-bundle.js"></script>
<script src="docs.js"></script>
</body>
</html>
"""
_REDOC: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>API reference</title>
<link rel="icon" href="docs-assets/favicon.png">
</head>
<body style="margin: 0">
<redoc spec-url="openapi.json"></redoc>
<script src="redoc.js"></script>
</body>
</html>
"""


def include_docs(app: FastAPI) -> None:
    """Add `/docs`, `/redoc` and `/openapi.json`."""
    headers = {"Content-Security-Policy": _POLICY}
    start = files("app.auth").joinpath("docs.js").read_text(encoding="utf-8")
    static = files("fastapi_offline") / "static"
    bundle = static.joinpath("redoc.standalone.js").read_text(encoding="utf-8")
    own_bundle = bundle.replace(_FOREIGN_IMAGE, _NO_IMAGE)

    async def swagger(_: Request) -> Response:
        return HTMLResponse(_SWAGGER, headers=headers)

    async def swagger_start(_: Request) -> Response:
        return Response(start, media_type="text/javascript")

    async def redoc(_: Request) -> Response:
        return HTMLResponse(_REDOC, headers=headers)

    async def redoc_bundle(_: Request) -> Response:
        return Response(own_bundle, media_type="text/javascript")

    app.add_route("/docs", swagger, include_in_schema=False)
    app.add_route("/docs.js", swagger_start, include_in_schema=False)
    app.add_route("/redoc", redoc, include_in_schema=False)
    app.add_route("/redoc.js", redoc_bundle, include_in_schema=False)
    assets = StaticFiles(directory=str(static))
    app.mount(_ASSETS, assets, name="docs-assets")
