/** Revokes keys together with the keys created with them, so a thief keeps none. */

import { record } from "../audit/trail.ts";
import { now } from "../clock.ts";
import type { Transaction } from "../database/session.ts";
import { UserRepository } from "../users/repository.ts";
import type { ApiKey } from "./model.ts";
import { ApiKeyRepository } from "./repository.ts";

/**
 * Finds keys and their descendants that are not revoked.
 *
 * Locks their owners and `accountIds`, so that no further key is created with any of them.
 */
export const lockLineage = async (
  transaction: Transaction,
  keyIds: readonly string[],
  ...accountIds: readonly string[]
): Promise<readonly ApiKey[]> => {
  const locked = new Set<string>();
  for (;;) {
    const lineage = await findLineage(transaction, keyIds);
    const owners = new Set([...lineage.map(({ token }) => token.userId), ...accountIds]);
    const missing = owners.difference(locked);
    if (missing.size === 0) {
      return lineage;
    }
    // Keys may have been created before the locks were acquired, so read them again.
    await new UserRepository(transaction).lockAll(missing);
    for (const owner of missing) {
      locked.add(owner);
    }
  }
};

/** Revokes the keys that `lockLineage` found. */
export const endKeys = async (
  transaction: Transaction,
  keys: readonly ApiKey[],
  actorId: string | undefined,
): Promise<void> => {
  const ids = keys.map(({ token }) => token.id);
  await new ApiKeyRepository(transaction).revoke(ids, now());
  for (const { token } of keys) {
    const details = { id: token.id };
    await record(transaction, "api_key.revoked", { actorId, subjectId: token.userId, details });
  }
};

/** Finds keys and their descendants that are not revoked, without locking anything. */
export const findLineage = async (
  transaction: Transaction,
  keyIds: readonly string[],
): Promise<readonly ApiKey[]> => {
  const keys = new ApiKeyRepository(transaction);
  const lineage: ApiKey[] = [];
  let generation = await keys.unrevoked(keyIds);
  while (generation.length > 0) {
    lineage.push(...generation);
    generation = await keys.madeWith(generation.map(({ token }) => token.id));
  }
  return lineage;
};
