"""Shapes of passwords over HTTP."""

from typing import Annotated, Final

from pydantic import Field, SecretStr

MAX_PASSWORD_LENGTH: Final = 128

# As it is typed to prove who is there, right or wrong.
Password = Annotated[SecretStr, Field(min_length=1, max_length=MAX_PASSWORD_LENGTH)]
# As it is set. Argon2id reads every byte of it, so there is no bound but the one above.
NewPassword = Password
