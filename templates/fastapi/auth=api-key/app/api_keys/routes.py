"""API keys over HTTP."""

from http import HTTPStatus
from uuid import UUID

from fastapi import Depends

from app.api_keys import service
from app.api_keys.model import IssuedApiKey
from app.api_keys.repository import ApiKeyRepository
from app.api_keys.schemas import ApiKeyCreate, ApiKeyOut, IssuedApiKeyOut
from app.auth.dependencies import CurrentPrincipal, require, signed_in
from app.clock import now
from app.database.transaction import Reader, Transaction
from app.errors import Conflict, NotFound, documented
from app.pagination import Page, PageQuery
from app.resources import ResourcesDep
from app.routing import Router

router = Router(prefix="/api-keys", tags=["api-keys"])


@router.get("", response_model=Page[ApiKeyOut], dependencies=[Depends(signed_in)])
async def list_keys(page: PageQuery, principal: CurrentPrincipal, reader: Reader) -> object:
    """List the caller's own keys that work, newest first."""
    keys = ApiKeyRepository(reader)
    return page.of(await keys.page(principal.user.id, now(), page.limit + 1, page.after))


@router.post(
    "",
    response_model=IssuedApiKeyOut,
    status_code=HTTPStatus.CREATED,
    responses=documented(NotFound, Conflict),
    dependencies=[Depends(signed_in)],
)
async def create_key(
    body: ApiKeyCreate,
    principal: CurrentPrincipal,
    resources: ResourcesDep,
    transaction: Transaction,
) -> IssuedApiKey:
    """Make a key. Its text is in this answer and nowhere else, ever."""
    for permission in sorted(service.needed_permissions(body)):
        await require(permission)(principal, resources)
    return await service.create(transaction, resources, principal, body)


@router.delete(
    "/{key_id}",
    status_code=HTTPStatus.NO_CONTENT,
    responses=documented(NotFound),
    dependencies=[Depends(signed_in)],
)
async def revoke_key(key_id: UUID, principal: CurrentPrincipal, transaction: Transaction) -> None:
    """End a key at once: one of the caller's, or anybody's with `users:write`."""
    await service.revoke(transaction, principal, key_id)
