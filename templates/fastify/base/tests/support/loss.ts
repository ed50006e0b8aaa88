/** Requests that wait for a lock while their caller loses something. */

import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { setTimeout } from "node:timers/promises";
import { revokeAccess } from "../../src/auth/revocation.ts";
import { Database } from "../../src/database/database.ts";
import type { Transaction } from "../../src/database/session.ts";
import { UserRepository } from "../../src/users/repository.ts";
import type { Service } from "./service.ts";
import type { Caller } from "./sign-up.ts";

export type Loss = (transaction: Transaction, userId: string) => Promise<unknown>;

/** A request: method, path and body. */
export type Change = readonly ["POST" | "PATCH" | "DELETE", string, object?];

export const demote: Loss = (transaction, userId) =>
  new UserRepository(transaction).update(userId, { role: "user" });

export const signOut: Loss = (transaction, userId) => revokeAccess(transaction, userId);

/** Lets a caller lose something while these requests wait for its row; returns their statuses. */
export const statusesAfter = async (
  t: TestContext,
  { resources }: Service,
  { user, client }: Caller,
  loss: Loss,
  changes: readonly Change[],
): Promise<number[]> => {
  const entered = Promise.withResolvers<void>();
  const { attempts } = await resources.database.transaction(async (transaction) => {
    await new UserRepository(transaction).lock(user.id);
    // Each has been authenticated when it begins to change something.
    const { transaction: begin } = Database.prototype;
    let letIn = 0;
    t.mock.method(Database.prototype, "transaction", function (this: Database, work: never) {
      letIn += 1;
      if (letIn === changes.length) {
        entered.resolve();
      }
      return begin.call(this, work);
    });
    let done = 0;
    const waiting = changes.map(async ([method, url, json]) => {
      const { statusCode } = await client.request(method, url, { json });
      done += 1;
      return statusCode;
    });
    await entered.promise;
    // Until they are at the database, where they have to wait.
    await setTimeout(200);
    assert.equal(done, 0);
    await loss(transaction, user.id);
    return { attempts: Promise.all(waiting) };
  });
  const statuses = await attempts;
  t.mock.restoreAll();
  return statuses;
};
