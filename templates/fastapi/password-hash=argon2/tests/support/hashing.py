"""Hashes of passwords as an earlier version stored them, and at a cost that tests can bear."""

from typing import Final

from argon2 import PasswordHasher
from pwdlib.hashers.argon2 import Argon2Hasher

from app.auth.password_hasher import HASHER

# Most tests sign in, and would wait longest for the hash at the cost of production.
PRODUCTION_HASHER: Final = HASHER._hasher
HASHER._hasher = PasswordHasher(time_cost=1, memory_cost=16, parallelism=1)

WEAKER_HASHER: Final = Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1)
