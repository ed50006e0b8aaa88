/** A caller who loses a permission while waiting for a lock cannot use it any more. */

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { revokeAccess } from "../../src/auth/revocation.ts";
import { Database } from "../../src/database/database.ts";
import type { Transaction } from "../../src/database/session.ts";
import { UserRepository } from "../../src/users/repository.ts";
import { makeUser } from "../support/factories.ts";
import { auditEvents } from "../support/queries.ts";
import { startService } from "../support/service.ts";
import { signUp } from "../support/sign-up.ts";

type Loss = (transaction: Transaction, userId: string) => Promise<unknown>;

const disable: Loss = (transaction, userId) =>
  new UserRepository(transaction).update(userId, { isActive: false });

const demote: Loss = (transaction, userId) =>
  new UserRepository(transaction).update(userId, { role: "user" });

const remove: Loss = async (transaction, userId) => {
  await revokeAccess(transaction, userId);
  await new UserRepository(transaction).delete(userId);
};

const signOut: Loss = (transaction, userId) => revokeAccess(transaction, userId);

/** Lets an admin lose something while these requests wait for its row; returns their statuses. */
const statusesAfter = async (t: TestContext, loss: Loss) => {
  const service = await startService(t);
  const { resources } = service;
  const { user, client } = await signUp(service, "admin");
  const other = await makeUser(resources);
  const changes = [
    ["PATCH", "/api/v1/users/me", { full_name: "New" }],
    ["POST", "/api/v1/notes", { title: "New" }],
    ["PATCH", `/api/v1/users/${other.id}`, { is_active: false }],
    ["DELETE", `/api/v1/users/${other.id}`, undefined],
    ["DELETE", `/api/v1/users/${other.id}/sessions`, undefined],
  ] as const;
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
    const waiting = changes.map(([method, url, json]) => client.request(method, url, { json }));
    await entered.promise;
    // Until they are at the database, where they have to wait.
    await new Promise((resolve) => setTimeout(resolve, 200));
    await loss(transaction, user.id);
    return { attempts: Promise.all(waiting) };
  });
  const statuses = (await attempts).map(({ statusCode }) => statusCode);
  t.mock.restoreAll();
  return { statuses, resources, user };
};

test("a caller signed out meanwhile changes nothing", async (t) => {
  for (const [name, loss] of Object.entries({ disable, remove, signOut })) {
    const { statuses, resources, user } = await statusesAfter(t, loss);
    assert.deepEqual(statuses, [401, 401, 401, 401, 401], name);
    const refused = await auditEvents(resources, "auth.credential.refused", { actorId: user.id });
    assert.equal(refused.length, 1, name);
  }
});

test("a caller demoted meanwhile changes nothing", async (t) => {
  const { statuses, resources, user } = await statusesAfter(t, demote);
  assert.deepEqual(statuses, [200, 201, 403, 403, 403]);
  const denied = await auditEvents(resources, "access.denied", { actorId: user.id });
  assert.equal(denied.length, 1);
});
