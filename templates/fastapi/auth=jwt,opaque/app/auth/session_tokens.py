"""The token that stands for a session: its latest refresh token."""

from datetime import datetime
from typing import Final

from app.auth.refresh_tokens import REFRESH
from app.settings import Settings
from app.tokens.token import Token

SESSION_KIND: Final = REFRESH


def session_end(_settings: Settings, token: Token) -> datetime:
    """Return when the session ends unless it is used again."""
    return token.expires_at or token.created_at
