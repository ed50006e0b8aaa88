/** Locks accounts before the access to one of them ends. */

import { ApiKeyRepository } from "../api-keys/repository.ts";
import { findLineage } from "../api-keys/revocation.ts";
import type { Transaction } from "../database/session.ts";
import type { User } from "../users/model.ts";
import { UserRepository } from "../users/repository.ts";

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
