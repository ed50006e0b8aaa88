"""Expired credentials."""

from datetime import timedelta

from app.clock import now
from app.ids import new_id
from app.resources import Resources
from app.tokens.expiry import purge_tokens
from app.tokens.repository import TokenRepository
from app.tokens.token import Token, digest, new_secret
from tests.support.factories import make_user
from tests.support.stored_tokens import stored_digests


async def test_expired_credentials_are_deleted_and_no_others(resources: Resources) -> None:
    user, at = await make_user(resources), now()
    ages = [-timedelta(days=1), -timedelta(seconds=1), timedelta(minutes=1), None]
    tokens = [
        Token(
            id=new_id(),
            kind="test",
            user_id=user.id,
            family_id=new_id(),
            digest=digest(new_secret()),
            scopes=None,
            created_at=at - timedelta(days=2),
            expires_at=None if age is None else at + age,
        )
        for age in ages
    ]
    async with resources.database.transaction() as transaction:
        for token in tokens:
            await TokenRepository(transaction).add(token)
    counts = []
    for _ in range(3):
        async with resources.database.transaction() as transaction:
            counts.append(await purge_tokens(transaction, resources.settings, 1))
    assert counts == [1, 1, 0]
    left = await stored_digests(resources, user.id)
    assert [token.digest in left for token in tokens] == [False, False, True, True]
