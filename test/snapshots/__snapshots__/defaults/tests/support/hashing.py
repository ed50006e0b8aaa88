"""Hashes of passwords as an earlier version stored them."""

from typing import Final

from pwdlib.hashers.argon2 import Argon2Hasher

WEAKER_HASHER: Final = Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1)
