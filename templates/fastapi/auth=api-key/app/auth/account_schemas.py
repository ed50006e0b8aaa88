"""Shapes of making accounts over HTTP."""

from app.auth.permissions import Role
from app.schemas import Input
from app.users.email import Email
from app.users.schemas import FullName


class AccountCreate(Input):
    email: Email
    full_name: FullName
    role: Role = Role.USER
