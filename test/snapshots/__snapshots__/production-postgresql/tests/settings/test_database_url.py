"""`DATABASE_URL` of PostgreSQL: what it looks like, and which passwords production refuses."""

import pytest

from app.settings import SettingsError
from tests.support.service import settings_for

SAFE = "postgresql://service:c7Hq1ZtXv0LkR9sE@db.example.com:5432/service"


def _fault(url: str, **settings: str) -> str:
    with pytest.raises(SettingsError) as raised:
        settings_for(url, environment="production", **settings)
    [fault] = raised.value.faults
    return fault


@pytest.mark.parametrize(
    "url",
    [SAFE, "postgresql:///service", "postgresql://u@h/db?ssl=require", "postgresql://[::1]/db"],
)
def test_a_server_is_taken(url: str) -> None:
    assert settings_for(url).database_url.get_secret_value() == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "db.example.com",
        "sqlite:///./app.db",
        "postgres://u:p@h/db",
        "postgresql+asyncpg://u:p@h/db",
        "postgresql://u:p@h",
        "postgresql://u:p@h/",
        "postgresql://u:p@h:port/db",
        "postgresql://u:p@h:99999/db",
        "postgresql://[::1/db",
    ],
)
def test_anything_else_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="DATABASE_URL: must look like postgresql://"):
        settings_for(url)


def test_production_takes_a_password_of_its_own() -> None:
    url = settings_for(SAFE, environment="production").database_url
    assert url.get_secret_value() == SAFE


@pytest.mark.parametrize(
    "url", ["postgresql://service@h/db", "postgresql://service:@h/db", "postgresql:///db"]
)
def test_production_refuses_no_password(url: str) -> None:
    assert _fault(url) == "DATABASE_URL: has no password"


@pytest.mark.parametrize(
    "password", ["postgres", "Password", "changeme", "secret", "service", "p%61ssword", "root"]
)
def test_production_refuses_a_wellknown_password(password: str) -> None:
    fault = _fault(f"postgresql://service:{password}@h/db")
    assert fault == "DATABASE_URL: has a well-known password"


def test_production_asks_the_same_of_the_role_for_migrations() -> None:
    fault = _fault(SAFE, migration_database_url="postgresql://owner:postgres@h/db")
    assert fault == "MIGRATION_DATABASE_URL: has a well-known password"
    assert "owner" not in fault
