"""The caller's sessions over HTTP."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import Depends

from app.auth import own_sessions
from app.auth.dependencies import CurrentPrincipal, require
from app.auth.permissions import Permission
from app.database.transaction import Reader, Transaction
from app.errors import NotFound, documented, documented_as
from app.pagination import Page, PageQuery
from app.resources import ResourcesDep
from app.routing import Router
from app.schemas import Output

router = Router(prefix="/auth/sessions", tags=["auth"])


class SessionOut(Output):
    """`expires_at` applies unless it is used before; `current` marks the session of the request."""

    id: UUID
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime
    client_address: Annotated[str, documented_as(maxLength=45)] | None
    current: bool


class SessionPage(Page[SessionOut]):
    """A page of sessions."""


@router.get(
    "",
    response_model=SessionPage,
    dependencies=[Depends(require(Permission.ACCOUNT_WRITE))],
)
async def list_sessions(
    page: PageQuery, principal: CurrentPrincipal, resources: ResourcesDep, reader: Reader
) -> object:
    """List the sessions of the caller's account."""
    sessions = await own_sessions.own_sessions(reader, resources, principal)
    older = [session for session in sessions if page.after is None or session.id < page.after]
    return page.of(older)


@router.delete(
    "/{session_id}",
    status_code=HTTPStatus.NO_CONTENT,
    responses=documented(NotFound),
    dependencies=[Depends(require(Permission.ACCOUNT_WRITE))],
)
async def end_session(
    session_id: UUID, principal: CurrentPrincipal, transaction: Transaction
) -> None:
    """End a session of the caller's account at once."""
    await own_sessions.end_own_session(transaction, principal, session_id)
