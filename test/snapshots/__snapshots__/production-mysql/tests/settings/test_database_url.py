"""What is particular to `DATABASE_URL` of MySQL."""

import pytest

from app.settings import SettingsError
from tests.support.service import settings_for


@pytest.mark.parametrize("scheme", ["mariadb", "mysql+asyncmy", "postgresql"])
def test_any_other_scheme_is_refused(scheme: str) -> None:
    with pytest.raises(SettingsError, match="DATABASE_URL: must look like mysql://"):
        settings_for(f"{scheme}://u:p@h/db")


@pytest.mark.parametrize("password", ["mysql", "MariaDB"])
def test_production_refuses_the_customary_password(password: str) -> None:
    with pytest.raises(SettingsError, match="DATABASE_URL: has a well-known password"):
        settings_for(f"mysql://service:{password}@h/db", environment="production")
