"""Shapes of passwords over HTTP."""

from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr
from pydantic_core import PydanticCustomError

from app.auth.password_hasher import MAX_PASSWORD_BYTES
from app.auth.password_text import PreparedPassword


def _check_bytes(password: SecretStr) -> SecretStr:
    if len(password.get_secret_value().encode()) > MAX_PASSWORD_BYTES:
        message = "must have at most {limit} bytes in UTF-8"
        raise PydanticCustomError("password_bytes", message, {"limit": MAX_PASSWORD_BYTES})
    return password


# bcrypt reads 72 bytes: longer passwords are refused, since the rest would not protect the account
# (CWE-222).
NewPassword = Annotated[
    PreparedPassword,
    AfterValidator(_check_bytes),
    Field(description=f"At most {MAX_PASSWORD_BYTES} bytes in UTF-8."),
]
