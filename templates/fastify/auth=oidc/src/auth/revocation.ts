/** Revokes the credentials of an account, and checks whether the caller's is revoked. */

import { now } from "../clock.ts";
import type { Transaction } from "../database/session.ts";
import { IdentityRepository } from "./identities.ts";
import { sessionIdOf } from "./identity.ts";
import type { Principal } from "./principal.ts";

/**
 * Revokes every token that the provider has issued for an account so far.
 *
 * An account deleted by another user is not created again; one deleted by its owner may be. While
 * the account remains, it makes no difference who revoked.
 */
export const revokeAccess = async (
  transaction: Transaction,
  userId: string,
  { by }: { readonly by?: string } = {},
): Promise<void> => {
  const isBarred = by !== undefined && by !== userId;
  await new IdentityRepository(transaction).end(userId, now(), { isBarred });
};

/** Returns whether the caller's token is revoked; the account is locked. */
export const hasEnded = async (
  transaction: Transaction,
  { user, sessionId }: Principal,
): Promise<boolean> => {
  const identity = await new IdentityRepository(transaction).findByUser(user);
  return identity === undefined || sessionIdOf(identity) !== sessionId;
};
