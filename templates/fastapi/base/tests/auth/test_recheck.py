"""A caller who loses a permission while waiting for a lock cannot use it any more."""

from collections.abc import Iterable
from uuid import UUID

import pytest

from app.auth.dependencies import Requirement
from app.auth.permissions import PERMISSIONS, Permission, Role
from app.auth.revocation import revoke_access
from app.database.transaction import Transaction
from app.route_table import operations_of
from app.users.repository import UserRepository
from tests.support.loss import Change, Loss, after_loss, demote, disable
from tests.support.queries import audit_events
from tests.support.service import Caller, Service


async def _delete(transaction: Transaction, user_id: UUID) -> None:
    await revoke_access(transaction, user_id)
    await UserRepository(transaction).delete(user_id)


def _changes(service: Service, permissions: Iterable[Permission]) -> list[Change]:
    """List the routes that change something and ask for one of these permissions."""
    return [
        (method, path)
        for method, path, dependant, _ in operations_of(service.app)
        if method != "GET" and dependant
        for dependency in dependant.dependencies
        if isinstance(dependency.call, Requirement) and dependency.call.permission in permissions
    ]


@pytest.mark.parametrize("loss", [disable, _delete, revoke_access])
async def test_a_caller_signed_out_meanwhile_changes_nothing(
    service: Service, admin: Caller, loss: Loss
) -> None:
    changes = _changes(service, Permission)
    assert len(changes) >= 4
    statuses = await after_loss(service, admin, loss, changes)
    assert statuses == dict.fromkeys(changes, 401)
    refused = await audit_events(
        service.resources, "auth.credential.refused", actor_id=admin.user.id
    )
    assert len(refused) == 1


async def test_a_caller_demoted_meanwhile_changes_nothing(service: Service, admin: Caller) -> None:
    changes = _changes(service, PERMISSIONS[Role.ADMIN] - PERMISSIONS[Role.USER])
    assert len(changes) >= 2
    statuses = await after_loss(service, admin, demote, changes)
    assert statuses == dict.fromkeys(changes, 403)
    denied = await audit_events(service.resources, "access.denied", actor_id=admin.user.id)
    assert len(denied) == 1
