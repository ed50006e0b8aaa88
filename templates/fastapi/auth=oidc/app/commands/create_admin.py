"""`create-admin`: says how to make a user an admin. There are no default accounts."""

import argparse
import sys

from app.auth.permissions import Role
from app.commands import Commands, add_command
from app.settings import load_settings


def add_to(commands: Commands) -> None:
    parser = add_command(
        commands, "create-admin", "Show how to make an administrator at the identity provider.", run
    )
    parser.add_argument("--email", required=True, help="address at the identity provider")


def run(arguments: argparse.Namespace) -> int:
    settings = load_settings()
    values = sorted(settings.oidc_role_mapping.values.get(Role.ADMIN, ()))
    if not values:
        print(
            "Nobody can become an administrator: OIDC_ROLE_MAPPING maps no value to admin.\n"
            "Set it, for example to admin=api-admins.",
            file=sys.stderr,
        )
        return 1
    print(
        f"Roles come from {settings.oidc_issuer}, so nothing is stored here.\n"
        f"Give {arguments.email} one of these values of {settings.oidc_roles_claim} there: "
        f"{', '.join(values)}.\n"
        "The account becomes an administrator with its next token."
    )
    return 0
