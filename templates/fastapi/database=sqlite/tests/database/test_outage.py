"""The file of the database is away, or locked: 503, and all is well again when it is back."""

import shutil
import sqlite3
import time
from pathlib import Path

from tests.support.problems import problem_of
from tests.support.service import running_service

ME = "/api/v1/users/me"


async def test_a_file_that_is_away_is_an_outage_and_coming_back_ends_it(
    tmp_path: Path, database_url: str
) -> None:
    away = tmp_path / "away"
    async with running_service(f"sqlite:///{away / 'test.db'}") as service:
        problem_of(await service.client.get("/broken"), 404)
        assert (await service.client.get("/health/live")).status_code == 200
        for _ in range(2):
            response = await service.client.get("/health/ready")
            assert response.status_code == 503
            assert response.json()["checks"]["database"] == "unavailable"
        service.app.add_api_route("/ping", service.resources.database.ping)
        response = await service.client.get("/ping")
        problem_of(response, 503)
        assert response.headers["retry-after"] == "5"
        assert str(away) not in response.text

        away.mkdir()
        shutil.copy(database_url.removeprefix("sqlite:///"), away / "test.db")
        assert (await service.client.get("/ping")).status_code == 200
        assert (await service.client.get("/health/ready")).status_code == 200
        async with service.caller() as caller:
            assert (await caller.client.get(ME)).status_code == 200


async def test_a_lock_that_is_held_too_long_is_an_outage_for_writers_alone(
    database_url: str,
) -> None:
    async with (
        running_service(database_url, database_pool_timeout=1) as service,
        service.caller() as caller,
    ):
        holder = sqlite3.connect(database_url.removeprefix("sqlite:///"), isolation_level=None)
        try:
            holder.execute("BEGIN IMMEDIATE")
            begun = time.monotonic()
            problem_of(await caller.client.patch(ME, json={"full_name": "New"}), 503)
            assert 0.9 < time.monotonic() - begun < 4
            assert (await caller.client.get(ME)).status_code == 200
            holder.execute("ROLLBACK")
        finally:
            holder.close()
        response = await caller.client.patch(ME, json={"full_name": "New"})
        assert response.status_code == 200
