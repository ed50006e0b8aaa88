"""Bodies that a careless parser reads for a long time."""

from typing import Final

from app.security.bodies import MAX_VALUES

MEBIBYTE: Final = 1_048_576


def _members(name: str, count: int) -> bytes:
    return b"{" + b",".join(f'"{name}{number}":0'.encode() for number in range(count)) + b"}"


BODIES: Final = {
    "unknown fields": _members("k", MAX_VALUES - 1),
    "long names": _members("k" * 90, MAX_VALUES - 1),
    "more fields than are read": _members("k", 80_000),
    "one name": b'{"' + b"k" * (MEBIBYTE - 6) + b'":0}',
    "numbers": b"[" + b"0," * (MEBIBYTE // 2 - 2) + b"0]",
    "long numbers": b"[" + b",".join([b"9" * 4_200] * 240) + b"]",
    "texts": b"[" + b",".join([b'"' + b"x" * 90 + b'"'] * (MAX_VALUES - 1)) + b"]",
    "unfinished texts": b'"' * MEBIBYTE,
    "texts without commas": b'""' * ((MEBIBYTE - MAX_VALUES) // 2) + b"," * MAX_VALUES,
    "escapes": b'{"title":"' + rb"\u0041" * (MEBIBYTE // 6 - 4) + b'"}',
    "backslashes": b'{"title":"' + rb"\\" * (MEBIBYTE // 2 - 20) + rb'\u0041"}',
    "empty lists": b"[" + b"[]," * (MEBIBYTE // 3 - 2) + b"[]]",
    "deep": b'{"a":' * (MEBIBYTE // 5),
    "no JSON": b",[{" * (MEBIBYTE // 3),
}
