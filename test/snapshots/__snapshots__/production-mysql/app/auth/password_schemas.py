"""Shapes of passwords over HTTP."""

from typing import Annotated, Final

from pydantic import AfterValidator, Field, SecretStr
from pydantic_core import PydanticCustomError

from app.auth.password_hasher import MAX_PASSWORD_BYTES

MAX_PASSWORD_LENGTH: Final = 128


def _check_bytes(password: SecretStr) -> SecretStr:
    secret = password.get_secret_value().encode()
    if len(secret) > MAX_PASSWORD_BYTES:
        message = "must have at most {limit} bytes in UTF-8"
        raise PydanticCustomError("password_bytes", message, {"limit": MAX_PASSWORD_BYTES})
    if b"\0" in secret:
        raise PydanticCustomError("password_nul", "must not have a NUL character")
    return password


# As it is typed to prove who is there, right or wrong.
Password = Annotated[SecretStr, Field(min_length=1, max_length=MAX_PASSWORD_LENGTH)]
# As it is set. bcrypt reads 72 bytes and may end at a NUL: what it would not read is refused, for
# it would not protect the account (CWE-222).
NewPassword = Annotated[
    Password,
    AfterValidator(_check_bytes),
    Field(description=f"At most {MAX_PASSWORD_BYTES} bytes in UTF-8."),
]
