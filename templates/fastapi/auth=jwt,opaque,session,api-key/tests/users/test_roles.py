"""Changing roles as an administrator."""

import asyncio

from app.auth.permissions import Role
from app.resources import Resources
from tests.support.factories import find_user, make_user
from tests.support.problems import fields_of, problem_of
from tests.support.queries import audit_events
from tests.support.service import Caller, Service

USERS = "/api/v1/users"


async def test_an_admin_changes_a_role(admin: Caller, resources: Resources) -> None:
    other = await make_user(resources, Role.MODERATOR)
    for role in ("moderator", "admin", "user"):
        response = await admin.client.patch(f"{USERS}/{other.id}", json={"role": role})
        assert response.json()["role"] == role
        stored = await find_user(resources, other)
        assert stored is not None
        assert stored.role == role
    events = await audit_events(resources, "user.role.changed", subject_id=other.id)
    assert [event.details for event in events] == [
        {"before": "moderator", "after": "admin"},
        {"before": "admin", "after": "user"},
    ]


async def test_a_changed_role_shows_in_lists_at_once(admin: Caller, resources: Resources) -> None:
    other = await make_user(resources)
    await admin.client.get(USERS)
    await admin.client.patch(f"{USERS}/{other.id}", json={"role": "moderator"})
    assert (await admin.client.get(USERS)).json()["items"][0]["role"] == "moderator"


async def test_only_a_role_of_the_service_can_be_given(admin: Caller, resources: Resources) -> None:
    other = await make_user(resources)
    for role in ("root", None, ["admin"], 1):
        body = {"role": role, "is_active": False}
        assert fields_of(await admin.client.patch(f"{USERS}/{other.id}", json=body)) == ["role"]
    assert await find_user(resources, other) == other


async def test_the_last_active_admin_keeps_the_role(admin: Caller, resources: Resources) -> None:
    # One that is disabled cannot stand in.
    await make_user(resources, Role.ADMIN, is_active=False)
    path = f"{USERS}/{admin.user.id}"
    for body in ({"role": "user"}, {"role": "moderator"}, {"role": "admin", "is_active": False}):
        problem_of(await admin.client.patch(path, json=body), 409)
    assert await find_user(resources, admin.user) == admin.user
    body = {"role": "admin", "is_active": True}
    assert (await admin.client.patch(path, json=body)).status_code == 200


async def test_an_admin_with_a_successor_may_step_down(admin: Caller, resources: Resources) -> None:
    await make_user(resources, Role.ADMIN)
    response = await admin.client.patch(f"{USERS}/{admin.user.id}", json={"role": "user"})
    assert response.status_code == 200
    problem_of(await admin.client.get(USERS), 403)


async def test_two_admins_demoting_each_other_over_http_leave_one(service: Service) -> None:
    async with service.caller(Role.ADMIN) as one, service.caller(Role.ADMIN) as two:
        for _ in range(3):
            answers = await asyncio.gather(
                one.client.patch(f"{USERS}/{two.user.id}", json={"role": "user"}),
                two.client.patch(f"{USERS}/{one.user.id}", json={"role": "user"}),
            )
            statuses = sorted(answer.status_code for answer in answers)
            assert statuses in ([200, 403], [200, 409])
            found = [await find_user(service.resources, who.user) for who in (one, two)]
            assert [user.role for user in found if user].count(Role.ADMIN) == 1
            winner, loser = (one, two) if answers[0].status_code == 200 else (two, one)
            await winner.client.patch(f"{USERS}/{loser.user.id}", json={"role": "admin"})
