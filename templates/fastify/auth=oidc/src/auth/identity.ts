/** Identities at the provider. */

import type { User } from "../users/model.ts";

/**
 * A subject of an issuer, and its account; undefined after the account was deleted.
 *
 * Tokens issued until `endedAt` are revoked. The role of the account is that of a token issued at
 * `rolesAsOf`. If another user deleted the account, the subject is barred from a new one.
 */
export interface Identity {
  readonly id: string;
  readonly user: User | undefined;
  readonly endedAt: Date | undefined;
  readonly rolesAsOf: Date | undefined;
  readonly isBarred: boolean;
}

/** An identity that has an account. */
export type KnownIdentity = Identity & { readonly user: User };

export const hasAccount = (identity: Identity | undefined): identity is KnownIdentity =>
  identity?.user !== undefined;

/** Returns the session of the valid tokens: a new one each time that they are revoked. */
export const sessionIdOf = ({ id, endedAt }: Identity): string =>
  endedAt === undefined ? id : `${id} after ${endedAt.toISOString()}`;
