"""What an administrator may change of an account."""

from pydantic import StrictBool

from app.auth.permissions import Role
from app.schemas import OMITTED, Patch


class UserUpdate(Patch):
    role: Role = OMITTED
    is_active: StrictBool = OMITTED
