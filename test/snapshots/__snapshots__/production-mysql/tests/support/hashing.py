"""Hashes of passwords as an earlier version stored them, and at a cost that tests can bear."""

from typing import Final

from pwdlib.hashers.bcrypt import BcryptHasher

from app.auth.password_hasher import HASHER

# Most tests sign in, and each hash takes a third of a second at the cost of production.
PRODUCTION_ROUNDS: Final = HASHER.rounds
HASHER.rounds = 5

WEAKER_HASHER: Final = BcryptHasher(rounds=4)
