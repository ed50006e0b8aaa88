"""What is particular to `DATABASE_URL` of PostgreSQL."""

import pytest

from app.settings import SettingsError
from tests.support.service import settings_for


@pytest.mark.parametrize("scheme", ["postgres", "postgresql+asyncpg", "mysql"])
def test_any_other_scheme_is_refused(scheme: str) -> None:
    with pytest.raises(SettingsError, match="DATABASE_URL: must look like postgresql://"):
        settings_for(f"{scheme}://u:p@h/db")


@pytest.mark.parametrize(
    "options", ["sslmode=verify-full&sslrootcert=/etc/ssl/ca.pem", "application_name=a%20b"]
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


def test_a_misspelt_mode_of_tls_is_refused() -> None:
    with pytest.raises(SettingsError, match="DATABASE_URL: sslmode must be one of"):
        settings_for("postgresql://u:p@h/db?sslmode=required")


@pytest.mark.parametrize("password", ["postgres", "PostgreSQL"])
def test_production_refuses_the_customary_password(password: str) -> None:
    with pytest.raises(SettingsError, match="DATABASE_URL: has a well-known password"):
        settings_for(f"postgresql://service:{password}@h/db", environment="production")
