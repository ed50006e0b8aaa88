"""What is particular to `DATABASE_URL` of PostgreSQL."""

import pytest

from app.settings import SettingsError
from tests.support.service import settings_for


@pytest.mark.parametrize("scheme", ["postgres", "postgresql+asyncpg", "mysql"])
def test_any_other_scheme_is_refused(scheme: str) -> None:
    with pytest.raises(SettingsError, match="DATABASE_URL: must look like postgresql://"):
        settings_for(f"{scheme}://u:p@h/db")


@pytest.mark.parametrize(
    "options", [f"sslmode=verify-full&sslrootcert={__file__}", "application_name=a%20b"]
)
def test_options_are_taken_by_the_names_that_libpq_has_for_them(options: str) -> None:
    url = f"postgresql://u:p@h/db?{options}"
    assert settings_for(url).database_url.get_secret_value() == url


@pytest.mark.parametrize(
    "options", ["ssl=require", "SSLMODE=require", "sslmode", "sslmode=", "statement_cache_size=0"]
)
def test_any_other_option_is_refused(options: str) -> None:
    with pytest.raises(SettingsError, match="DATABASE_URL: takes these options"):
        settings_for(f"postgresql://u:p@h/db?{options}")


@pytest.mark.parametrize("name", ["sslrootcert", "sslcert", "sslkey", "sslcrl"])
def test_a_file_that_cannot_be_read_is_refused(name: str) -> None:
    with pytest.raises(SettingsError, match=f"DATABASE_URL: the file of {name} cannot be read"):
        settings_for(f"postgresql://u:p@h/db?sslmode=verify-full&{name}=/no/such.pem")


@pytest.mark.parametrize("limit", ["soon", "-1", "1.5", "20%20s", "20sec", "1e9", "99999999999"])
def test_a_limit_that_the_server_could_not_read_is_refused(limit: str) -> None:
    with pytest.raises(SettingsError, match="DATABASE_URL: statement_timeout must be milliseconds"):
        settings_for(f"postgresql://u:p@h/db?statement_timeout={limit}")


def test_a_misspelt_mode_of_tls_is_refused() -> None:
    with pytest.raises(SettingsError, match="DATABASE_URL: sslmode must be one of"):
        settings_for("postgresql://u:p@h/db?sslmode=required")


@pytest.mark.parametrize("mode", ["disable", "allow", "prefer"])
def test_production_refuses_a_mode_that_may_not_encrypt(mode: str) -> None:
    url = f"postgresql://service:c7Hq1ZtXv0LkR9sE@db.example.com/service?sslmode={mode}"
    with pytest.raises(SettingsError, match="DATABASE_URL: is on another machine"):
        settings_for(url, environment="production")
