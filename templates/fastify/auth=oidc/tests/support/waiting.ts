/** Requests that wait for the lock of an account. */

import type { TestContext } from "node:test";
import { setTimeout } from "node:timers/promises";
import type { Transaction } from "../../src/database/session.ts";
import { UserRepository } from "../../src/users/repository.ts";
import type { Answer } from "./client.ts";
import type { Service } from "./service.ts";

/** Does something to an account that these calls wait for, one behind the other; returns their statuses. */
export const statusesBehind = async (
  t: TestContext,
  { resources }: Service,
  userId: string,
  calls: readonly (() => Promise<Answer>)[],
  work: (transaction: Transaction) => Promise<void> = () => Promise.resolve(),
): Promise<number[]> => {
  const { database } = resources;
  const { waiting } = await database.transaction(async (transaction) => {
    await new UserRepository(transaction).lock(userId);
    const begun = t.mock.method(database, "transaction");
    const waiting: Promise<Answer>[] = [];
    for (const call of calls) {
      waiting.push(call());
      while (begun.mock.callCount() < waiting.length) {
        await setTimeout(5);
      }
      // Until it is at the database, where it has to wait.
      await setTimeout(100);
    }
    begun.mock.restore();
    await work(transaction);
    return { waiting };
  });
  return (await Promise.all(waiting)).map(({ statusCode }) => statusCode);
};
