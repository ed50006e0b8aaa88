"""Listing and ending one's own sessions."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from app.audit.trail import record
from app.auth.permissions import Permission
from app.auth.principal import Principal
from app.auth.recheck import recheck
from app.auth.session_tokens import SESSION_KIND, session_end
from app.clock import now
from app.database.transaction import Reader, Transaction
from app.errors import NotFound
from app.resources import Resources
from app.tokens.revocation import revoke_family
from app.tokens.sessions import live_sessions

MAX_SESSIONS: Final = 100


@dataclass(frozen=True)
class OwnSession:
    """`expires_at` applies unless it is used before; `current` marks the session of the request."""

    id: UUID
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime
    client_address: str | None
    current: bool


async def own_sessions(
    reader: Reader, resources: Resources, principal: Principal
) -> list[OwnSession]:
    """List the caller's sessions, newest first: `MAX_SESSIONS` at most."""
    at = now()
    tokens = await live_sessions(reader, principal.user.id, SESSION_KIND, at)
    sessions = [
        OwnSession(
            id=token.family_id,
            created_at=token.signed_in_at or token.created_at,
            last_used_at=token.last_used_at or token.created_at,
            expires_at=session_end(resources.settings, token),
            client_address=token.client_address,
            current=token.family_id == principal.session_id,
        )
        for token in tokens
    ]
    return [session for session in sessions if session.expires_at > at]


async def end_own_session(transaction: Transaction, principal: Principal, session_id: UUID) -> None:
    """End one of the caller's sessions; raises `NotFound` for those of others."""
    await recheck(transaction, principal, Permission.ACCOUNT_WRITE)
    user_id, at = principal.user.id, now()
    tokens = await live_sessions(transaction, user_id, SESSION_KIND, at)
    if session_id not in {token.family_id for token in tokens}:
        raise NotFound
    await revoke_family(transaction, session_id, at)
    await record(transaction, "auth.session.ended", actor_id=user_id, subject_id=user_id)


async def end_oldest_sessions(transaction: Transaction, user_id: UUID) -> None:
    """End the oldest sessions above `MAX_SESSIONS` of an account, whose row is locked."""
    tokens = await live_sessions(transaction, user_id, SESSION_KIND, now())
    for token in tokens[MAX_SESSIONS:]:
        await revoke_family(transaction, token.family_id, now())
        await record(transaction, "auth.session.ended", subject_id=user_id)
