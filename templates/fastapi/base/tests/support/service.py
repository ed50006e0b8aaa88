"""The service under test, and who calls it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
from fastapi import FastAPI

from app.auth.permissions import Role
from app.lifespan import run
from app.logging import configure_logging
from app.main import create_app
from app.resources import Resources
from app.settings import Settings, load_settings
from app.users.model import User
from tests.support.auth import PRODUCTION
from tests.support.environment import ENVIRONMENT
from tests.support.factories import make_user
from tests.support.sign_in import sign_in
from tests.support.state import empty_state

BASE_URL = "http://localhost"

# Applications that no test uses any more, by their settings: FastAPI works an application's routes
# out at its first requests, which takes longer than most tests.
_idle: dict[str, FastAPI] = {}
# Settings that are valid, by what they were read from: that takes as long as starting the service.
_valid: dict[str, Settings] = {}


@dataclass(frozen=True)
class Caller:
    """An account and a client that is signed in as it."""

    user: User
    client: httpx2.AsyncClient


class Service:
    """A running application; `client` is anonymous."""

    def __init__(self, app: FastAPI, client: httpx2.AsyncClient) -> None:
        self.app = app
        self.client = client
        self.resources: Resources = app.state.resources

    @asynccontextmanager
    async def caller(
        self, role: Role = Role.USER, user: User | None = None
    ) -> AsyncIterator[Caller]:
        """Open a client that is signed in as a new account, or as `user`."""
        user = user or await make_user(self.resources, role)
        async with client_of(self.app) as client:
            await sign_in(client, self.resources, user)
            yield Caller(user, client)


def client_of(app: FastAPI, address: str = "192.0.2.1") -> httpx2.AsyncClient:
    """Make a client that calls the application from an address."""
    transport = httpx2.ASGITransport(app, raise_app_exceptions=False, client=(address, 50000))
    return httpx2.AsyncClient(transport=transport, base_url=BASE_URL)


def settings_for(database_url: str, *, behave_as: str = "test", **settings: Any) -> Settings:
    """Make settings for a database; what is given wins over the tests' own.

    `behave_as` is the environment whose behaviour is wanted, without what it refuses at the start.
    """
    usual = {**ENVIRONMENT, **(PRODUCTION if settings.get("environment") == "production" else {})}
    values = {name.lower(): value for name, value in usual.items()}
    given = {**values, "database_url": database_url, **settings}
    places = {name: value for name, value in given.items() if isinstance(value, Path)}
    key = repr(sorted((name, "" if name in places else value) for name, value in given.items()))
    if key not in _valid:
        _valid[key] = load_settings(**given)
    return _valid[key].model_copy(update={**places, "environment": behave_as})


@asynccontextmanager
async def running_service(database_url: str, **settings: Any) -> AsyncIterator[Service]:
    """Run the application on a database, with `settings_for` it."""
    # Where a test keeps its files makes no difference to the application.
    key = repr(sorted(item for item in settings.items() if not isinstance(item[1], Path)))
    async with empty_state() as state:
        valid = settings_for(database_url, **{**state, **settings})
        app = _idle.pop(key, None) or create_app(valid)
        configure_logging(valid)
        routes = list(app.routes)
        async with run(app, valid), client_of(app) as client:
            yield Service(app, client)
        if app.routes == routes:
            _idle[key] = app
