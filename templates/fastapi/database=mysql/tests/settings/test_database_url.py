"""What is particular to `DATABASE_URL` of MySQL."""

from urllib.parse import urlencode

import pytest

from app.settings import SettingsError
from tests.support.service import settings_for


@pytest.mark.parametrize("scheme", ["mariadb", "mysql+asyncmy", "postgresql"])
def test_any_other_scheme_is_refused(scheme: str) -> None:
    with pytest.raises(SettingsError, match="DATABASE_URL: must look like mysql://"):
        settings_for(f"{scheme}://u:p@h/db")


@pytest.mark.parametrize(
    "options",
    [f"ssl_ca={__file__}", f"ssl_capath=/etc/ssl&ssl_cert={__file__}&ssl_key={__file__}"],
)
def test_options_say_whom_to_trust(options: str) -> None:
    url = f"mysql://u:p@h/db?{options}"
    assert settings_for(url).database_url.get_secret_value() == url


@pytest.mark.parametrize(
    "options",
    ["ssl=true", "SSL_CA=ca.pem", "ssl_ca", "ssl_ca=", "local_infile=1", "charset=latin1"],
)
def test_any_other_option_is_refused(options: str) -> None:
    with pytest.raises(SettingsError, match="DATABASE_URL: takes these options"):
        settings_for(f"mysql://u:p@h/db?{options}")


@pytest.mark.parametrize("name", ["ssl_ca", "ssl_cert", "ssl_key"])
def test_a_file_that_cannot_be_read_is_refused(name: str) -> None:
    files = urlencode({"ssl_ca": __file__, name: "/no/such.pem"})
    with pytest.raises(SettingsError, match=f"DATABASE_URL: the file of {name} cannot be read"):
        settings_for(f"mysql://u:p@h/db?{files}")


def test_a_certificate_without_a_trusted_ca_is_refused() -> None:
    with pytest.raises(SettingsError, match="DATABASE_URL: must name the CA to trust"):
        settings_for("mysql://u:p@h/db?ssl_cert=c.pem&ssl_key=k.pem")
