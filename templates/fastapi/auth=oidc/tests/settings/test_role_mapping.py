"""OIDC_ROLE_MAPPING: explicit, or refused."""

import pytest

from app.auth.permissions import Role
from app.settings import SettingsError
from tests.support.service import settings_for


def mapping(database_url: str, text: str) -> dict[Role, frozenset[str]]:
    return settings_for(database_url, oidc_role_mapping=text).oidc_role_mapping.values


def test_nothing_is_mapped_by_default(migrated_url: str) -> None:
    assert mapping(migrated_url, "") == {}


def test_several_values_give_a_role(migrated_url: str) -> None:
    assert mapping(migrated_url, "admin=ops, admin=sre,moderator=https://example.com/a=b") == {
        Role.ADMIN: frozenset({"ops", "sre"}),
        Role.MODERATOR: frozenset({"https://example.com/a=b"}),
    }


@pytest.mark.parametrize("text", ["admin", "admin=", "=ops", "root=ops", "Admin=ops", "admin:ops"])
def test_what_is_no_mapping_is_refused(migrated_url: str, text: str) -> None:
    with pytest.raises(SettingsError) as refused:
        mapping(migrated_url, text)
    [fault] = refused.value.faults
    assert fault.startswith("OIDC_ROLE_MAPPING: must look like")
    assert "user, moderator, admin" in fault
