"""Fixtures of every test: the service on a real database, and callers of each role."""

import gc
import logging
import os
from collections.abc import AsyncIterator, Iterator

import httpx2
import pytest

from app.auth.permissions import Role
from app.health import readiness
from app.resources import Resources
from app.settings import Settings
from tests.support.database import fresh_database
from tests.support.migrations import migrated_database
from tests.support.service import Caller, Service, running_service

# A variable of the developer's own would make tests pass or fail on one machine only.
for _name in Settings.model_fields:
    os.environ.pop(_name.upper(), None)
    os.environ.pop(f"{_name.upper()}_FILE", None)
Settings.model_config["env_file"] = None
# Requests of the tests' own client do not belong in the service's log.
logging.getLogger("httpx2").setLevel(logging.WARNING)


def pytest_xdist_auto_num_workers() -> int:
    """Start more workers than cores: a third of the time, tests wait for timeouts and processes."""
    return (os.cpu_count() or 1) + 2


def _exclude_from_collection() -> None:
    gc.collect()
    gc.freeze()


def pytest_collection_finish() -> None:
    """Exclude what is loaded from garbage collection: walking it takes a sixth of the run."""
    _exclude_from_collection()


@pytest.fixture
def nothing_to_collect() -> None:
    """Exclude what earlier tests left: walking it would be taken for time of what is measured."""
    _exclude_from_collection()


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def migrated_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with migrated_database(tmp_path_factory.mktemp("database")) as url:
        yield url


@pytest.fixture
def database_url(migrated_url: str) -> str:
    """Give an empty database with the newest schema."""
    return fresh_database(migrated_url)


@pytest.fixture(autouse=True)
def readiness_as_it_is() -> Iterator[None]:
    """Look anew for each probe: what a test changes shows at once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(readiness, "LOOK_EVERY_SECONDS", 0)
        yield


@pytest.fixture
async def service(database_url: str) -> AsyncIterator[Service]:
    async with running_service(database_url) as service:
        yield service


@pytest.fixture
def resources(service: Service) -> Resources:
    return service.resources


@pytest.fixture
def client(service: Service) -> httpx2.AsyncClient:
    """Give a caller who is not signed in."""
    return service.client


@pytest.fixture
async def user(service: Service) -> AsyncIterator[Caller]:
    async with service.caller(Role.USER) as caller:
        yield caller


@pytest.fixture
async def moderator(service: Service) -> AsyncIterator[Caller]:
    async with service.caller(Role.MODERATOR) as caller:
        yield caller


@pytest.fixture
async def admin(service: Service) -> AsyncIterator[Caller]:
    async with service.caller(Role.ADMIN) as caller:
        yield caller
