"""Behind a pooler that lends a connection for one transaction, such as PgBouncer."""

import pytest

from app.__main__ import main
from app.database.engine import UNUSABLE
from app.settings import SettingsError
from tests.support.queries import execute
from tests.support.service import running_service, settings_for

ONE_CONNECTION = {"database_pool_size": 1, "database_max_overflow": 0}
COMPLAIN_OF_WHAT_IS_KEPT = """
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_prepared_statements)
        OR EXISTS (SELECT FROM pg_settings WHERE source = 'session' AND name !~ '^transaction_')
        OR EXISTS (SELECT FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'advisory')
    THEN RAISE EXCEPTION 'the session keeps something'; END IF;
END $$
"""


async def _use(database_url: str, pooler: str) -> None:
    settings = {**ONE_CONNECTION, "database_pooler": pooler}
    async with running_service(database_url, **settings) as service, service.caller() as caller:
        response = await caller.client.patch("/api/v1/users/me", json={"full_name": "New"})
        assert response.status_code == 200
        assert (await caller.client.get("/api/v1/users/me")).json()["full_name"] == "New"
        await execute(service.resources, COMPLAIN_OF_WHAT_IS_KEPT)


async def test_nothing_is_kept_in_a_session(database_url: str) -> None:
    await _use(database_url, "transaction")


async def test_without_a_pooler_statements_are_kept(database_url: str) -> None:
    with pytest.raises(UNUSABLE, match="keeps something"):
        await _use(database_url, "none")


def test_migrating_asks_for_the_way_past_the_pooler(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_POOLER", "transaction")
    assert main(["migrate"]) == 1
    assert "MIGRATION_DATABASE_URL: is required to migrate" in capsys.readouterr().err
    monkeypatch.setenv("MIGRATION_DATABASE_URL", url)
    assert main(["migrate"]) == 0


@pytest.mark.parametrize("option", ["search_path=elsewhere", "statement_timeout=1000"])
def test_what_would_be_of_a_session_is_refused(option: str) -> None:
    url = f"postgresql://u:p@h/db?application_name=a&{option}"
    with pytest.raises(SettingsError, match=r"DATABASE_URL: cannot set \w+ through a pooler"):
        settings_for(url, database_pooler="transaction")
    settings_for(url)
    settings_for("postgresql://u:p@h/db", migration_database_url=url, database_pooler="transaction")
