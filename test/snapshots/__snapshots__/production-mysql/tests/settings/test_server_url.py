"""`DATABASE_URL` of a server: what it looks like, and which passwords production refuses."""

import pytest

from app.settings import SettingsError
from tests.support.database import SCHEME
from tests.support.service import settings_for

SAFE = f"{SCHEME}://service:c7Hq1ZtXv0LkR9sE@db.example.com/service"


def _fault(url: str, **settings: str) -> str:
    with pytest.raises(SettingsError) as raised:
        settings_for(url, environment="production", **settings)
    [fault] = raised.value.faults
    return fault


@pytest.mark.parametrize("rest", ["/service", "u@h/db", "[::1]/db", "h:1/db"])
def test_a_server_is_taken(rest: str) -> None:
    url = f"{SCHEME}://{rest}"
    assert settings_for(url).database_url.get_secret_value() == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "db.example.com",
        "http://u:p@h/db",
        f"{SCHEME}+driver://u:p@h/db",
        f"{SCHEME}://u:p@h",
        f"{SCHEME}://u:p@h/",
        f"{SCHEME}://u:p@h:port/db",
        f"{SCHEME}://u:p@h:0/db",
        f"{SCHEME}://u:p@h:99999/db",
        f"{SCHEME}://[::1/db",
    ],
)
def test_anything_else_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match=f"DATABASE_URL: must look like {SCHEME}://"):
        settings_for(url)


def test_production_takes_a_password_of_its_own() -> None:
    url = settings_for(SAFE, environment="production").database_url
    assert url.get_secret_value() == SAFE


@pytest.mark.parametrize("rest", ["service@h/db", "service:@h/db", "/db"])
def test_production_refuses_no_password(rest: str) -> None:
    assert _fault(f"{SCHEME}://{rest}") == "DATABASE_URL: has no password"


@pytest.mark.parametrize(
    "password", ["Password", "changeme", "secret", "service", "p%61ssword", "root"]
)
def test_production_refuses_a_wellknown_password(password: str) -> None:
    fault = _fault(f"{SCHEME}://service:{password}@h/db")
    assert fault == "DATABASE_URL: has a well-known password"


def test_production_asks_the_same_of_the_role_for_migrations() -> None:
    fault = _fault(SAFE, migration_database_url=f"{SCHEME}://owner:secret@h/db")
    assert fault == "MIGRATION_DATABASE_URL: has a well-known password"
    assert "owner" not in fault
