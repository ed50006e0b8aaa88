"""What the tests ask of stored credentials beyond the service's own queries."""

from uuid import UUID

from app.resources import Resources
from app.tokens.repository import TokenRow


async def stored_digests(resources: Resources, user_id: UUID, *kinds: str) -> list[bytes]:
    """List what is stored of the tokens of an account: of all, or of these kinds."""
    rows = TokenRow.filter(user_id=user_id)
    if kinds:
        rows = rows.filter(kind__in=kinds)
    async with resources.database.reader() as reader:
        return [row.digest for row in await rows.using_db(reader)]
