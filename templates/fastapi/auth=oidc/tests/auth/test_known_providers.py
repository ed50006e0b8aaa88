"""Tokens as known providers write them, with the settings that README.md names for each."""

from dataclasses import dataclass, field
from typing import Any, Final

import pytest

from tests.support.provider import Provider
from tests.support.service import Service, running_service

ME = "/api/v1/users/me"
USERS = "/api/v1/users"
EXPORT = "/api/v1/users/export"
TENANT: Final = "9122040d-6c67-4c5b-b112-36a304b66dad"
API: Final = "00001111-aaaa-2222-bbbb-3333cccc4444"


@dataclass(frozen=True)
class Shape:
    """What a provider writes into its tokens, beside issuer, subject and times."""

    settings: dict[str, Any]
    headers: dict[str, Any]
    # Of an access token, and what an admin's has besides.
    access: dict[str, Any]
    admin: dict[str, Any]
    # Of the ID token that the same client gets.
    id_token: dict[str, Any]
    id_headers: dict[str, Any] = field(default_factory=lambda: {"typ": "JWT"})


PLAIN: Final[dict[str, Any]] = {"typ": "JWT"}
MAPPING: Final = "admin=api-admins"
SHAPES: Final = {
    "Keycloak": Shape(
        settings={
            "oidc_audience": "orders-api",
            "oidc_roles_claim": "realm_access.roles",
            "oidc_role_mapping": MAPPING,
            "oidc_require_at_jwt": False,
        },
        headers=PLAIN,
        access={
            "aud": ["orders-api", "account"],
            "typ": "Bearer",
            "azp": "web",
            "sid": "s",
            "scope": "openid email profile",
            "realm_access": {"roles": ["offline_access", "uma_authorization"]},
            "resource_access": {"account": {"roles": ["manage-account"]}},
            "preferred_username": "ada",
            "email_verified": True,
            "email": "ada@example.com",
        },
        admin={"realm_access": {"roles": ["offline_access", "api-admins"]}},
        id_token={"aud": "web", "typ": "ID", "azp": "web", "at_hash": "h", "nonce": "n"},
    ),
    "Keycloak, roles of a client whose id has dots": Shape(
        settings={
            "oidc_audience": "orders.example.com",
            "oidc_roles_claim": "/resource_access/orders.example.com/roles",
            "oidc_role_mapping": MAPPING,
        },
        headers={"typ": "at+jwt"},
        access={
            "aud": ["orders.example.com", "account"],
            "typ": "Bearer",
            "scope": "openid",
            "resource_access": {"account": {"roles": ["manage-account"]}},
        },
        admin={"resource_access": {"orders.example.com": {"roles": ["api-admins"]}}},
        id_token={"aud": "orders.example.com", "typ": "ID", "at_hash": "h"},
    ),
    "Auth0": Shape(
        settings={
            "oidc_audience": "https://orders-api.example.com",
            "oidc_roles_claim": "https://example.com/roles",
            "oidc_role_mapping": MAPPING,
        },
        headers={"typ": "at+jwt"},
        access={
            "sub": "auth0|5f7c8ec7c33c6c004bbafe82",
            "aud": ["https://orders-api.example.com", "https://tenant.auth0.com/userinfo"],
            "client_id": "web",
            "scope": "openid profile email",
        },
        admin={"https://example.com/roles": ["api-admins"]},
        id_token={"aud": "web", "nonce": "n", "sid": "s"},
    ),
    "Entra ID, v2.0": Shape(
        settings={
            "oidc_audience": API,
            "oidc_roles_claim": "roles",
            "oidc_role_mapping": "admin=Api.Admin",
            "oidc_require_at_jwt": False,
        },
        headers=PLAIN,
        access={
            "aud": API,
            "azp": "web",
            "azpacr": "0",
            "scp": "access_as_user",
            "tid": TENANT,
            "oid": "o",
            "ver": "2.0",
            "name": "Ada",
            "preferred_username": "ada@example.com",
            "client_id": None,
        },
        admin={"roles": ["Api.Admin"]},
        id_token={"aud": "web", "tid": TENANT, "ver": "2.0"},
    ),
    "Entra ID, v1.0": Shape(
        settings={
            "oidc_audience": f"api://{API},{API}",
            "oidc_roles_claim": "roles",
            "oidc_role_mapping": "admin=Api.Admin",
            "oidc_require_at_jwt": False,
        },
        headers={**PLAIN, "x5t": "x"},
        access={
            "aud": f"api://{API}",
            "appid": "web",
            "appidacr": "0",
            "scp": "access_as_user",
            "tid": TENANT,
            "upn": "ada@example.com",
            "ver": "1.0",
            "client_id": None,
        },
        admin={"roles": ["Api.Admin"]},
        id_token={"aud": "web", "nonce": "n", "ver": "1.0"},
    ),
    "Okta": Shape(
        settings={
            "oidc_audience": "api://default",
            "oidc_roles_claim": "groups",
            "oidc_role_mapping": MAPPING,
            "oidc_require_at_jwt": False,
        },
        headers={"typ": None},
        access={
            "aud": "api://default",
            "ver": 1,
            "cid": "web",
            "uid": "u",
            "scp": ["openid", "profile"],
            "auth_time": 1_700_000_000,
            "client_id": None,
        },
        admin={"groups": ["Everyone", "api-admins"]},
        id_token={"aud": "web", "ver": 1, "at_hash": "h", "amr": ["pwd"]},
        id_headers={"typ": None},
    ),
    "Amazon Cognito": Shape(
        settings={
            "oidc_audience": "web,mobile",
            "oidc_audience_claim": "client_id",
            "oidc_roles_claim": "cognito:groups",
            "oidc_role_mapping": MAPPING,
            "oidc_require_at_jwt": False,
        },
        headers={"typ": None},
        access={
            "aud": None,
            "client_id": "web",
            "token_use": "access",
            "scope": "aws.cognito.signin.user.admin openid",
            "username": "ada",
            "version": 2,
        },
        admin={"cognito:groups": ["api-admins"]},
        id_token={"aud": "web", "client_id": "web", "token_use": "id", "cognito:username": "ada"},
        id_headers={"typ": None},
    ),
    "Zitadel": Shape(
        settings={
            "oidc_audience": "176949108264108033",
            "oidc_roles_claim": "urn:zitadel:iam:org:project:roles",
            "oidc_role_mapping": MAPPING,
            "oidc_require_at_jwt": False,
        },
        headers=PLAIN,
        access={"aud": ["web@orders", "176949108264108033"], "client_id": "web@orders"},
        admin={
            "urn:zitadel:iam:org:project:roles": {"api-admins": {"170086824411201793": "a.example"}}
        },
        id_token={"aud": ["web@orders", "176949108264108033"], "at_hash": "h"},
    ),
}


async def status(service: Service, token: str, path: str = ME) -> int:
    headers = {"Authorization": f"Bearer {token}"}
    return (await service.client.get(path, headers=headers)).status_code


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
async def test_its_access_tokens_work_and_its_id_tokens_do_not(
    database_url: str, provider: Provider, shape: Shape
) -> None:
    access, admin = (
        provider.sign({**_claims(provider, subject), **shape.access, **more}, shape.headers)
        for subject, more in (("ada", {}), ("boss", {"sub": "boss", **shape.admin}))
    )
    id_token = provider.sign(
        {**_claims(provider, "ada"), **shape.admin, **shape.id_token}, shape.id_headers
    )
    async with running_service(
        database_url, oidc_issuer=provider.issuer, **shape.settings
    ) as service:
        assert await status(service, access) == 200
        assert await status(service, access, USERS) == 403
        assert await status(service, admin, USERS) == 200
        assert await status(service, id_token) == 401


def _claims(provider: Provider, subject: str) -> dict[str, Any]:
    return {
        name: value
        for name, value in provider.claims(subject).items()
        if name in {"iss", "sub", "iat", "exp"}
    }


async def test_permissions_of_auth0_narrow_what_its_roles_give(
    database_url: str, provider: Provider
) -> None:
    shape = SHAPES["Auth0"]
    async with running_service(
        database_url, oidc_issuer=provider.issuer, oidc_require_scopes=True, **shape.settings
    ) as service:
        for permissions, users, export in (
            (["users:read"], 200, 403),
            (["users:read", "users:export"], 200, 200),
            ([], 403, 403),
        ):
            claims = {**shape.access, **shape.admin, "permissions": permissions}
            token = provider.sign({**_claims(provider, "ada"), **claims}, shape.headers)
            assert await status(service, token, USERS) == users
            assert await status(service, token, EXPORT) == export


async def test_google_has_no_token_for_this_service(database_url: str, provider: Provider) -> None:
    async with running_service(
        database_url,
        oidc_issuer=provider.issuer,
        oidc_audience="web.apps.googleusercontent.com",
        oidc_require_at_jwt=False,
    ) as service:
        id_token = provider.token(
            "1",
            {"typ": "JWT"},
            aud="web.apps.googleusercontent.com",
            azp="web.apps.googleusercontent.com",
            at_hash="h",
            email_verified=True,
        )
        for token in ("ya29.a0AfH6SMBx-opaque_access_token", id_token):
            assert await status(service, token) == 401
