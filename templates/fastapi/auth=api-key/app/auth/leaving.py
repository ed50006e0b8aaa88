"""What deleting one's own account takes: the permission, for a key has no sign-in to be recent."""

from typing import Final

from fastapi import Depends

from app.auth.dependencies import require
from app.auth.permissions import Permission

MayLeave: Final = Depends(require(Permission.ACCOUNT_WRITE))
