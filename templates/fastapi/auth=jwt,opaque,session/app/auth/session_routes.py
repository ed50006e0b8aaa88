"""The caller's sessions over HTTP."""

from datetime import datetime
from http import HTTPStatus
from uuid import UUID

from fastapi import Depends

from app.auth import own_sessions
from app.auth.dependencies import CurrentPrincipal, require
from app.auth.permissions import Permission
from app.database.transaction import Reader, Transaction
from app.errors import NotFound, documented
from app.pagination import Page, PageQuery
from app.resources import ResourcesDep
from app.routing import Router
from app.schemas import Output

router = Router(prefix="/auth/sessions", tags=["auth"])


class SessionOut(Output):
    """`expires_at` is when it ends unless it is used before; `current` is that of the request."""

    id: UUID
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime
    client_address: str | None
    current: bool


@router.get(
    "",
    response_model=Page[SessionOut],
    dependencies=[Depends(require(Permission.ACCOUNT_WRITE))],
)
async def list_sessions(
    page: PageQuery, principal: CurrentPrincipal, resources: ResourcesDep, reader: Reader
) -> object:
    """List the sessions of the caller's account, newest first."""
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
