/** The provider's signing keys, and the algorithms of each (RFC 7517, RFC 8725). */

import { createPublicKey, type JsonWebKey, type KeyObject } from "node:crypto";
import { isObject } from "./claims.ts";

// Asymmetric only: with HS256, the provider's public key would be the secret (RFC 8725, 2.1).
const RSA = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"];
const ALGORITHMS_OF: ReadonlyMap<string, readonly string[]> = new Map([
  ["RSA", RSA],
  ["EC P-256", ["ES256"]],
  ["EC P-384", ["ES384"]],
  ["EC P-521", ["ES512"]],
  // RFC 9864 renames EdDSA with this curve to Ed25519.
  ["OKP Ed25519", ["EdDSA", "Ed25519"]],
]);
export const ALGORITHMS: readonly string[] = [...ALGORITHMS_OF.values()].flat();
export const MAX_KEYS = 100;
// Shorter keys can be factored (RFC 7518, 3.3).
const MIN_RSA_BITS = 2048;

/** A public key; `id` is undefined if the provider gives it none. */
interface SigningKey {
  readonly id: string | undefined;
  readonly algorithms: readonly string[];
  readonly publicKey: KeyObject;
}

/** The keys of a provider. */
export class SigningKeys {
  readonly #keys: readonly SigningKey[];

  constructor(keys: readonly SigningKey[] = []) {
    this.#keys = keys;
  }

  /** Parses a key set, without the keys that this service cannot or must not use. */
  static fromJwks(keys: readonly unknown[]): SigningKeys {
    const read = keys.slice(0, MAX_KEYS).map(readKey);
    return new SigningKeys(read.filter((key) => key !== undefined));
  }

  get size(): number {
    return this.#keys.length;
  }

  /** Finds a key by id and algorithm. Without an id, it must be the only one. */
  find(keyId: string | undefined, algorithm: string): KeyObject | undefined {
    const fitting = this.#keys.filter((key) => key.algorithms.includes(algorithm));
    if (keyId !== undefined) {
      return fitting.find((key) => key.id === keyId)?.publicKey;
    }
    return fitting.length === 1 ? fitting[0]?.publicKey : undefined;
  }
}

const readKey = (jwk: unknown): SigningKey | undefined => {
  // A published private key proves nothing about the signer.
  if (!isObject(jwk) || Object.hasOwn(jwk, "d") || !isForSignatures(jwk)) {
    return undefined;
  }
  const id = jwk["kid"];
  const algorithms = algorithmsOf(jwk);
  const publicKey = algorithms.length === 0 ? undefined : publicKeyOf(jwk);
  if (publicKey === undefined || (id !== undefined && typeof id !== "string")) {
    return undefined;
  }
  return { id, algorithms, publicKey };
};

const publicKeyOf = (jwk: JsonWebKey): KeyObject | undefined => {
  try {
    const key = createPublicKey({ key: jwk, format: "jwk" });
    const bits = key.asymmetricKeyDetails?.modulusLength ?? MIN_RSA_BITS;
    return bits < MIN_RSA_BITS ? undefined : key;
  } catch {
    return undefined;
  }
};

const isForSignatures = ({
  use = "sig",
  key_ops: operations = ["verify"],
}: Readonly<Record<string, unknown>>): boolean =>
  use === "sig" && Array.isArray(operations) && operations.includes("verify");

/** Returns the algorithm that a key names, or all algorithms of its type. */
const algorithmsOf = ({ kty, crv, alg }: Readonly<Record<string, unknown>>): readonly string[] => {
  if (typeof kty !== "string" || (crv !== undefined && typeof crv !== "string")) {
    return [];
  }
  const fitting = ALGORITHMS_OF.get(crv === undefined ? kty : `${kty} ${crv}`) ?? [];
  return alg === undefined ? fitting : fitting.filter((name) => name === alg);
};
