/** Tokens end, also those that are added meanwhile. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { now } from "../../src/clock.ts";
import { newId } from "../../src/ids.ts";
import { TokenRepository } from "../../src/tokens/repository.ts";
import { revokeAll, revokeFamily } from "../../src/tokens/revocation.ts";
import { digest, newSecret, type Token } from "../../src/tokens/token.ts";
import { UserRepository } from "../../src/users/repository.ts";
import { makeUser } from "../support/factories.ts";
import { startService } from "../support/service.ts";
import { findAlive, makeToken } from "../support/tokens.ts";

const HOUR = 3_600_000;

test("a family ends once", async (t) => {
  const { resources } = await startService(t);
  const { database } = resources;
  const user = await makeUser(resources);
  const revoked = await makeToken(resources, user.id);
  const alive = await makeToken(resources, user.id, { expiresAt: undefined });
  await database.transaction(async (transaction) => {
    assert.equal(await revokeFamily(transaction, revoked.familyId, now()), true);
    assert.equal(await revokeFamily(transaction, revoked.familyId, now()), false);
  });
  assert.equal(await findAlive(resources, revoked), undefined);
  assert.ok(await findAlive(resources, alive));
});

test("all tokens of an account end, except those that are kept", async (t) => {
  const { resources } = await startService(t);
  const user = await makeUser(resources);
  const other = await makeToken(resources, (await makeUser(resources)).id);
  const kept = await makeToken(resources, user.id);
  const ofKind = await makeToken(resources, user.id, { kind: "kept" });
  const ended = await makeToken(resources, user.id);
  await resources.database.transaction((transaction) =>
    revokeAll(transaction, user.id, now(), { family: kept.familyId, kind: "kept" }),
  );
  assert.equal(await findAlive(resources, ended), undefined);
  assert.ok(await findAlive(resources, kept));
  assert.ok(await findAlive(resources, ofKind, "kept"));
  assert.ok(await findAlive(resources, other));
});

test("a token that is added meanwhile does not survive the end of all", async (t) => {
  const { resources } = await startService(t);
  const { database } = resources;
  const user = await makeUser(resources);
  const held = Promise.withResolvers<void>();
  const locked = Promise.withResolvers<void>();
  const adding = database.transaction(async (transaction) => {
    await new UserRepository(transaction).lock(user.id);
    locked.resolve();
    await held.promise;
    const at = now();
    const token: Token = {
      id: newId(),
      kind: "test",
      userId: user.id,
      familyId: newId(),
      digest: digest(newSecret()),
      createdAt: at,
      expiresAt: new Date(at.getTime() + HOUR),
    };
    await new TokenRepository(transaction).add(token);
    return token;
  });
  await locked.promise;
  const ending = database.transaction((transaction) => revokeAll(transaction, user.id, now()));
  await new Promise((resolve) => setTimeout(resolve, 100));
  held.resolve();
  const token = await adding;
  await ending;
  assert.equal(await findAlive(resources, token), undefined);
});
