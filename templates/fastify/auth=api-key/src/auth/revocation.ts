/** Revokes the credentials of an account, and checks whether the caller's is revoked. */

import { works } from "../api-keys/model.ts";
import { ApiKeyRepository } from "../api-keys/repository.ts";
import { endKeys, findLineage, lockLineage } from "../api-keys/revocation.ts";
import { now } from "../clock.ts";
import type { Transaction } from "../database/session.ts";
import type { User } from "../users/model.ts";
import { UserRepository } from "../users/repository.ts";
import type { Principal } from "./principal.ts";

/**
 * Locks an account before its access ends, those that lose keys with it, and others.
 *
 * Locked later, one of them could wait for somebody who waits for this account.
 */
export const lockAccounts = async (
  transaction: Transaction,
  userId: string,
  others: readonly string[],
): Promise<ReadonlyMap<string, User>> => {
  const keyIds = await new ApiKeyRepository(transaction).idsOf(userId);
  const owners = (await findLineage(transaction, keyIds)).map(({ token }) => token.userId);
  return new UserRepository(transaction).lockAll([userId, ...owners, ...others]);
};

/** Revokes every key of an account, and the keys created with them. `by` is who does it. */
export const revokeAccess = async (
  transaction: Transaction,
  userId: string,
  { by }: { readonly by?: string } = {},
): Promise<void> => {
  const keyIds = await new ApiKeyRepository(transaction).idsOf(userId);
  await endKeys(transaction, await lockLineage(transaction, keyIds, userId), by);
};

/** Returns whether the caller's key is revoked or has lost scopes; the account is locked. */
export const hasEnded = async (
  transaction: Transaction,
  principal: Principal,
): Promise<boolean> => {
  const keys = new ApiKeyRepository(transaction);
  const key = await keys.find(principal.sessionId, principal.user.id);
  if (key === undefined || !works(key, now())) {
    return true;
  }
  const { scopes = new Set() } = key.token;
  return scopes.symmetricDifference(principal.scopes ?? new Set()).size > 0;
};
