"""Cached pages of accounts: quick to read, never out of date, and no way around a permission."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest

from app.auth.permissions import Role
from app.resources import Resources
from app.users import pages
from app.users.model import User
from app.users.repository import UserRepository
from tests.support.factories import find_user, make_user
from tests.support.roles import change_role
from tests.support.service import Caller, Service

USERS = "/api/v1/users"

Change = Callable[[Caller, User], Awaitable[Any]]


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """List the limit of each page that is read from the database."""
    reads: list[int] = []
    read = UserRepository.page

    async def page(repository: UserRepository, limit: int, after: UUID | None) -> list[User]:
        reads.append(limit)
        return await read(repository, limit, after)

    monkeypatch.setattr(UserRepository, "page", page)
    return reads


async def _names(caller: Caller, **query: Any) -> list[str]:
    answer = await caller.client.get(USERS, params=query)
    assert answer.status_code == 200, answer.text
    return [item["full_name"] for item in answer.json()["items"]]


async def test_a_page_is_read_from_the_database_once(admin: Caller, reads: list[int]) -> None:
    answers = [await admin.client.get(USERS) for _ in range(3)]
    assert {answer.content for answer in answers} == {answers[0].content}
    assert answers[0].headers["content-type"] == "application/json"
    assert reads == [21]


async def test_each_page_is_cached_for_itself(admin: Caller, resources: Resources) -> None:
    for name in ("Ada", "Bob"):
        await make_user(resources, full_name=name)
    assert await _names(admin, limit=1) == ["Bob"]
    assert await _names(admin, limit=2) == ["Bob", "Ada"]
    cursor = (await admin.client.get(USERS, params={"limit": 1})).json()["next_cursor"]
    assert await _names(admin, limit=1, cursor=cursor) == ["Ada"]


async def _rename_self(admin: Caller, user: User) -> Any:
    return await admin.client.patch(f"{USERS}/me", json={"full_name": "New Name"})


async def _disable(admin: Caller, user: User) -> Any:
    return await admin.client.patch(f"{USERS}/{user.id}", json={"is_active": False})


async def _delete(admin: Caller, user: User) -> Any:
    return await admin.client.delete(f"{USERS}/{user.id}")


@pytest.mark.parametrize("change", [_rename_self, _disable, _delete])
async def test_a_change_shows_at_once(
    admin: Caller, resources: Resources, reads: list[int], change: Change
) -> None:
    user = await make_user(resources)
    before = (await admin.client.get(USERS)).json()
    assert (await change(admin, user)).is_success
    after = (await admin.client.get(USERS)).json()
    assert after != before
    assert len(reads) == 2


async def test_who_deletes_the_own_account_is_gone_at_once(admin: Caller, user: Caller) -> None:
    assert len(await _names(admin)) == 2
    assert (await user.client.delete(f"{USERS}/me")).status_code == 204
    assert len(await _names(admin)) == 1


async def test_pages_are_forgotten_after_the_commit(
    admin: Caller, resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = await make_user(resources)
    seen = []

    async def delete(_key: str) -> None:
        found = await find_user(resources, user)
        assert found is not None
        seen.append(found.is_active)

    monkeypatch.setattr(resources.store, "delete", delete)
    await _disable(admin, user)
    assert seen == [False]


async def test_a_page_that_was_read_before_a_change_is_not_cached_after_it(
    admin: Caller, resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = await make_user(resources)
    read = UserRepository.page
    late = [True]

    async def page(repository: UserRepository, limit: int, after: UUID | None) -> list[User]:
        rows = await read(repository, limit, after)
        if late and late.pop():
            await _delete(admin, user)
        return rows

    monkeypatch.setattr(UserRepository, "page", page)
    assert len(await _names(admin)) == 2
    assert len(await _names(admin)) == 1


async def test_a_cached_page_is_still_closed_to_others(
    service: Service, admin: Caller, user: Caller
) -> None:
    await _names(admin)
    assert (await user.client.get(USERS)).status_code == 403
    assert (await service.client.get(USERS)).status_code == 401
    async with service.caller(Role.ADMIN) as other:
        await change_role(other, admin, Role.USER)
        await _names(other)
    assert (await admin.client.get(USERS)).status_code == 403


async def test_the_cache_does_not_reveal_addresses(
    admin: Caller, resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = []

    async def keep(_key: str, value: bytes, _seconds: int) -> None:
        kept.append(value)

    monkeypatch.setattr(resources.store, "set", keep)
    await _names(admin)
    assert len(kept) == 2
    assert not any(b"example.com" in value or b"full_name" in value for value in kept)


async def test_a_page_that_cannot_be_unsealed_is_read_again(
    admin: Caller, resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = resources.store.set

    async def spoil(key: str, value: bytes, seconds: int) -> None:
        await kept(key, value if len(value) == 16 else value[::-1], seconds)

    monkeypatch.setattr(resources.store, "set", spoil)
    assert await _names(admin) == await _names(admin)


async def test_what_changed_unseen_shows_after_a_few_seconds(
    admin: Caller, resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = resources.store.set
    lifetimes = []

    async def keep(key: str, value: bytes, seconds: int) -> None:
        lifetimes.append(seconds)
        await kept(key, value, seconds)

    monkeypatch.setattr(resources.store, "set", keep)
    await _names(admin)
    assert lifetimes == [pages.SECONDS, pages.SECONDS]
