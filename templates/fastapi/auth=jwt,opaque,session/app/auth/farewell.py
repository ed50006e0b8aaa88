"""Notifies the owner when an account is deleted."""

from collections.abc import AsyncIterator
from typing import Final
from uuid import UUID

from fastapi import Depends, Request

from app.auth.dependencies import CurrentPrincipal
from app.mail.handover import send_notice
from app.resources import ResourcesDep
from app.users.repository import UserRepository


async def _tells_owner(
    request: Request, principal: CurrentPrincipal, resources: ResourcesDep
) -> AsyncIterator[None]:
    try:
        user_id = UUID(request.path_params.get("user_id", str(principal.user.id)))
    except ValueError:
        # Not an id: the route refuses it.
        user_id = principal.user.id
    async with resources.database.reader() as reader:
        user = await UserRepository(reader).get(user_id)
    yield
    if user is not None:
        await send_notice(resources, "send_account_deleted", user.email)


# A dependency of the route's decorator, which ends after those of its parameters: the mail is
# queued after the deletion is committed, never before.
TellsOwner: Final = Depends(_tells_owner, scope="function")
