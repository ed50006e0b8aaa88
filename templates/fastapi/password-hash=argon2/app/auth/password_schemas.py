"""Shapes of passwords over HTTP."""

from app.auth.password_text import PreparedPassword

# Argon2id reads every byte of a password, so only the length in characters is limited.
NewPassword = PreparedPassword
