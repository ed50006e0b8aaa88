/** Queries on stored credentials. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { now } from "../../src/clock.ts";
import { TokenRepository } from "../../src/tokens/repository.ts";
import { UserRepository } from "../../src/users/repository.ts";
import { makeUser } from "../support/factories.ts";
import { recordedStatements } from "../support/queries.ts";
import { startService } from "../support/service.ts";
import { findAlive, makeToken } from "../support/tokens.ts";

test("a token is found with its owner in one query, by either key", async (t) => {
  const { resources } = await startService(t);
  const user = await makeUser(resources);
  const token = await makeToken(resources, user.id, { scopes: new Set(["b", "a"]) });
  const { database } = resources;
  const sent = await recordedStatements(async () => {
    const found = await findAlive(resources, token);
    assert.deepEqual(found?.user, user);
    assert.deepEqual(
      { ...found?.token },
      { ...token, lastUsedAt: undefined, revokedAt: undefined },
    );
  });
  assert.equal(sent.length, 1);
  const byFamily = await database.reader((reader) =>
    new TokenRepository(reader).findAlive("test", { familyId: token.familyId }, now()),
  );
  assert.equal(byFamily?.token.id, token.id);
});

test("no scopes are not the same as none", async (t) => {
  const { resources } = await startService(t);
  const user = await makeUser(resources);
  const none = await makeToken(resources, user.id, { scopes: new Set() });
  assert.deepEqual((await findAlive(resources, none))?.token.scopes, new Set());
  const whole = await makeToken(resources, user.id);
  assert.equal((await findAlive(resources, whole))?.token.scopes, undefined);
});

test("what has ended is not alive", async (t) => {
  const { resources } = await startService(t);
  const user = await makeUser(resources);
  const disabled = await makeUser(resources);
  const expired = await makeToken(resources, user.id, { expiresAt: new Date(now().getTime() - 1) });
  const revoked = await makeToken(resources, user.id, { revokedAt: now() });
  const orphaned = await makeToken(resources, disabled.id);
  const alive = await makeToken(resources, user.id, { expiresAt: undefined });
  await resources.database.transaction((transaction) =>
    new UserRepository(transaction).update(disabled.id, { isActive: false }),
  );
  for (const token of [expired, revoked, orphaned]) {
    assert.equal(await findAlive(resources, token), undefined);
  }
  assert.equal(await findAlive(resources, alive, "other"), undefined);
  assert.ok(await findAlive(resources, alive));
});
