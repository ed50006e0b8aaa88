"""Calls of the account endpoints, and their effects."""

from typing import Any

import httpx2

from app.resources import Resources
from app.users.model import User
from app.users.repository import UserRepository
from tests.support.passwords import OTHER_PASSWORD, PASSWORD
from tests.support.sign_in import attempt_sign_in

AUTH = "/api/v1/auth"
ME_URL = "/api/v1/users/me"
EMAIL = "ann@example.com"


async def register(
    client: httpx2.AsyncClient, email: str = EMAIL, **fields: Any
) -> httpx2.Response:
    """Register an address."""
    body = {"email": email, "password": PASSWORD, "full_name": "Ann", **fields}
    return await client.post(f"{AUTH}/register", json=body)


async def verify_email(client: httpx2.AsyncClient, token: str) -> int:
    """Confirm an address with a code; returns the status."""
    return (await client.post(f"{AUTH}/verify-email", json={"token": token})).status_code


async def forgot(client: httpx2.AsyncClient, email: str) -> httpx2.Response:
    """Ask for a code that sets a new password."""
    return await client.post(f"{AUTH}/forgot-password", json={"email": email})


async def reset(
    client: httpx2.AsyncClient, token: str, password: str = OTHER_PASSWORD
) -> httpx2.Response:
    """Set a new password with a code."""
    body = {"token": token, "new_password": password}
    return await client.post(f"{AUTH}/reset-password", json=body)


async def change(
    client: httpx2.AsyncClient, current: str = PASSWORD, new: str = OTHER_PASSWORD
) -> httpx2.Response:
    """Change the password of the client's account."""
    body = {"current_password": current, "new_password": new}
    return await client.post(f"{AUTH}/change-password", json=body)


async def signs_in(client: httpx2.AsyncClient, email: str, password: str = PASSWORD) -> bool:
    """Return whether a password signs in."""
    answer = await attempt_sign_in(client, email, password)
    assert answer.status_code in {200, 401}
    return answer.status_code == 200


async def stored(resources: Resources, email: str = EMAIL) -> User:
    """Read the account of an address as it is now."""
    async with resources.database.reader() as reader:
        user = await UserRepository(reader).get_by_email(email)
    assert user is not None
    return user


def shape(answer: httpx2.Response) -> tuple[int, tuple[str, ...], bytes]:
    """Return the parts of a response that could distinguish two addresses."""
    return answer.status_code, tuple(sorted(answer.headers)), answer.content
