"""Accounts of the provider's subjects."""

import asyncio
import time
from datetime import timedelta
from typing import Any
from uuid import UUID

import time_machine

from app.auth.permissions import Role
from app.clock import now
from app.users.repository import UserRepository
from tests.support.factories import make_user
from tests.support.problems import fields_of, problem_of
from tests.support.provider import Provider, running_provider
from tests.support.queries import audit_events, recorded_statements
from tests.support.service import Service, running_service
from tests.support.trusting import ADMIN, USERS, aged, call, me

# Beyond what clocks may differ by, and before the tokens expire.
LATER = timedelta(seconds=60)


async def test_the_first_valid_token_begins_an_account(
    trusting: Service, provider: Provider
) -> None:
    token = provider.token("a", name="Ada", email="Ada@Example.com", email_verified=True, **ADMIN)
    ada = await me(trusting, token)
    assert (ada["full_name"], ada["email"], ada["role"]) == ("Ada", "ada@example.com", "admin")
    assert (ada["is_active"], ada["email_verified"]) == (True, True)
    assert (await me(trusting, provider.token("a", **ADMIN)))["id"] == ada["id"]
    [event] = await audit_events(trusting.resources, "user.created", subject_id=UUID(ada["id"]))
    assert event.details == {"role": "admin"}


async def test_an_invalid_token_begins_nothing(trusting: Service, provider: Provider) -> None:
    problem_of(await call(trusting, provider.token("a", aud="other")), 401)
    page = (await call(trusting, provider.token("boss", **ADMIN), path=USERS)).json()
    assert len(page["items"]) == 1


async def test_twenty_first_tokens_at_once_begin_one_account(
    trusting: Service, provider: Provider
) -> None:
    tokens = [provider.token("a", email="a@example.com") for _ in range(20)]
    found = await asyncio.gather(*(me(trusting, token) for token in tokens))
    assert len({account["id"] for account in found}) == 1
    page = (await call(trusting, provider.token("boss", **ADMIN), path=USERS)).json()
    assert len(page["items"]) == 2


async def test_a_subject_belongs_to_its_issuer(database_url: str, provider: Provider) -> None:
    found = []
    with running_provider() as other:
        for one in (provider, other):
            async with running_service(database_url, oidc_issuer=one.issuer) as service:
                found.append((await me(service, one.token("a")))["id"])
    assert len(set(found)) == 2


async def test_subjects_that_differ_in_case_are_two(trusting: Service, provider: Provider) -> None:
    lower, upper = [await me(trusting, provider.token(name)) for name in ("abc", "ABC")]
    assert lower["id"] != upper["id"]


async def test_an_address_never_gives_access_to_another_account(
    trusting: Service, provider: Provider
) -> None:
    victim = await make_user(trusting.resources, Role.ADMIN, email="victim@example.com")
    for subject, verified in (("thief", True), ("other", False), ("third", None)):
        token = provider.token(subject, email="Victim@Example.com", email_verified=verified)
        found = await me(trusting, token)
        assert found["id"] != str(victim.id)
        assert found["email"] == f"{found['id']}@users.invalid"
        assert (found["role"], found["email_verified"]) == ("user", False)


async def test_an_address_is_verified_only_if_the_provider_says_so(
    trusting: Service, provider: Provider
) -> None:
    for number, verified in enumerate((None, False, "false", 1, "yes", "TRUE", ["true"])):
        token = provider.token(
            f"s{number}", email=f"s{number}@example.com", email_verified=verified
        )
        found = await me(trusting, token)
        assert (found["email"], found["email_verified"]) == (f"s{number}@example.com", False)


async def test_claims_that_cannot_be_shown_or_stored_are_left_out(
    trusting: Service, provider: Provider
) -> None:
    strange: list[dict[str, Any]] = [
        {},
        {"name": "", "email": ""},
        {"name": "Ada\0", "email": "a\0@example.com"},
        {"name": "Ada\nAdmin", "email": "nobody"},
        {"name": ["Ada"], "email": ["a@example.com"]},
        {"name": {"first": "Ada"}, "email": "a" * 300 + "@example.com", "email_verified": True},
        # The sign of Kelvin, which would become a letter of somebody else's address.
        {"email": "\u212aate@example.com", "email_verified": True},
    ]
    for number, claims in enumerate(strange):
        found = await me(trusting, provider.token(f"s{number}", **claims))
        assert found["full_name"] == "Unnamed"
        assert found["email"] == f"{found['id']}@users.invalid"
        assert found["email_verified"] is False
    long = await me(trusting, provider.token("long", name="n" * 300))
    assert long["full_name"] == "n" * 200
    fallback = await me(trusting, provider.token("fallback", preferred_username="ada"))
    assert fallback["full_name"] == "ada"


async def test_the_own_name_stays_what_the_account_made_it(
    trusting: Service, provider: Provider
) -> None:
    token = provider.token("a", name="Ada")
    assert (await call(trusting, token, "PATCH", json={"full_name": "Countess"})).is_success
    assert (await me(trusting, provider.token("a", name="Ada")))["full_name"] == "Countess"


async def test_cognito_writes_that_an_address_is_verified_in_words(
    trusting: Service, provider: Provider
) -> None:
    token = provider.token("a", email="a@example.com", email_verified="true")
    assert (await me(trusting, token))["email_verified"] is True


async def test_the_role_is_that_of_each_token(trusting: Service, provider: Provider) -> None:
    user, admin = provider.token("a"), provider.token("a", **ADMIN)
    account_id = UUID((await me(trusting, user))["id"])
    problem_of(await call(trusting, user, path=USERS), 403)
    assert (await call(trusting, admin, path=USERS)).status_code == 200
    listed = (await call(trusting, admin, path=USERS)).json()["items"]
    assert [item["role"] for item in listed] == ["admin"]
    problem_of(await call(trusting, user, path=USERS), 403)
    events = await audit_events(trusting.resources, "user.role.changed", subject_id=account_id)
    assert [event.details for event in events] == [
        {"before": "user", "after": "admin", "by": "provider"},
        {"before": "admin", "after": "user", "by": "provider"},
    ]


async def test_accounts_and_their_roles_show_in_lists_at_once(
    trusting: Service, provider: Provider
) -> None:
    boss = provider.token("boss", **ADMIN)

    async def roles() -> list[str]:
        page = (await call(trusting, boss, path=USERS)).json()
        return [item["role"] for item in page["items"]]

    assert await roles() == ["admin"]
    await me(trusting, provider.token("a"))
    assert await roles() == ["user", "admin"]
    await me(trusting, provider.token("a", **ADMIN))
    assert await roles() == ["admin", "admin"]


async def test_an_older_token_cannot_restore_a_removed_role(
    trusting: Service, provider: Provider
) -> None:
    oldest, admin, middle, user = (
        aged(provider, 50, **ADMIN),
        aged(provider, 40, **ADMIN),
        aged(provider, 35, **ADMIN),
        aged(provider, 30),
    )
    assert (await me(trusting, admin))["role"] == "admin"
    assert (await me(trusting, user))["role"] == "user"
    for token in (oldest, admin, middle):
        assert (await me(trusting, token))["role"] == "user"
        problem_of(await call(trusting, token, path=USERS), 403)
    newest = aged(provider, 20, **ADMIN)
    assert (await call(trusting, newest, path=USERS)).status_code == 200
    problem_of(await call(trusting, user, path=USERS), 403)
    assert (await call(trusting, admin, path=USERS)).status_code == 200


async def test_a_newer_token_with_the_same_role_is_remembered_too(
    trusting: Service, provider: Provider
) -> None:
    assert (await me(trusting, aged(provider, 50)))["role"] == "user"
    assert (await me(trusting, aged(provider, 30)))["role"] == "user"
    assert (await me(trusting, aged(provider, 40, **ADMIN)))["role"] == "user"


async def test_of_tokens_that_come_at_once_the_newest_gives_the_role(
    trusting: Service, provider: Provider
) -> None:
    await me(trusting, aged(provider, 60, **ADMIN))
    tokens = [aged(provider, 50 - age, **(ADMIN if age % 2 else {})) for age in range(21)]
    await asyncio.gather(*(call(trusting, token) for token in tokens[::-1] + tokens))
    assert (await me(trusting, tokens[-2]))["role"] == "user"


async def test_a_token_that_gives_no_role_ends_those_before_it(
    database_url: str, provider: Provider
) -> None:
    async with running_service(
        database_url,
        oidc_issuer=provider.issuer,
        oidc_role_mapping="admin=api-admins,user=api-users",
    ) as service:
        admin = aged(provider, 40, **ADMIN)
        assert (await me(service, admin))["role"] == "admin"
        for _ in range(2):
            problem_of(await call(service, aged(provider, 30)), 403)
            problem_of(await call(service, admin), 401)
        again = await me(service, aged(provider, 29, roles=["api-users"]))
        assert again["role"] == "user"


async def test_whose_newest_token_gives_no_role_is_no_admin_any_more(
    database_url: str, provider: Provider
) -> None:
    async with running_service(
        database_url,
        oidc_issuer=provider.issuer,
        oidc_role_mapping="admin=api-admins,user=api-users",
    ) as service:
        boss = provider.token("boss", **ADMIN)
        await me(service, boss)
        account_id = UUID((await me(service, aged(provider, 40, **ADMIN)))["id"])
        problem_of(await call(service, aged(provider, 30)), 403)
        [event] = await audit_events(service.resources, "user.role.changed", subject_id=account_id)
        assert event.details == {"before": "admin", "after": "user", "by": "provider"}
        # Nobody else could administrate this service.
        problem_of(await call(service, boss, "DELETE"), 409)


async def test_a_refusal_leaves_its_own_event_beside_that_of_a_change_that_the_token_makes(
    database_url: str, provider: Provider
) -> None:
    async with running_service(
        database_url,
        oidc_issuer=provider.issuer,
        oidc_role_mapping="admin=api-admins,user=api-users",
    ) as service:
        stale = aged(provider, 40, auth_time=int(time.time()) - 3_600, **ADMIN)
        too_old = await call(service, stale, "DELETE")
        problem_of(too_old, 401)
        without_role = await call(service, aged(provider, 30))
        problem_of(without_role, 403)
        for response, events in (
            (too_old, ("user.created", "auth.credential.refused")),
            (without_role, ("user.role.changed", "access.denied")),
        ):
            for event in events:
                recorded = await audit_events(service.resources, event)
                assert response.headers["x-request-id"] in {row.request_id for row in recorded}


async def test_a_role_in_the_database_gives_nothing(trusting: Service, provider: Provider) -> None:
    token, older = provider.token("a"), aged(provider, 30)
    account_id = UUID((await me(trusting, token))["id"])
    async with trusting.resources.database.transaction() as transaction:
        await UserRepository(transaction).update(account_id, role=Role.ADMIN)
    for held in (older, token):
        problem_of(await call(trusting, held, path=USERS), 403)


async def test_nobody_sets_a_role_here(trusting: Service, provider: Provider) -> None:
    admin = provider.token("boss", **ADMIN)
    other = await me(trusting, provider.token("a"))
    path = f"{USERS}/{other['id']}"
    response = await call(trusting, admin, "PATCH", path, json={"role": "admin"})
    assert fields_of(response) == ["role"]
    assert (await call(trusting, admin, path=path)).json() == other


async def test_a_disabled_account_is_refused_despite_a_valid_token(
    trusting: Service, provider: Provider
) -> None:
    admin, old = provider.token("boss", **ADMIN), provider.token("a")
    path = f"{USERS}/{(await me(trusting, old))['id']}"
    assert (await call(trusting, admin, "PATCH", path, json={"is_active": False})).is_success
    problem_of(await call(trusting, old), 401)
    with time_machine.travel(now() + LATER):
        problem_of(await call(trusting, provider.token("a", **ADMIN)), 401)


async def test_tokens_from_before_a_deletion_do_not_create_the_account_again(
    trusting: Service, provider: Provider
) -> None:
    token = provider.token("a")
    before = await me(trusting, token)
    assert (await call(trusting, token, "DELETE")).status_code == 204
    problem_of(await call(trusting, token), 401)
    problem_of(await call(trusting, provider.token("a")), 401)
    with time_machine.travel(now() + LATER):
        after = await me(trusting, provider.token("a"))
        assert after["id"] != before["id"]
        problem_of(await call(trusting, token), 401)


async def test_an_account_deleted_by_an_admin_is_not_created_again(
    trusting: Service, provider: Provider
) -> None:
    admin = provider.token("boss", **ADMIN)
    for subject, disabled in (("a", False), ("b", True)):
        token = provider.token(subject)
        path = f"{USERS}/{(await me(trusting, token))['id']}"
        if disabled:
            assert (
                await call(trusting, admin, "PATCH", path, json={"is_active": False})
            ).is_success
        assert (await call(trusting, admin, "DELETE", path)).status_code == 204
        problem_of(await call(trusting, token), 401)
        with time_machine.travel(now() + LATER):
            problem_of(await call(trusting, provider.token(subject, **ADMIN)), 401)
    assert len((await call(trusting, admin, path=USERS)).json()["items"]) == 1


async def test_the_ended_account_of_a_subject_is_begun_anew_once(
    trusting: Service, provider: Provider
) -> None:
    await me(trusting, provider.token("a"))
    assert (await call(trusting, provider.token("a"), "DELETE")).status_code == 204
    with time_machine.travel(now() + LATER):
        tokens = [provider.token("a") for _ in range(10)]
        found = await asyncio.gather(*(me(trusting, token) for token in tokens))
    assert len({account["id"] for account in found}) == 1


async def test_who_is_calling_costs_one_statement(trusting: Service, provider: Provider) -> None:
    older, newest = provider.token("a"), aged(provider, -1)
    await me(trusting, older)
    await me(trusting, newest)
    for token in (older, newest):
        with recorded_statements() as statements:
            await me(trusting, token)
        assert len([text for text in statements if text.startswith("SELECT")]) == 1
        assert len(statements) <= 2, statements


async def test_a_refused_token_costs_no_statement(trusting: Service, provider: Provider) -> None:
    # The first refusal of a minute is recorded.
    problem_of(await call(trusting, provider.token("a", aud="other")), 401)
    with recorded_statements() as statements:
        problem_of(await call(trusting, provider.token("a", aud="other")), 401)
    assert statements == []
