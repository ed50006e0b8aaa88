"""Accounts over HTTP."""

from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import Depends
from fastapi.responses import Response

from app.audit.trail import record
from app.auth.dependencies import CurrentPrincipal, require, signed_in
from app.auth.farewell import TellsOwner
from app.auth.leaving import MayLeave
from app.auth.permissions import Permission
from app.database.transaction import Transaction
from app.errors import Conflict, NotFound, documented
from app.pagination import PageQuery
from app.resources import ResourcesDep
from app.routing import Router
from app.users import pages, service
from app.users.administration import UserUpdate
from app.users.export import CSV_ANSWER, UsersCsvResponse, open_users_csv
from app.users.model import User
from app.users.pages import ChangesAccounts
from app.users.repository import UserRepository
from app.users.schemas import ProfileUpdate, UserOut, UserPage

router = Router(prefix="/users", tags=["users"])


async def _users_csv(
    resources: ResourcesDep, principal: CurrentPrincipal
) -> AsyncIterator[AsyncIterator[str]]:
    async with open_users_csv(resources, principal) as chunks:
        yield chunks


# Request scope: closed after the response, or when the client disconnects.
UsersCsv = Annotated[AsyncIterator[str], Depends(_users_csv, scope="request")]


@router.get("/me", response_model=UserOut, dependencies=[Depends(signed_in)])
async def read_me(principal: CurrentPrincipal) -> User:
    """Read the caller's account."""
    return principal.user


@router.patch(
    "/me",
    response_model=UserOut,
    dependencies=[Depends(require(Permission.ACCOUNT_WRITE)), ChangesAccounts],
)
async def update_me(
    body: ProfileUpdate, principal: CurrentPrincipal, transaction: Transaction
) -> User:
    """Change the caller's account."""
    changes = body.model_dump(exclude_unset=True)
    return await service.update_profile(transaction, principal, changes)


@router.delete(
    "/me",
    status_code=HTTPStatus.NO_CONTENT,
    responses=documented(Conflict),
    dependencies=[MayLeave, ChangesAccounts, TellsOwner],
)
async def delete_me(principal: CurrentPrincipal, transaction: Transaction) -> None:
    """Delete the caller's account.

    All that belongs to it is deleted too, and its access ends.
    """
    await service.delete_own(transaction, principal)


@router.get("", response_model=UserPage, dependencies=[Depends(require(Permission.USERS_READ))])
async def list_users(
    page: PageQuery, principal: CurrentPrincipal, resources: ResourcesDep
) -> Response:
    """List accounts."""
    async with resources.database.transaction() as transaction:
        await record(transaction, "user.listed", actor_id=principal.user.id)
    return Response(await pages.read(resources, page), media_type="application/json")


@router.get(
    "/export",
    response_class=UsersCsvResponse,
    responses={HTTPStatus.OK: CSV_ANSWER},
    dependencies=[Depends(require(Permission.USERS_EXPORT))],
)
async def export_users(
    chunks: UsersCsv, principal: CurrentPrincipal, resources: ResourcesDep
) -> UsersCsvResponse:
    """Download all accounts as CSV."""
    async with resources.database.transaction() as transaction:
        await record(transaction, "user.exported", actor_id=principal.user.id)
    return UsersCsvResponse(
        chunks, headers={"Content-Disposition": 'attachment; filename="users.csv"'}
    )


@router.get(
    "/{user_id}",
    response_model=UserOut,
    responses=documented(NotFound),
    dependencies=[Depends(require(Permission.USERS_READ))],
)
async def read_user(user_id: UUID, principal: CurrentPrincipal, transaction: Transaction) -> User:
    """Read an account."""
    user = await UserRepository(transaction).get(user_id)
    if user is None:
        raise NotFound
    if user_id != principal.user.id:
        await record(transaction, "user.read", actor_id=principal.user.id, subject_id=user_id)
    return user


@router.patch(
    "/{user_id}",
    response_model=UserOut,
    responses=documented(NotFound, Conflict),
    dependencies=[Depends(require(Permission.USERS_WRITE)), ChangesAccounts],
)
async def update_user(
    user_id: UUID, body: UserUpdate, principal: CurrentPrincipal, transaction: Transaction
) -> User:
    """Change an account."""
    changes = body.model_dump(exclude_unset=True)
    return await service.update(transaction, principal, user_id, changes)


@router.delete(
    "/{user_id}",
    status_code=HTTPStatus.NO_CONTENT,
    responses=documented(NotFound, Conflict),
    dependencies=[Depends(require(Permission.USERS_DELETE)), ChangesAccounts, TellsOwner],
)
async def delete_user(user_id: UUID, principal: CurrentPrincipal, transaction: Transaction) -> None:
    """Delete an account, and all that belongs to it."""
    await service.delete(transaction, principal, user_id)


@router.delete(
    "/{user_id}/sessions",
    status_code=HTTPStatus.NO_CONTENT,
    responses=documented(NotFound),
    dependencies=[Depends(require(Permission.USERS_WRITE))],
)
async def end_access(user_id: UUID, principal: CurrentPrincipal, transaction: Transaction) -> None:
    """Sign an account out everywhere."""
    await service.end_access(transaction, principal, user_id)
