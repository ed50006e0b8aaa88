/** Revokes the credentials of an account, and checks whether the caller's is revoked. */

import { works } from "../api-keys/model.ts";
import { ApiKeyRepository } from "../api-keys/repository.ts";
import { endKeys, lockLineage } from "../api-keys/revocation.ts";
import { now } from "../clock.ts";
import type { Transaction } from "../database/session.ts";
import type { Principal } from "./principal.ts";

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
