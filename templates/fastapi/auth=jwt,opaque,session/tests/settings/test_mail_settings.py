"""Settings of mail and sign-in without effect."""

import pytest

from app.settings import SettingsError
from tests.support.service import settings_for


@pytest.mark.parametrize("backend", ["console", "File"])
def test_a_deployment_that_sends_no_mail_is_told(migrated_url: str, backend: str) -> None:
    settings = settings_for(migrated_url, behave_as="staging", mail_backend=backend)
    warning = f"MAIL_BACKEND is {backend.lower()}, which is for development"
    assert warning in settings.warnings()


def test_the_sender_of_the_examples_is_told(migrated_url: str) -> None:
    settings = settings_for(migrated_url, behave_as="staging")
    assert "MAIL_FROM holds a name that is reserved for examples" in settings.warnings()


def test_no_environment_does_without_a_sender(migrated_url: str) -> None:
    with pytest.raises(SettingsError, match="MAIL_FROM: must be one address"):
        settings_for(migrated_url, mail_from="")


def test_production_refuses_a_rate_that_slows_no_guessing(migrated_url: str) -> None:
    with pytest.raises(SettingsError, match="RATE_LIMIT_AUTH: must be at most 10000/minute"):
        settings_for(migrated_url, environment="production", rate_limit_auth="10001/minute")
