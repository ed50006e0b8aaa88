"""API keys over HTTP."""

from http import HTTPStatus
from uuid import UUID

from fastapi import Depends, Request

from app.api_keys import service
from app.api_keys.model import IssuedApiKey
from app.api_keys.repository import ApiKeyRepository
from app.api_keys.schemas import ApiKeyCreate, ApiKeyPage, IssuedApiKeyOut
from app.auth.authorization import check_permission
from app.auth.dependencies import CurrentPrincipal, require
from app.auth.permissions import Permission
from app.auth.principal import Principal
from app.clock import now
from app.database.transaction import Reader, Transaction
from app.errors import Conflict, NotFound, documented
from app.pagination import PageQuery
from app.resources import ResourcesDep
from app.routing import MadeDep, Router

router = Router(prefix="/api-keys", tags=["api-keys"])

MayManage = Depends(require(Permission.API_KEYS_WRITE))


def _ends_itself(request: Request, principal: Principal) -> bool:
    """Return whether a key is revoking itself, which counts as signing out."""
    key_id: str = request.path_params["key_id"]
    return key_id.lower() == str(principal.session_id)


@router.get("", response_model=ApiKeyPage, dependencies=[MayManage])
async def list_keys(page: PageQuery, principal: CurrentPrincipal, reader: Reader) -> object:
    """List the active keys of the caller's account."""
    keys = ApiKeyRepository(reader)
    return page.of(await keys.page(principal.user.id, now(), page.limit + 1, page.after))


@router.post(
    "",
    response_model=IssuedApiKeyOut,
    status_code=HTTPStatus.CREATED,
    responses=documented(NotFound, Conflict),
    dependencies=[MayManage],
)
async def create_key(
    body: ApiKeyCreate,
    principal: CurrentPrincipal,
    resources: ResourcesDep,
    transaction: Transaction,
    made: MadeDep,
) -> IssuedApiKey:
    """Create a key.

    The key is in this response only and cannot be retrieved again.
    """
    for permission in sorted(service.needed_permissions(body)):
        await check_permission(principal, resources, permission)
    key = await service.create(transaction, resources, principal, body)
    made.at(key.id)
    return key


@router.delete(
    "/{key_id}",
    status_code=HTTPStatus.NO_CONTENT,
    responses=documented(NotFound),
    dependencies=[Depends(require(Permission.API_KEYS_WRITE, unless=_ends_itself))],
)
async def revoke_key(key_id: UUID, principal: CurrentPrincipal, transaction: Transaction) -> None:
    """Revoke a key.

    It must belong to the caller, unless the caller has `users:write`. A key may always revoke
    itself.
    """
    await service.revoke(transaction, principal, key_id)
