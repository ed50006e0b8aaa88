"""`create-admin`: says where admins are made."""

import os
from unittest.mock import patch

import pytest

from app.__main__ import main
from tests.support.environment import ENVIRONMENT


def create_admin(database_url: str, **variables: str) -> int:
    environment = {**ENVIRONMENT, "DATABASE_URL": database_url, **variables}
    with patch.dict(os.environ, environment):
        return main(["create-admin", "--email", "root@example.com"])


def test_it_names_what_makes_an_admin(
    migrated_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    mapping = "admin=ops,admin=api-admins,moderator=support"
    assert (
        create_admin(migrated_url, OIDC_ROLE_MAPPING=mapping, OIDC_ROLES_CLAIM="realm_access.roles")
        == 0
    )
    output = capsys.readouterr().out
    assert ENVIRONMENT["OIDC_ISSUER"] in output
    assert "root@example.com one of these values of realm_access.roles there: api-admins, ops." in (
        output
    )
    assert "support" not in output


def test_it_fails_where_nobody_can_become_an_admin(
    migrated_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert create_admin(migrated_url, OIDC_ROLE_MAPPING="moderator=support") == 1
    assert "OIDC_ROLE_MAPPING maps no value to admin" in capsys.readouterr().err
