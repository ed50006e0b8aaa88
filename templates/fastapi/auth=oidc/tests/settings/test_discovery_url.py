"""OIDC_DISCOVERY_URL: another address of the same provider."""

import pytest

from app.settings import SettingsError
from tests.support.service import settings_for

PATH = "/.well-known/openid-configuration"


@pytest.mark.parametrize(
    "url",
    [
        "",
        f"https://auth.internal:8443/realms/main{PATH}",
        f"https://login.microsoftonline.com/common/v2.0{PATH}?appid=9122040d",
        f"http://localhost:8080/realms/main{PATH}",
    ],
)
def test_a_url_is_kept_as_it_is_given(url: str, migrated_url: str) -> None:
    assert settings_for(migrated_url, oidc_discovery_url=url).oidc_discovery_url == url


@pytest.mark.parametrize(
    "url",
    [
        f"http://keycloak:8080/realms/main{PATH}",
        f"https://user:hunter2@auth.internal{PATH}",
        f"https://auth.internal{PATH}#main",
        "auth.internal",
        "file:///etc/passwd",
        "https://[::1",
    ],
)
def test_what_the_service_must_not_ask_is_refused(url: str, migrated_url: str) -> None:
    with pytest.raises(SettingsError) as refused:
        settings_for(migrated_url, oidc_discovery_url=url)
    assert [fault.partition(":")[0] for fault in refused.value.faults] == ["OIDC_DISCOVERY_URL"]
    assert "hunter2" not in str(refused.value)


def test_production_refuses_plain_http_even_to_this_machine(migrated_url: str) -> None:
    with pytest.raises(SettingsError) as refused:
        settings_for(
            migrated_url, environment="production", oidc_discovery_url=f"http://localhost{PATH}"
        )
    assert "OIDC_DISCOVERY_URL: must be https://" in refused.value.faults
