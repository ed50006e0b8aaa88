"""`create-admin`: creates an admin. There are no default accounts."""

import argparse
import asyncio
import getpass
import os
import sys
from typing import Final

from pydantic import SecretStr, ValidationError

from app.auth import accounts
from app.auth.account_schemas import Registration
from app.auth.password_policy import describe_rules
from app.commands import Commands, add_command
from app.errors import Unprocessable
from app.logging import configure_logging
from app.resources import open_resources
from app.schemas import Input
from app.settings import Settings, load_settings
from app.users import pages
from app.users.email import Email
from app.users.promotion import NotPromotedError, make_admin, promote
from app.users.repository import UserRepository
from app.users.schemas import FullName

_EXISTS: Final = "an account with this address exists; --promote makes it an admin"


class _Account(Input):
    email: Email
    full_name: FullName


class _RefusedError(Exception):
    """No admin is created, and another password would not help."""


def add_to(commands: Commands) -> None:
    parser = add_command(
        commands,
        "create-admin",
        "Create an administrator, or promote an existing account. Asks for the password, unless "
        "it is in ADMIN_PASSWORD.",
        run,
    )
    parser.add_argument("--email", required=True, help="address to sign in with")
    parser.add_argument("--full-name", default="Administrator", help="display name")
    parser.add_argument(
        "--promote",
        action="store_true",
        help="promote the existing account with this address; its password does not change",
    )


def run(arguments: argparse.Namespace) -> int:
    settings = load_settings()
    configure_logging(settings)
    try:
        account = _Account(email=arguments.email, full_name=arguments.full_name)
        if arguments.promote:
            asyncio.run(_promote(settings, account.email))
        else:
            _make(settings, account)
    except EOFError:
        fault = "there is no terminal to ask for the password; set ADMIN_PASSWORD"
    except ValidationError as error:
        fault = _faults(error)
    except (_RefusedError, NotPromotedError) as error:
        fault = str(error)
    else:
        print(f"{account.email} is an admin.")
        return 0
    print(f"No administrator was created: {fault}.", file=sys.stderr)
    return 1


def _make(settings: Settings, account: _Account) -> None:
    asyncio.run(_require_unknown(settings, account.email))
    given = os.environ.get("ADMIN_PASSWORD")
    if not given:
        print(describe_rules(settings))
    while True:
        try:
            form = Registration(**account.model_dump(), password=SecretStr(given or _ask_twice()))
            asyncio.run(_register(settings, form))
        except (ValidationError, Unprocessable) as error:
            if given:
                raise _RefusedError(_faults(error)) from None
            print(f"This password is not accepted: {_faults(error)}.", file=sys.stderr)
        else:
            return


def _ask_twice() -> str:
    while True:
        password = getpass.getpass("Password: ")
        if getpass.getpass("Repeat the password: ") == password:
            return password
        print("The passwords do not match.", file=sys.stderr)


def _faults(error: ValidationError | Unprocessable) -> str:
    if isinstance(error, Unprocessable):
        return "; ".join(f"{fault.field} {fault.message}" for fault in error.errors)
    return "; ".join(f"{fault['loc'][0]} {fault['msg']}" for fault in error.errors())


async def _require_unknown(settings: Settings, email: str) -> None:
    async with open_resources(settings) as resources, resources.database.reader() as reader:
        if await UserRepository(reader).get_by_email(email) is not None:
            raise _RefusedError(_EXISTS)


async def _register(settings: Settings, form: Registration) -> None:
    async with open_resources(settings) as resources:
        async with resources.database.transaction() as transaction:
            user_id = await accounts.register(transaction, resources, form)
            users = UserRepository(transaction)
            user = await users.get(user_id) if user_id else None
            if user is None:
                raise _RefusedError(_EXISTS)
            await users.update(user.id, email_verified=True)
            await make_admin(transaction, user)
        await pages.forget(resources)


async def _promote(settings: Settings, email: str) -> None:
    async with open_resources(settings) as resources:
        async with resources.database.transaction() as transaction:
            await promote(transaction, email, must_be_confirmed=True)
        await pages.forget(resources)
