"""What an administrator may change of an account."""

from pydantic import StrictBool

from app.schemas import OMITTED, Patch


class UserUpdate(Patch):
    """A role is not among it: the identity provider gives it, with each token."""

    is_active: StrictBool = OMITTED
