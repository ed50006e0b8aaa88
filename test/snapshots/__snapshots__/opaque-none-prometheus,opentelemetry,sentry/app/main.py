"""The application factory: middlewares, error handlers and routes."""

from functools import partial

from fastapi import FastAPI
from starlette.middleware import Middleware

from app.api import TAGS, include_routes
from app.auth.authenticator import CHALLENGE
from app.auth.oauth import OAuthErrors
from app.auth.openapi import describe_oauth
from app.database.engine import UNAVAILABLE
from app.docs import include_docs
from app.errors import handle_errors
from app.lifespan import run
from app.logging import configure_logging
from app.openapi import describe, operation_id
from app.security.admission import Admission
from app.security.cors import Preflights
from app.security.hosts import Hosts
from app.security.https import HttpsOnly
from app.security.limits import RequestLimits
from app.security.request_context import RequestContext
from app.security_txt import include_security_txt
from app.settings import Settings, load_settings
from app.telemetry.crashes import CrashReports
from app.telemetry.request_metrics import RequestMetrics
from app.telemetry.request_spans import RequestSpans, describe_traces


def create_app(settings: Settings | None = None) -> FastAPI:
    """Build the application; raises `SettingsError` for an invalid environment."""
    settings = settings or load_settings()
    configure_logging(settings)

    app = FastAPI(
        title=settings.app_name,
        lifespan=partial(run, settings=settings),
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json" if settings.docs_enabled else None,
        openapi_tags=TAGS,
        generate_unique_id_function=operation_id,
        redirect_slashes=False,
        # Outermost first.
        middleware=[
            Middleware(RequestContext, settings=settings),
            Middleware(OAuthErrors),
            Middleware(RequestMetrics),
            Middleware(RequestSpans),
            Middleware(CrashReports),
            Middleware(Hosts, settings=settings),
            Middleware(HttpsOnly, settings=settings),
            Middleware(Preflights, settings=settings),
            Middleware(Admission),
            Middleware(RequestLimits, settings=settings),
        ],
    )
    app.state.stopping = False
    handle_errors(app, challenge=CHALLENGE, unavailable=UNAVAILABLE)
    include_routes(app)
    describe(
        app,
        settings,
        describe_oauth,
        describe_traces,
    )
    include_security_txt(app, settings)
    if settings.docs_enabled:
        include_docs(app)
    return app
