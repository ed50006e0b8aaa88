"""Roles from claims: mapped values only."""

from typing import Any

import pytest

from app.auth.permissions import Role
from app.auth.roles import role_of
from app.settings import Settings
from tests.support.problems import problem_of
from tests.support.provider import Provider
from tests.support.queries import audit_events
from tests.support.service import Service, running_service, settings_for

MAPPING = "admin=api-admins,moderator=support,moderator=helpers"


def settings(database_url: str, claim: str = "roles", mapping: str = MAPPING) -> Settings:
    return settings_for(database_url, oidc_roles_claim=claim, oidc_role_mapping=mapping)


@pytest.mark.parametrize(
    ("given", "role"),
    [
        (["api-admins"], Role.ADMIN),
        (["support"], Role.MODERATOR),
        (["helpers"], Role.MODERATOR),
        (["helpers", "api-admins", "other"], Role.ADMIN),
        ("api-admins", Role.ADMIN),
        ({"api-admins": {"7": "example.com"}, "other": {}}, Role.ADMIN),
        ({"support": {}}, Role.MODERATOR),
        ([], Role.USER),
        ({}, Role.USER),
        (["other"], Role.USER),
    ],
)
def test_a_mapped_value_gives_its_role(given: object, role: Role, migrated_url: str) -> None:
    assert role_of(settings(migrated_url), {"roles": given}) is role


@pytest.mark.parametrize(
    "garbage",
    [
        ["admin"],
        ["API-ADMINS"],
        [" api-admins"],
        ["api-admins,support"],
        "api-admins support",
        "admin",
        None,
        True,
        1,
        {"api-admins": False},
        {"api-admins": None},
        {"roles": ["api-admins"]},
        [["api-admins"]],
        [{"value": "api-admins"}],
        [None, 1, True],
    ],
)
def test_malformed_claims_give_at_most_the_lowest_role(garbage: object, migrated_url: str) -> None:
    assert role_of(settings(migrated_url), {"roles": garbage}) is Role.USER


def test_without_a_mapping_every_role_is_user(migrated_url: str) -> None:
    for given in (["admin"], ["moderator"], "admin"):
        assert role_of(settings(migrated_url, mapping=""), {"roles": given}) is Role.USER


@pytest.mark.parametrize(
    ("claim", "claims"),
    [
        ("realm_access.roles", {"realm_access": {"roles": ["api-admins"]}}),
        (
            "resource_access.my-api.roles",
            {"resource_access": {"my-api": {"roles": ["api-admins"]}}},
        ),
        ("https://example.com/roles", {"https://example.com/roles": ["api-admins"]}),
        ("groups", {"groups": ["api-admins"]}),
        (
            "/resource_access/orders.example.com/roles",
            {"resource_access": {"orders.example.com": {"roles": ["api-admins"]}}},
        ),
        (
            "/https:~1~1example.com~1a~0b/roles",
            {"https://example.com/a~b": {"roles": ["api-admins"]}},
        ),
        ("/groups", {"groups": ["api-admins"]}),
        ("/groups", {"/groups": ["api-admins"]}),
    ],
)
def test_a_claim_is_found_by_name_or_by_path(
    claim: str, claims: dict[str, Any], migrated_url: str
) -> None:
    assert role_of(settings(migrated_url, claim), claims) is Role.ADMIN


def test_a_path_that_leads_nowhere_gives_no_role(migrated_url: str) -> None:
    nowhere: list[object] = [[], "roles", {}, None, 1]
    for found in nowhere:
        claims = {"realm_access": found}
        assert role_of(settings(migrated_url, "realm_access.roles"), claims) is Role.USER
        assert role_of(settings(migrated_url, "/realm_access/roles"), claims) is Role.USER
    assert role_of(settings(migrated_url, "realm_access.roles"), {}) is Role.USER
    dotted = {"realm_access": {"roles.all": ["api-admins"]}}
    assert role_of(settings(migrated_url, "realm_access.roles.all"), dotted) is Role.USER


def test_where_users_are_mapped_other_tokens_are_refused(migrated_url: str) -> None:
    closed = settings(migrated_url, mapping=f"{MAPPING},user=api-users")
    assert role_of(closed, {"roles": ["api-users"]}) is Role.USER
    assert role_of(closed, {"roles": ["support"]}) is Role.MODERATOR
    assert role_of(closed, {"roles": ["other"]}) is None
    assert role_of(closed, {}) is None


async def test_without_a_role_there_is_no_way_in_and_no_account(
    database_url: str, provider: Provider
) -> None:
    async with running_service(
        database_url,
        oidc_issuer=provider.issuer,
        oidc_role_mapping="admin=api-admins,user=api-users",
    ) as service:
        refused = await _call(service, provider.token("stranger"), "/api/v1/users/me")
        problem_of(refused, 403)
        denied = await audit_events(service.resources, "access.denied")
        assert refused.headers["x-request-id"] in {event.request_id for event in denied}
        admin = provider.token("boss", roles=["api-admins"])
        page = (await _call(service, admin, "/api/v1/users")).json()
    assert [item["full_name"] for item in page["items"]] == ["Unnamed"]


async def _call(service: Service, token: str, path: str) -> Any:
    return await service.client.get(path, headers={"Authorization": f"Bearer {token}"})
