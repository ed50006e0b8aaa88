"""The provider's signing keys, and the algorithms of each (RFC 7517, RFC 8725)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

from jwt import PyJWK, PyJWS, PyJWTError
from jwt.algorithms import OKPAlgorithm

# Asymmetric only: with HS256, the provider's public key would be the secret (RFC 8725, 2.1).
_RSA: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512")
# RFC 9864 renames EdDSA with this curve to Ed25519.
_EDWARDS: Final = ("EdDSA", "Ed25519")
_ALGORITHMS: Final[dict[tuple[object, object], tuple[str, ...]]] = {
    ("RSA", None): _RSA,
    ("EC", "P-256"): ("ES256",),
    ("EC", "P-384"): ("ES384",),
    ("EC", "P-521"): ("ES512",),
    ("OKP", "Ed25519"): _EDWARDS,
}
ALGORITHMS: Final = frozenset(name for names in _ALGORITHMS.values() for name in names)
MAX_KEYS: Final = 100

_jws: Final = PyJWS(sorted(ALGORITHMS - {"Ed25519"}), {"enforce_minimum_key_length": True})
_jws.register_algorithm("Ed25519", OKPAlgorithm())


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A public key; `id` is None if the provider gives it none."""

    id: str | None
    algorithms: frozenset[str]
    public_key: Any

    def verify(self, token: str, algorithm: str) -> bytes:
        """Return the payload of a token; raises `PyJWTError` unless this key has signed it.

        `algorithm` is one of the key's own: the token alone must not choose it (RFC 8725, 3.1).
        """
        payload: bytes = _jws.decode(token, self.public_key, algorithms=[algorithm])
        return payload


class SigningKeys:
    """The keys of a provider."""

    def __init__(self, keys: Sequence[SigningKey] = ()) -> None:
        self._keys = keys

    @classmethod
    def from_jwks(cls, keys: list[object]) -> Self:
        """Parse a key set, without the keys that this service cannot or must not use."""
        return cls([key for jwk in keys[:MAX_KEYS] if (key := _read(jwk)) is not None])

    def __len__(self) -> int:
        return len(self._keys)

    def find(self, key_id: str | None, algorithm: str) -> SigningKey | None:
        """Find a key by id and algorithm. Without an id, it must be the only one."""
        found = [key for key in self._keys if algorithm in key.algorithms]
        if key_id is not None:
            found = [key for key in found if key.id == key_id][:1]
        return found[0] if len(found) == 1 else None


def _read(jwk: object) -> SigningKey | None:
    # A published private key proves nothing about the signer.
    if not isinstance(jwk, dict) or "d" in jwk or not _is_for_signatures(jwk):
        return None
    key_id, names = jwk.get("kid"), _algorithms_of(jwk)
    if not names or not isinstance(key_id, str | None):
        return None
    try:
        public_key = PyJWK(jwk, "EdDSA" if names[0] in _EDWARDS else names[0]).key
    except PyJWTError:
        return None
    return SigningKey(key_id, frozenset(names), public_key)


def _is_for_signatures(jwk: dict[str, Any]) -> bool:
    operations = jwk.get("key_ops", ["verify"])
    verify = isinstance(operations, list) and "verify" in operations
    return verify and jwk.get("use", "sig") == "sig"


def _algorithms_of(jwk: dict[str, Any]) -> tuple[str, ...]:
    """Return the algorithm that a key names, or all algorithms of its type."""
    kind, curve, named = jwk.get("kty"), jwk.get("crv"), jwk.get("alg")
    if not isinstance(kind, str) or not isinstance(curve, str | None):
        return ()
    fitting = _ALGORITHMS.get((kind, curve), ())
    return fitting if named is None else tuple(name for name in fitting if name == named)
