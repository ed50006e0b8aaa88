"""What the owner of an account hears when it is deleted."""

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
        # No id: the route itself refuses it.
        user_id = principal.user.id
    async with resources.database.reader() as reader:
        user = await UserRepository(reader).get(user_id)
    yield
    if user is not None:
        await send_notice(resources, "send_account_deleted", user.email)


# Among the dependencies of a route's decorator, which end after those of its parameters: the mail
# is handed over once the account is gone, and never before.
TellsOwner: Final = Depends(_tells_owner, scope="function")
