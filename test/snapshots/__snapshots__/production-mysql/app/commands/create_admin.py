"""`create-admin`: makes an admin. There are no default accounts."""

import argparse
import asyncio
import getpass
import os
import sys

from pydantic import SecretStr, ValidationError

from app.audit.trail import record
from app.auth import accounts
from app.auth.account_schemas import Registration
from app.auth.permissions import Role
from app.commands import Commands, add_command
from app.database.engine import UNUSABLE
from app.errors import Unprocessable
from app.logging import configure_logging
from app.resources import open_resources
from app.settings import Settings, load_settings
from app.users import pages
from app.users.repository import UserRepository


def add_to(commands: Commands) -> None:
    parser = add_command(
        commands,
        "create-admin",
        "Make an admin; the password is asked for, or taken from ADMIN_PASSWORD.",
        run,
    )
    parser.add_argument("--email", required=True, help="address to sign in with")
    parser.add_argument("--full-name", default="Administrator", help="name to show")


def run(arguments: argparse.Namespace) -> int:
    settings = load_settings()
    configure_logging(settings)
    try:
        password = os.environ.get("ADMIN_PASSWORD") or getpass.getpass("Password: ")
        form = Registration(
            email=arguments.email, password=SecretStr(password), full_name=arguments.full_name
        )
        created = asyncio.run(_create(settings, form))
    except EOFError:
        faults = ["there is no terminal to ask for the password; set ADMIN_PASSWORD"]
    except UNUSABLE:
        faults = ["the database is out of reach, or has not been migrated"]
    except ValidationError as error:
        faults = [f"{fault['loc'][0]} {fault['msg']}" for fault in error.errors()]
    except Unprocessable as error:
        faults = [f"{fault.field} {fault.message}" for fault in error.errors]
    else:
        faults = [] if created else ["the address has an account already"]
    for fault in faults:
        print(f"No admin was made: {fault}.", file=sys.stderr)
    if faults:
        return 1
    print(f"{form.email} is an admin.")
    return 0


async def _create(settings: Settings, form: Registration) -> bool:
    async with open_resources(settings) as resources:
        async with resources.database.transaction() as transaction:
            user_id = await accounts.register(transaction, resources, form)
            if user_id is None:
                return False
            users = UserRepository(transaction)
            await users.update(user_id, role=Role.ADMIN, email_verified=True)
            await record(
                transaction,
                "user.role.changed",
                subject_id=user_id,
                before=Role.USER,
                after=Role.ADMIN,
                by="create-admin",
            )
        await pages.forget(resources)
    return True
