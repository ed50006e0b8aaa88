/** A caller who loses a permission while waiting for a lock cannot use it any more. */

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { revokeAccess } from "../../src/auth/revocation.ts";
import { UserRepository } from "../../src/users/repository.ts";
import { makeUser } from "../support/factories.ts";
import { demote, type Loss, signOut, statusesAfter } from "../support/loss.ts";
import { auditEvents } from "../support/queries.ts";
import { startService } from "../support/service.ts";
import { signUp } from "../support/sign-up.ts";

const USERS = "/api/v1/users";

const disable: Loss = (transaction, userId) =>
  new UserRepository(transaction).update(userId, { isActive: false });

const remove: Loss = async (transaction, userId) => {
  await revokeAccess(transaction, userId);
  await new UserRepository(transaction).delete(userId);
};

/** Has an admin change accounts, and lose something meanwhile. */
const afterLoss = async (t: TestContext, loss: Loss) => {
  const service = await startService(t);
  const admin = await signUp(service, "admin");
  const other = await makeUser(service.resources);
  const statuses = await statusesAfter(t, service, admin, loss, [
    ["PATCH", `${USERS}/me`, { full_name: "New" }],
    ["PATCH", `${USERS}/${other.id}`, { is_active: false }],
    ["DELETE", `${USERS}/${other.id}`],
    ["DELETE", `${USERS}/${other.id}/sessions`],
  ]);
  return { statuses, resources: service.resources, user: admin.user };
};

test("a caller signed out meanwhile changes nothing", async (t) => {
  for (const [name, loss] of Object.entries({ disable, remove, signOut })) {
    const { statuses, resources, user } = await afterLoss(t, loss);
    assert.deepEqual(statuses, [401, 401, 401, 401], name);
    const refused = await auditEvents(resources, "auth.credential.refused", { actorId: user.id });
    assert.equal(refused.length, 1, name);
  }
});

test("a caller demoted meanwhile changes nothing", async (t) => {
  const { statuses, resources, user } = await afterLoss(t, demote);
  assert.deepEqual(statuses, [200, 403, 403, 403]);
  const denied = await auditEvents(resources, "access.denied", { actorId: user.id });
  assert.equal(denied.length, 1);
});
