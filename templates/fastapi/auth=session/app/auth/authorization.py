"""What a caller may do."""

from app.audit.refusals import record_refusal
from app.auth.permissions import Permission
from app.auth.principal import Principal
from app.errors import Forbidden
from app.resources import Resources


async def check_permission(
    principal: Principal, resources: Resources, permission: Permission
) -> None:
    """Raise `Forbidden`, and record it, unless the caller has the permission."""
    if principal.may(permission):
        return
    await record_refusal(
        resources,
        "access.denied",
        caller=str(principal.user.id),
        actor_id=principal.user.id,
        permission=permission,
    )
    raise Forbidden
