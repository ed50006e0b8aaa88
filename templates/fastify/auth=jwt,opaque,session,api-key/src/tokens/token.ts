/** Stored credentials: random secrets of which only a digest is stored. */

import { hash, randomBytes } from "node:crypto";

const SECRET_BYTES = 32;

/**
 * A credential with a lifetime.
 *
 * Tokens of one sign-in share a `familyId`, and `signedInAt`, when that was. `digest` is 32 bytes;
 * the secret itself is nowhere. `scopes` are the permissions that it was issued with; undefined means
 * all of its owner's. Without `expiresAt` it lives until it is revoked.
 */
export interface Token {
  readonly id: string;
  readonly kind: string;
  readonly userId: string;
  readonly familyId: string;
  readonly digest: Buffer;
  readonly scopes?: ReadonlySet<string> | undefined;
  readonly createdAt: Date;
  readonly expiresAt: Date | undefined;
  readonly lastUsedAt?: Date | undefined;
  readonly revokedAt?: Date | undefined;
  readonly signedInAt?: Date | undefined;
  readonly clientAddress?: string | undefined;
}

/** Generates a URL-safe secret of 256 random bits (RFC 9700, 4.14). */
export const newSecret = (): string => randomBytes(SECRET_BYTES).toString("base64url");

/** Hashes a secret for storage. A fast hash is enough: 256 random bits cannot be guessed. */
export const digest = (secret: string): Buffer => hash("sha256", secret, "buffer");
