"""`create-admin`: creates an admin and its first key. There are no default accounts."""

import argparse
import asyncio
import sys

from pydantic import ValidationError

from app.api_keys import service
from app.api_keys.model import IssuedApiKey
from app.auth import accounts
from app.auth.account_schemas import AccountCreate
from app.auth.permissions import PERMISSIONS, Role
from app.commands import Commands, add_command
from app.errors import Conflict
from app.logging import configure_logging
from app.resources import open_resources
from app.settings import Settings, load_settings
from app.users import pages
from app.users.promotion import NotPromotedError, promote


def add_to(commands: Commands) -> None:
    parser = add_command(
        commands,
        "create-admin",
        "Create an administrator, or promote an existing account, and print a key for it once.",
        run,
    )
    parser.add_argument("--email", required=True, help="address of the account")
    parser.add_argument("--full-name", default="Administrator", help="display name")
    parser.add_argument(
        "--promote", action="store_true", help="promote the existing account with this address"
    )


def run(arguments: argparse.Namespace) -> int:
    settings = load_settings()
    configure_logging(settings)
    try:
        form = AccountCreate(email=arguments.email, full_name=arguments.full_name, role=Role.ADMIN)
        issued = asyncio.run((_promote if arguments.promote else _create)(settings, form))
    except ValidationError as error:
        faults = [f"{fault['loc'][0]} {fault['msg']}" for fault in error.errors()]
    except Conflict:
        faults = ["an account with this address exists; --promote makes it an admin"]
    except NotPromotedError as error:
        faults = [str(error)]
    else:
        print(f"{form.email} is an admin. Its key, which cannot be shown again:")
        print(issued.key)
        return 0
    for fault in faults:
        print(f"No administrator was created: {fault}.", file=sys.stderr)
    return 1


async def _create(settings: Settings, form: AccountCreate) -> IssuedApiKey:
    async with (
        open_resources(settings) as resources,
        resources.database.transaction() as transaction,
    ):
        user = await accounts.add(transaction, form)
        return await service.issue(
            transaction, resources, user, name="First key", scopes=PERMISSIONS[Role.ADMIN]
        )


async def _promote(settings: Settings, form: AccountCreate) -> IssuedApiKey:
    async with open_resources(settings) as resources:
        async with resources.database.transaction() as transaction:
            user = await promote(transaction, form.email, must_be_confirmed=False)
            # Existing keys of the account keep their scopes.
            issued = await service.issue(
                transaction, resources, user, name="Admin key", scopes=PERMISSIONS[Role.ADMIN]
            )
        await pages.forget(resources)
    return issued
