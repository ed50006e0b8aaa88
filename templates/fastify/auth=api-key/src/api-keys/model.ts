/** An API key: a stored token of its own kind, with a name. */

import type { Token } from "../tokens/token.ts";

export const KIND = "api_key";

/**
 * A stored key: `token` holds a keyed hash of the secret; the secret itself is not stored.
 *
 * `parentId` is the key that created it and is revoked with it; undefined for a key from
 * `create-admin`.
 */
export interface ApiKey {
  readonly token: Token;
  readonly name: string;
  readonly parentId: string | undefined;
}

/** A new key. `text` is what its holder sends; it cannot be retrieved again. */
export interface IssuedApiKey extends ApiKey {
  readonly text: string;
}

/** Returns whether a key can be used. */
export const works = ({ token }: ApiKey, at: Date): boolean =>
  token.revokedAt === undefined && (token.expiresAt === undefined || at < token.expiresAt);
