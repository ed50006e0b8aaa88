"""Passwords are stored as Argon2id hashes (OWASP Password Storage Cheat Sheet)."""

from typing import Final

from pwdlib.hashers.argon2 import Argon2Hasher

# OWASP's second choice for Argon2id: 19 MiB, two passes, one lane.
HASHER: Final = Argon2Hasher(time_cost=2, memory_cost=19_456, parallelism=1)
