/** Queries on stored credentials. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { now } from "../../src/clock.ts";
import { newId } from "../../src/ids.ts";
import type { Resources } from "../../src/resources.ts";
import { TokenRepository } from "../../src/tokens/repository.ts";
import { digest, newSecret, type Token } from "../../src/tokens/token.ts";
import { UserRepository } from "../../src/users/repository.ts";
import { makeUser } from "../support/factories.ts";
import { recordedStatements } from "../support/queries.ts";
import { startService } from "../support/service.ts";

const HOUR = 3_600_000;

const store = async (
  resources: Resources,
  userId: string,
  given: Partial<Token> = {},
): Promise<Token> => {
  const at = now();
  const token: Token = {
    id: newId(),
    kind: "test",
    userId,
    familyId: newId(),
    digest: digest(newSecret()),
    createdAt: at,
    expiresAt: new Date(at.getTime() + HOUR),
    signedInAt: at,
    clientAddress: "2001:db8::1",
    ...given,
  };
  await resources.database.transaction((transaction) =>
    new TokenRepository(transaction).add(token),
  );
  return token;
};

const find = ({ database }: Resources, token: Token, kind = "test") =>
  database.reader((reader) =>
    new TokenRepository(reader).findAlive(kind, { digest: token.digest }, now()),
  );

test("a token is found with its owner in one query, by either key", async (t) => {
  const { resources } = await startService(t);
  const user = await makeUser(resources);
  const token = await store(resources, user.id, { scopes: new Set(["b", "a"]) });
  const { database } = resources;
  const sent = await recordedStatements(async () => {
    const found = await find(resources, token);
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
  const none = await store(resources, user.id, { scopes: new Set() });
  assert.deepEqual((await find(resources, none))?.token.scopes, new Set());
  const whole = await store(resources, user.id);
  assert.equal((await find(resources, whole))?.token.scopes, undefined);
});

test("what has ended is not alive", async (t) => {
  const { resources } = await startService(t);
  const { database } = resources;
  const user = await makeUser(resources);
  const disabled = await makeUser(resources);
  const expired = await store(resources, user.id, { expiresAt: new Date(now().getTime() - 1) });
  const revoked = await store(resources, user.id);
  const orphaned = await store(resources, disabled.id);
  const alive = await store(resources, user.id, { expiresAt: undefined });
  await database.transaction(async (transaction) => {
    assert.equal(
      await new TokenRepository(transaction).revokeFamily(revoked.familyId, now()),
      true,
    );
    assert.equal(
      await new TokenRepository(transaction).revokeFamily(revoked.familyId, now()),
      false,
    );
    await new UserRepository(transaction).update(disabled.id, { isActive: false });
  });
  for (const token of [expired, revoked, orphaned]) {
    assert.equal(await find(resources, token), undefined);
  }
  assert.equal(await find(resources, alive, "other"), undefined);
  assert.ok(await find(resources, alive));
  const repository = await database.reader(async (reader) => new TokenRepository(reader));
  assert.equal(await repository.isAlive(alive.familyId, now()), true);
  assert.equal(await repository.isAlive(revoked.familyId, now()), false);
});

test("of two concurrent uses of a token one wins", async (t) => {
  const { resources } = await startService(t);
  const user = await makeUser(resources);
  const token = await store(resources, user.id);
  const use = () =>
    resources.database.transaction((transaction) =>
      new TokenRepository(transaction).consume(token.id, now()),
    );
  const won = await Promise.all([use(), use(), use(), use()]);
  assert.equal(won.filter(Boolean).length, 1);
});

test("all tokens of an account end, except those that are kept", async (t) => {
  const { resources } = await startService(t);
  const user = await makeUser(resources);
  const other = await store(resources, (await makeUser(resources)).id);
  const kept = await store(resources, user.id);
  const ofKind = await store(resources, user.id, { kind: "kept" });
  const ended = await store(resources, user.id);
  await resources.database.transaction((transaction) =>
    new TokenRepository(transaction).revokeAll(user.id, now(), {
      family: kept.familyId,
      kind: "kept",
    }),
  );
  assert.equal(await find(resources, ended), undefined);
  assert.ok(await find(resources, kept));
  assert.ok(await find(resources, ofKind, "kept"));
  assert.ok(await find(resources, other));
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
  const ending = database.transaction((transaction) =>
    new TokenRepository(transaction).revokeAll(user.id, now()),
  );
  await new Promise((resolve) => setTimeout(resolve, 100));
  held.resolve();
  const token = await adding;
  await ending;
  assert.equal(await find(resources, token), undefined);
});
