"""Signs an account out everywhere."""

from uuid import UUID

from app.auth.revocation import revoke_access
from app.database.transaction import Transaction


async def sign_out_everywhere(transaction: Transaction, user_id: UUID, *, by: UUID) -> None:
    """Revoke every credential of an account that remains; `by` is who does it."""
    # Without `by`, which names who deletes an account.
    await revoke_access(transaction, user_id)
