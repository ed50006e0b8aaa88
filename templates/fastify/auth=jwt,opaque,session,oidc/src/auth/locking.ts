/** Locks accounts before the access to one of them ends. */

import type { Transaction } from "../database/session.ts";
import type { User } from "../users/model.ts";
import { UserRepository } from "../users/repository.ts";

/** Locks an account before its access ends, and others, in an order that cannot deadlock. */
export const lockAccounts = (
  transaction: Transaction,
  userId: string,
  others: readonly string[],
): Promise<ReadonlyMap<string, User>> =>
  new UserRepository(transaction).lockAll([userId, ...others]);
