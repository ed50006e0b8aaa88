"""OIDC_AUDIENCE: one identifier of this API, or several."""

import pytest

from app.settings import SettingsError
from tests.support.service import settings_for


def test_one_or_several_are_named(migrated_url: str) -> None:
    for text, audiences in (
        ("my-api", {"my-api"}),
        ("my-api, api://9122040d", {"my-api", "api://9122040d"}),
    ):
        assert settings_for(migrated_url, oidc_audience=text).oidc_audience == audiences


@pytest.mark.parametrize("text", ["", " ", ",", " , "])
def test_nobody_is_no_audience(migrated_url: str, text: str) -> None:
    with pytest.raises(SettingsError) as refused:
        settings_for(migrated_url, oidc_audience=text)
    assert refused.value.faults == [
        "OIDC_AUDIENCE: must be the identifier of this API at the provider"
    ]
