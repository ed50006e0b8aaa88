"""Shapes of passwords over HTTP."""

from app.auth.password_text import PreparedPassword

# Argon2id reads every byte of a password, so there is no bound but that of its text.
NewPassword = PreparedPassword
