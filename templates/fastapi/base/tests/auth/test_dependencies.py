"""What a route asks of its caller, seen from outside."""

from app.auth.permissions import Role
from app.users.repository import UserRepository
from tests.support.problems import problem_of
from tests.support.queries import audit_events
from tests.support.roles import change_role
from tests.support.service import Caller, Service

USERS = "/api/v1/users"


async def test_a_demotion_works_at_once(service: Service, admin: Caller) -> None:
    async with service.caller(Role.ADMIN) as other:
        assert (await other.client.get(USERS)).status_code == 200
        await change_role(admin, other, Role.USER)
        problem_of(await other.client.get(USERS), 403)


async def test_a_disabled_account_is_refused_immediately(user: Caller, admin: Caller) -> None:
    assert (await user.client.get(f"{USERS}/me")).status_code == 200
    await admin.client.patch(f"{USERS}/{user.user.id}", json={"is_active": False})
    problem_of(await user.client.get(f"{USERS}/me"), 401)


async def test_an_account_disabled_behind_the_services_back_is_nobody_at_once(
    service: Service, user: Caller
) -> None:
    async with service.resources.database.transaction() as transaction:
        await UserRepository(transaction).update(user.user.id, is_active=False)
    problem_of(await user.client.get(f"{USERS}/me"), 401)


async def test_a_deleted_account_is_refused_at_once(user: Caller, admin: Caller) -> None:
    await admin.client.delete(f"{USERS}/{user.user.id}")
    problem_of(await user.client.get(f"{USERS}/me"), 401)


async def test_a_denied_request_is_recorded(service: Service, user: Caller) -> None:
    refusal = await user.client.get(f"{USERS}/export")
    [event] = await audit_events(service.resources, "access.denied", actor_id=user.user.id)
    assert event.details == {"permission": "users:export"}
    assert event.request_id == problem_of(refusal, 403)["request_id"]
