"""Who loses the right to an action while it waits for a lock does not do it any more."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable
from uuid import UUID, uuid4

import pytest

from app.auth import dependencies
from app.auth.authenticator import authenticate
from app.auth.dependencies import Requirement
from app.auth.permissions import PERMISSIONS, Permission, Role
from app.auth.principal import Principal
from app.auth.revocation import revoke_access
from app.database.transaction import Transaction
from app.route_table import operations_of
from app.users.repository import UserRepository
from tests.support.bodies import valid_body
from tests.support.factories import make_note, make_user
from tests.support.queries import audit_events
from tests.support.service import Caller, Service
from tests.support.sign_in import BODIES

Loss = Callable[[Transaction, UUID], Awaitable[object]]
Change = tuple[str, str]


async def _demote(transaction: Transaction, user_id: UUID) -> None:
    await UserRepository(transaction).update(user_id, role=Role.USER)


async def _disable(transaction: Transaction, user_id: UUID) -> None:
    await UserRepository(transaction).update(user_id, is_active=False)


async def _delete(transaction: Transaction, user_id: UUID) -> None:
    await revoke_access(transaction, user_id)
    await UserRepository(transaction).delete(user_id)


@pytest.fixture
def let_in(monkeypatch: pytest.MonkeyPatch) -> asyncio.Semaphore:
    """Count the callers who were found to be somebody."""
    let_in = asyncio.Semaphore(0)

    async def counted(*arguments: object) -> Principal | None:
        principal = await authenticate(*arguments)  # type: ignore[arg-type]
        let_in.release()
        return principal

    monkeypatch.setattr(dependencies, "authenticate", counted)
    return let_in


def _changes(service: Service, permissions: Iterable[Permission]) -> list[Change]:
    """List the routes that change something and ask for one of these permissions."""
    return [
        (method, path)
        for method, path, dependant, _ in operations_of(service.app)
        if method != "GET" and dependant
        for dependency in dependant.dependencies
        if isinstance(dependency.call, Requirement) and dependency.call.permission in permissions
    ]


async def _after(
    service: Service,
    let_in: asyncio.Semaphore,
    caller: Caller,
    loss: Loss,
    changes: list[Change],
    *,
    path_value: UUID | None = None,
) -> dict[Change, int]:
    """Call routes, let the caller lose something while they wait, and return their statuses."""
    attempts = {}
    async with service.resources.database.transaction() as transaction:
        await UserRepository(transaction).lock(caller.user.id)
        for method, path in changes:
            url = re.sub(r"\{\w+\}", str(path_value or uuid4()), path)
            body = BODIES.get((method, path)) or valid_body(service.app, method, path)
            attempt = caller.client.request(method, url, json=body)
            attempts[method, path] = asyncio.create_task(attempt)
        for _ in attempts:
            await let_in.acquire()
        await asyncio.sleep(0.05)
        assert [change for change, attempt in attempts.items() if attempt.done()] == []
        await loss(transaction, caller.user.id)
    return {change: (await attempt).status_code for change, attempt in attempts.items()}


@pytest.mark.parametrize("loss", [_disable, _delete, revoke_access])
async def test_nothing_is_changed_by_who_has_become_nobody(
    service: Service, admin: Caller, let_in: asyncio.Semaphore, loss: Loss
) -> None:
    changes = _changes(service, Permission)
    assert len(changes) >= 7
    statuses = await _after(service, let_in, admin, loss, changes)
    assert statuses == dict.fromkeys(changes, 401)
    refused = await audit_events(
        service.resources, "auth.credential.refused", actor_id=admin.user.id
    )
    assert len(refused) == 1


async def test_nothing_is_changed_by_who_has_been_demoted(
    service: Service, admin: Caller, let_in: asyncio.Semaphore
) -> None:
    changes = _changes(service, PERMISSIONS[Role.ADMIN] - PERMISSIONS[Role.USER])
    assert len(changes) >= 2
    statuses = await _after(service, let_in, admin, _demote, changes)
    assert statuses == dict.fromkeys(changes, 403)
    denied = await audit_events(service.resources, "access.denied", actor_id=admin.user.id)
    assert len(denied) == 1


async def test_a_moderator_who_has_been_demoted_reaches_the_own_notes_alone(
    service: Service, moderator: Caller, let_in: asyncio.Semaphore
) -> None:
    note = await make_note(service.resources, await make_user(service.resources))
    delete = ("DELETE", "/api/v1/notes/{note_id}")
    statuses = await _after(service, let_in, moderator, _demote, [delete], path_value=note.id)
    assert statuses == {delete: 404}
    async with service.caller(Role.MODERATOR) as other:
        assert (await other.client.get(f"/api/v1/notes/{note.id}")).status_code == 200
