"""What the tests ask of stored credentials beyond the service's own queries."""

from uuid import UUID

from sqlalchemy import select

from app.resources import Resources
from app.tokens.repository import TokenRow


async def stored_digests(resources: Resources, user_id: UUID, *kinds: str) -> list[bytes]:
    """List what is stored of the tokens of an account: of all, or of these kinds."""
    query = select(TokenRow.digest).where(TokenRow.user_id == user_id)
    if kinds:
        query = query.where(TokenRow.kind.in_(kinds))
    async with resources.database.reader() as reader:
        return list(await reader.scalars(query))
