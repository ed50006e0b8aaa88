"""Account creation over HTTP."""

from http import HTTPStatus

from fastapi import Depends

from app.auth import accounts
from app.auth.account_schemas import AccountCreate
from app.auth.dependencies import CurrentPrincipal, require
from app.auth.permissions import Permission
from app.database.transaction import Transaction
from app.errors import Conflict, documented
from app.routing import MadeDep, Router
from app.users.model import User
from app.users.pages import ChangesAccounts
from app.users.schemas import UserOut

router = Router(prefix="/users", tags=["users"])


@router.post(
    "",
    response_model=UserOut,
    status_code=HTTPStatus.CREATED,
    responses=documented(Conflict),
    dependencies=[Depends(require(Permission.USERS_WRITE)), ChangesAccounts],
)
async def create_user(
    body: AccountCreate, principal: CurrentPrincipal, transaction: Transaction, made: MadeDep
) -> User:
    """Create an account.

    It has no access until a key is created for it.
    """
    user = await accounts.create(transaction, principal, body)
    made.at(user.id)
    return user
