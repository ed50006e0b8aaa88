"""`DATABASE_URL` of a server: what it looks like, and which passwords production refuses."""

import pytest

from app.settings import SettingsError
from tests.support.database import OVER_TLS, SCHEME
from tests.support.service import settings_for

SAFE = f"{SCHEME}://service:c7Hq1ZtXv0LkR9sE@db.example.com/service?{OVER_TLS}"


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
    "password",
    [
        *("Password", "changeme", "secret", "service", "p%61ssword", "root"),
        *("postgres", "MySQL", "mariadb", "oracle", "sa", "foobared", "Passw0rd!", "123456"),
    ],
)
def test_production_refuses_a_wellknown_password(password: str) -> None:
    fault = _fault(f"{SCHEME}://service:{password}@h/db")
    assert fault == "DATABASE_URL: has a well-known password"


@pytest.mark.parametrize("host", ["db.example.com", "my_db", "10.0.0.5", "[2001:db8::1]:5432"])
def test_production_refuses_another_machine_without_tls(host: str) -> None:
    url = f"{SCHEME}://service:c7Hq1ZtXv0LkR9sE@{host}/service"
    fault = _fault(url)
    assert fault.startswith("DATABASE_URL: is on another machine and allows connections without")
    assert "c7Hq1ZtXv0LkR9sE" not in fault
    settings_for(url, environment="staging")
    settings_for(f"{url}?{OVER_TLS}", environment="production")
    settings_for(url, environment="production", allow_plaintext_backends="true")


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", ""])
def test_nothing_is_encrypted_within_a_machine(host: str) -> None:
    url = f"{SCHEME}://service:c7Hq1ZtXv0LkR9sE@{host}/service"
    settings_for(url, environment="production")


def test_production_asks_the_same_of_the_role_for_migrations() -> None:
    fault = _fault(SAFE, migration_database_url=f"{SCHEME}://owner:secret@h/db?{OVER_TLS}")
    assert fault == "MIGRATION_DATABASE_URL: has a well-known password"
    assert "owner" not in fault
