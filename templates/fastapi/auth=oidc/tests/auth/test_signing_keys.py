"""Signing keys of every kind that providers have, as they publish them."""

import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed448 import Ed448PrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm
from jwt.warnings import InsecureKeyLengthWarning

from app.auth.signing_keys import MAX_KEYS, SigningKeys
from tests.support.provider import Provider, signed
from tests.support.service import Service

ME = "/api/v1/users/me"
RSA = generate_private_key(65537, 2048)
RSA_JWK = RSAAlgorithm.to_jwk(RSA.public_key(), as_dict=True)
CURVES = {curve.name: ec.generate_private_key(curve) for curve in (ec.SECP256R1(), ec.SECP384R1())}
ED25519 = Ed25519PrivateKey.generate()
ED25519_JWK = OKPAlgorithm.to_jwk(ED25519.public_key(), as_dict=True)


async def status(service: Service, token: str) -> int:
    headers = {"Authorization": f"Bearer {token}"}
    return (await service.client.get(ME, headers=headers)).status_code


def token_of(provider: Provider, key: Any, algorithm: str, **headers: Any) -> str:
    """Sign an access token with a key of the test's own."""
    payload = json.dumps(provider.claims("a")).encode()
    return signed(payload, key, algorithm, **{"typ": "at+jwt", "kid": "own", **headers})


def ec_jwk(curve: str) -> dict[str, Any]:
    return ECAlgorithm.to_jwk(CURVES[curve].public_key(), as_dict=True)


@pytest.mark.parametrize(
    ("key", "jwk", "algorithm"),
    [
        *((RSA, RSA_JWK, name) for name in ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512")),
        (RSA, {**RSA_JWK, "alg": "PS256"}, "PS256"),
        (CURVES["secp256r1"], ec_jwk("secp256r1"), "ES256"),
        (CURVES["secp384r1"], ec_jwk("secp384r1"), "ES384"),
        (ED25519, ED25519_JWK, "EdDSA"),
        (ED25519, ED25519_JWK, "Ed25519"),
        (ED25519, {**ED25519_JWK, "alg": "Ed25519"}, "Ed25519"),
        (ED25519, {**ED25519_JWK, "alg": "EdDSA"}, "EdDSA"),
    ],
)
async def test_a_key_serves_the_algorithms_of_its_type(
    trusting: Service, provider: Provider, key: Any, jwk: dict[str, Any], algorithm: str
) -> None:
    provider.publish(keys=[{**jwk, "kid": "own"}])
    assert await status(trusting, token_of(provider, key, algorithm)) == 200


@pytest.mark.parametrize(
    ("key", "jwk", "algorithm"),
    [
        (RSA, {**RSA_JWK, "alg": "RS256"}, "PS256"),
        (RSA, {**RSA_JWK, "alg": "RS512"}, "RS256"),
        (CURVES["secp256r1"], {**ec_jwk("secp256r1"), "alg": "ES384"}, "ES256"),
        (CURVES["secp256r1"], {**ec_jwk("secp256r1"), "crv": "P-384"}, "ES256"),
        (ED25519, {**ED25519_JWK, "alg": "EdDSA"}, "Ed25519"),
        (RSA, {**RSA_JWK, "kty": "oct", "k": "c2VjcmV0"}, "RS256"),
    ],
)
async def test_a_key_serves_no_other_algorithm(
    trusting: Service, provider: Provider, key: Any, jwk: dict[str, Any], algorithm: str
) -> None:
    provider.publish(keys=[{**jwk, "kid": "own"}, *provider.public_keys()])
    assert await status(trusting, provider.token("a")) == 200
    assert await status(trusting, token_of(provider, key, algorithm)) == 401


async def test_without_a_key_id_the_only_key_of_the_algorithm_counts(
    trusting: Service, provider: Provider
) -> None:
    provider.publish(keys=[RSA_JWK, {**ED25519_JWK, "kid": "own"}])
    for key, algorithm in ((RSA, "RS256"), (RSA, "PS256"), (ED25519, "EdDSA")):
        token = token_of(provider, key, algorithm, kid=None)
        assert await status(trusting, token) == 200
    forged = token_of(provider, generate_private_key(65537, 2048), "RS256", kid=None)
    assert await status(trusting, forged) == 401


async def test_without_a_key_id_two_keys_are_ambiguous(
    trusting: Service, provider: Provider
) -> None:
    provider.publish(keys=[RSA_JWK, *provider.public_keys()])
    assert await status(trusting, provider.token("a")) == 200
    assert await status(trusting, token_of(provider, RSA, "RS256", kid=None)) == 401
    assert await status(trusting, provider.token("a", {"kid": None})) == 401
    assert await status(trusting, token_of(provider, RSA, "PS256", kid=None)) == 200


async def test_a_short_key_proves_nothing(trusting: Service, provider: Provider) -> None:
    weak = generate_private_key(65537, 1024)  # noqa: S505
    jwk = RSAAlgorithm.to_jwk(weak.public_key(), as_dict=True)
    provider.publish(keys=[{**jwk, "kid": "own"}])
    with pytest.warns(InsecureKeyLengthWarning):
        token = token_of(provider, weak, "RS256")
    assert await status(trusting, token) == 401


def test_an_odd_key_does_not_take_the_others_with_it() -> None:
    odd: list[object] = [
        None,
        [],
        {},
        {"kty": None},
        {"kty": "RSA", "n": None, "e": "AQAB"},
        {"kty": "RSA", "n": "AQAB", "e": {}},
        {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"},
        {"kty": "OKP", "crv": "Ed25519", "x": 7},
        OKPAlgorithm.to_jwk(Ed448PrivateKey.generate().public_key(), as_dict=True),
        OKPAlgorithm.to_jwk(ED25519, as_dict=True),
    ]
    keys = SigningKeys.from_jwks([*odd, {**RSA_JWK, "kid": "own"}])
    assert len(keys) == 1
    assert keys.find("own", "RS256") is not None
    assert len(SigningKeys.from_jwks([RSA_JWK] * (MAX_KEYS + 1))) == MAX_KEYS
