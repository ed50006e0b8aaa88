/** Tokens that are found by their secret, and used once. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { now } from "../../src/clock.ts";
import { consumeToken, findToken } from "../../src/tokens/redemption.ts";
import { makeUser } from "../support/factories.ts";
import { startService } from "../support/service.ts";
import { makeToken } from "../support/tokens.ts";

test("of two concurrent uses of a token one wins", async (t) => {
  const { resources } = await startService(t);
  const user = await makeUser(resources);
  const token = await makeToken(resources, user.id);
  const use = () =>
    resources.database.transaction((transaction) => consumeToken(transaction, token.id, now()));
  const won = await Promise.all([use(), use(), use(), use()]);
  assert.equal(won.filter(Boolean).length, 1);
});

test("a token is found by any of the digests, by its own kind, and also when it is used", async (t) => {
  const { resources } = await startService(t);
  const { database } = resources;
  const user = await makeUser(resources);
  const token = await makeToken(resources, user.id);
  const other = Buffer.alloc(token.digest.length);
  const find = (kind: string, ...digests: readonly Buffer[]) =>
    database.reader((reader) => findToken(reader, kind, digests));
  assert.equal((await find("test", other, token.digest))?.id, token.id);
  assert.equal(await find("test", other), undefined);
  assert.equal(await find("other", token.digest), undefined);
  const at = now();
  await database.transaction((transaction) => consumeToken(transaction, token.id, at));
  const used = await find("test", token.digest);
  assert.deepEqual([used?.lastUsedAt, used?.revokedAt], [at, at]);
});
