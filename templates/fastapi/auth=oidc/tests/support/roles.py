"""How roles change: by the next token of the provider."""

from app.auth.permissions import Role
from tests.support.service import Caller
from tests.support.sign_in import bearing, token_of


async def change_role(_admin: Caller, caller: Caller, role: Role) -> None:
    """Give a caller another role."""
    bearing(caller.client, token_of(str(caller.user.id), role))
