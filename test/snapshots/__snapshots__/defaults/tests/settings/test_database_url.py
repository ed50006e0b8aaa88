"""`DATABASE_URL` of SQLite: what it looks like, and that production refuses it."""

import pytest

from app.settings import SettingsError
from tests.support.service import settings_for


@pytest.mark.parametrize("url", ["sqlite:///./app.db", "sqlite:////var/lib/app.db"])
def test_a_file_is_taken(url: str) -> None:
    assert settings_for(url).database_url.get_secret_value() == url


@pytest.mark.parametrize(
    "url", ["", "app.db", "sqlite://", "sqlite:///", "sqlite:///:memory:", "postgresql://u:p@h/db"]
)
def test_anything_else_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="DATABASE_URL: must look like sqlite:///"):
        settings_for(url)


def test_production_refuses_every_file() -> None:
    with pytest.raises(SettingsError, match="DATABASE_URL: is SQLite"):
        settings_for("sqlite:///./app.db", environment="production")


def test_production_refuses_a_file_for_migrations_too() -> None:
    with pytest.raises(SettingsError, match="MIGRATION_DATABASE_URL: is SQLite"):
        settings_for(
            "sqlite:///./app.db",
            migration_database_url="sqlite:///./app.db",
            environment="production",
        )
