/** Signatures of tokens (RFC 7515), made without the library that verifies them. */

import {
  constants,
  createHmac,
  generateKeyPairSync,
  type JsonWebKey,
  type KeyObject,
  sign as signBytes,
} from "node:crypto";

export type Fields = Readonly<Record<string, unknown>>;

/** Signs any bytes with any key. A header that is undefined is left out. */
export const signed = (
  payload: Buffer | Fields,
  key: KeyObject,
  algorithm: string,
  headers: Fields = {},
): string => {
  const body = Buffer.isBuffer(payload) ? payload : bytesOf(payload);
  const head = `${encode(bytesOf({ alg: algorithm, ...headers }))}.${encode(body)}`;
  return `${head}.${encode(signatureOf(Buffer.from(head), key, algorithm))}`;
};

/** Puts a token together by hand, as an attacker does. */
export const unsigned = (
  claims: Fields,
  headers: Fields,
  signature: Buffer = Buffer.alloc(0),
): string => [bytesOf(headers), bytesOf(claims), signature].map(encode).join(".");

/** Signs with a public key as the secret: a verifier that trusts `alg` would accept it. */
export const signedWithHmac = (claims: Fields, headers: Fields, secret: string): string => {
  const head = unsigned(claims, { ...headers, alg: "HS256" }).replace(/\.$/, "");
  return `${head}.${encode(createHmac("sha256", secret).update(head).digest())}`;
};

/** Makes a key pair for RS256 and its like. */
export const makeRsaKey = (modulusLength = 2048): KeyObject =>
  generateKeyPairSync("rsa", { modulusLength }).privateKey;

export const encode = (bytes: Buffer): string => bytes.toString("base64url");

/** Returns the public half of a key as providers publish it. */
export const jwkOf = (publicKey: KeyObject): JsonWebKey => publicKey.export({ format: "jwk" });

const bytesOf = (fields: Fields): Buffer => Buffer.from(JSON.stringify(fields));

const signatureOf = (input: Buffer, key: KeyObject, algorithm: string): Buffer => {
  const hash = `sha${algorithm.slice(2)}`;
  switch (algorithm.slice(0, 2)) {
    case "PS":
      return signBytes(hash, input, {
        key,
        padding: constants.RSA_PKCS1_PSS_PADDING,
        saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
      });
    case "ES":
      return signBytes(hash, input, { key, dsaEncoding: "ieee-p1363" });
    case "RS":
      return signBytes(hash, input, key);
    default:
      return signBytes(null, input, key);
  }
};
