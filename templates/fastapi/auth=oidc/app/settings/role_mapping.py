"""`OIDC_ROLE_MAPPING`: which values of the roles claim give which role."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import BeforeValidator
from pydantic_settings import NoDecode

from app.auth.permissions import Role


@dataclass(frozen=True)
class Mapping:
    """Read from text such as `admin=api-admins,moderator=api-moderators`."""

    values: dict[Role, frozenset[str]]


def _parse_mapping(value: object) -> object:
    if not isinstance(value, str):
        return value
    pairs = [part.strip().partition("=") for part in value.split(",") if part.strip()]
    roles = {role.strip() for role, _, _ in pairs}
    if not roles <= set(Role) or not all(given.strip() for _, _, given in pairs):
        raise ValueError(f"must look like admin=value,moderator=value; roles are {', '.join(Role)}")
    return Mapping(
        {
            Role(role): frozenset(given.strip() for name, _, given in pairs if name.strip() == role)
            for role in roles
        }
    )


RoleMapping = Annotated[Mapping, NoDecode, BeforeValidator(_parse_mapping)]
