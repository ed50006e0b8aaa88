"""Scopes: a limited token never has all permissions."""

from typing import Any

import pytest

from app.auth.claims import TokenRefused
from app.auth.permissions import Permission
from app.auth.scopes import narrowing
from tests.support.auth import ROLE_NAMES
from tests.support.provider import Provider
from tests.support.service import Service, running_service, settings_for

USERS = "/api/v1/users"
EXPORT = "/api/v1/users/export"
CLAIMS = ("scope", "scp", "permissions")


async def status(service: Service, token: str, path: str) -> int:
    headers = {"Authorization": f"Bearer {token}"}
    return (await service.client.get(path, headers=headers)).status_code


@pytest.mark.parametrize("claim", CLAIMS)
async def test_scopes_that_name_permissions_narrow_the_role(
    trusting: Service, provider: Provider, claim: str
) -> None:
    roles = [*ROLE_NAMES.values()]
    whole = provider.token("a", roles=roles, **{claim: "openid profile email"})
    narrow = [
        provider.token("a", roles=roles, **{claim: given})
        for given in (f"openid {Permission.USERS_READ}", ["openid", Permission.USERS_READ])
    ]
    wide = provider.token("a", **{claim: " ".join(Permission)})
    assert await status(trusting, whole, EXPORT) == 200
    for token in narrow:
        assert await status(trusting, token, EXPORT) == 403
        assert await status(trusting, token, USERS) == 200
    assert await status(trusting, wide, USERS) == 403


@pytest.mark.parametrize("claim", CLAIMS)
@pytest.mark.parametrize(
    ("given", "permissions"),
    [
        ("users:read", {"users:read"}),
        ("users:read users:write", {"users:read", "users:write"}),
        (["users:read", "users:write"], {"users:read", "users:write"}),
        (["openid users:read"], {"users:read"}),
        ("https://api.example.com/users:read", {"users:read"}),
        ("https://api.example.com/v1/users:read/", {"users:read"}),
        ("api://9122040d/users:read openid", {"users:read"}),
        ("orders-api/users:read", {"users:read"}),
        ("users:everything", set()),
        ("users:read users:everything", {"users:read"}),
        ("users:", set()),
        ("Users:Read", set()),
        ("read:users", set()),
        ("users.read", set()),
        ("https://api.example.com/Users.Read.All", set()),
        ("urn:example:users:write", set()),
        ("openid", None),
        ("openid access_as_user offline_access email", None),
        ("api://orders.example.com/access_as_user", None),
        ("aws.cognito.signin.user.admin", None),
        ("service_account groups users", None),
        ("", None),
        ([], None),
        (["", "openid"], None),
    ],
)
def test_scopes_of_this_service_narrow_and_others_say_nothing(
    migrated_url: str, claim: str, given: object, permissions: set[str] | None
) -> None:
    loose = settings_for(migrated_url)
    narrowed = narrowing(loose, {claim: given})
    assert (None if narrowed is None else {*narrowed}) == permissions
    strict = settings_for(migrated_url, oidc_require_scopes=True)
    assert narrowing(strict, {claim: given}) == frozenset(permissions or ())


def test_without_any_scope_a_token_is_whole_unless_they_are_required(migrated_url: str) -> None:
    assert narrowing(settings_for(migrated_url), {}) is None
    assert narrowing(settings_for(migrated_url, oidc_require_scopes=True), {}) == frozenset()


def test_of_two_claims_that_narrow_both_count(migrated_url: str) -> None:
    settings = settings_for(migrated_url)
    held = ["users:read", "users:write", "users:export"]
    one = frozenset({"users:read"})
    assert narrowing(settings, {"scope": "openid", "permissions": held}) == frozenset(held)
    assert narrowing(settings, {"scope": "users:read", "permissions": held}) == one
    assert narrowing(settings, {"scp": "users:read", "permissions": ["users:write"]}) == frozenset()


@pytest.mark.parametrize("claim", CLAIMS)
@pytest.mark.parametrize(
    "given", [None, True, 7, {"users:read": True}, ["users:read", 7], [["users:read"]], [None]]
)
async def test_a_token_with_malformed_scopes_is_refused(
    trusting: Service, provider: Provider, claim: str, given: Any
) -> None:
    with pytest.raises(TokenRefused):
        narrowing(trusting.resources.settings, {claim: given})
    claims = {**provider.claims("a"), claim: given}
    assert await status(trusting, provider.sign(claims), USERS) == 401


async def test_with_required_scopes_a_token_without_them_has_no_permissions(
    database_url: str, provider: Provider
) -> None:
    async with running_service(
        database_url, oidc_issuer=provider.issuer, oidc_require_scopes=True
    ) as service:
        for claims, expected in (
            ({}, 403),
            ({"scope": "openid"}, 403),
            ({"permissions": []}, 403),
            ({"scope": "users:read"}, 200),
        ):
            token = provider.token("a", roles=[*ROLE_NAMES.values()], **claims)
            assert await status(service, token, USERS) == expected
