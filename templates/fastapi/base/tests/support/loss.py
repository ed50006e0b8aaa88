"""Requests that wait for a lock while their caller loses something."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from uuid import UUID, uuid4

import pytest

from app.auth import dependencies
from app.auth.authenticator import authenticate
from app.auth.permissions import Role
from app.auth.principal import Principal
from app.database.transaction import Transaction
from app.users.repository import UserRepository
from tests.support.bodies import valid_body
from tests.support.service import Caller, Service
from tests.support.sign_in import BODIES

Loss = Callable[[Transaction, UUID], Awaitable[object]]
Change = tuple[str, str]


async def demote(transaction: Transaction, user_id: UUID) -> None:
    """Make an account a user's."""
    await UserRepository(transaction).update(user_id, role=Role.USER)


async def disable(transaction: Transaction, user_id: UUID) -> None:
    """Disable an account."""
    await UserRepository(transaction).update(user_id, is_active=False)


async def after_loss(
    service: Service,
    caller: Caller,
    loss: Loss,
    changes: list[Change],
    *,
    path_value: UUID | None = None,
) -> dict[Change, int]:
    """Call routes, let the caller lose something while they wait, and return their statuses."""
    let_in = asyncio.Semaphore(0)

    async def counted(*arguments: object) -> Principal | None:
        principal = await authenticate(*arguments)  # type: ignore[arg-type]
        let_in.release()
        return principal

    attempts = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dependencies, "authenticate", counted)
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
