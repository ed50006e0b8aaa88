"""The file of the database is private."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.factories import make_user
from tests.support.migrations import migrate
from tests.support.service import running_service


@pytest.fixture
def usual_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def modes(directory: Path) -> dict[str, str]:
    return {path.name: f"{path.stat().st_mode & 0o777:o}" for path in directory.iterdir()}


@pytest.mark.usefixtures("usual_umask")
async def test_the_database_file_and_its_journals_are_private(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'app.db'}"
    await asyncio.to_thread(migrate, url)
    assert modes(tmp_path)["app.db"] == "600"
    async with running_service(url) as service:
        await make_user(service.resources)
        found = modes(tmp_path)
    assert {"app.db", "app.db-wal"} <= found.keys()
    assert set(found.values()) == {"600"}


@pytest.mark.usefixtures("usual_umask")
async def test_so_is_a_file_that_the_service_makes(tmp_path: Path) -> None:
    async with running_service(f"sqlite:///{tmp_path / 'app.db'}") as service:
        await service.client.get("/health/ready")
    assert modes(tmp_path)["app.db"] == "600"
