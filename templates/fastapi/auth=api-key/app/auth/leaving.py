"""Deleting one's own account requires the permission; keys have no sign-in to be recent."""

from typing import Final

from fastapi import Depends

from app.auth.dependencies import require
from app.auth.permissions import Permission

MayLeave: Final = Depends(require(Permission.ACCOUNT_WRITE))
