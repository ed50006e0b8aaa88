"""The token that stands for a session: its secret is the id in the cookie."""

from datetime import datetime, timedelta
from typing import Final

from app.settings import Settings
from app.tokens.token import Token

SESSION_KIND: Final = "session"


def session_end(settings: Settings, token: Token) -> datetime:
    """Return when the session ends unless it is used again."""
    used_at = token.last_used_at or token.created_at
    idle_end = used_at + timedelta(seconds=settings.session_idle_seconds)
    return idle_end if token.expires_at is None else min(idle_end, token.expires_at)
