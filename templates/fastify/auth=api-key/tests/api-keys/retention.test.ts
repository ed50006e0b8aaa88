/** Revoked keys. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiKeyRepository } from "../../src/api-keys/repository.ts";
import { purgeRevokedKeys } from "../../src/api-keys/retention.ts";
import { now } from "../../src/clock.ts";
import { makeUser } from "../support/factories.ts";
import { startService } from "../support/service.ts";
import { makeKey } from "../support/sign-in.ts";
import { signUp } from "../support/sign-up.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;

test("keys revoked a week ago are deleted and no others", async (t) => {
  const { resources } = await startService(t);
  const { database, settings } = resources;
  const user = await makeUser(resources);
  const at = now().getTime();
  const keys: string[] = [];
  for (const age of [30 * DAY, 7 * DAY + MINUTE, 7 * DAY - MINUTE, undefined]) {
    // Made to last: what is expired goes in any case.
    const { token } = await makeKey(resources, user, undefined, new Date(at + 365 * DAY));
    keys.push(token.id);
    if (age !== undefined) {
      await database.transaction((transaction) =>
        new ApiKeyRepository(transaction).revoke([token.id], new Date(at - age)),
      );
    }
  }
  const counts: number[] = [];
  for (let run = 0; run < 3; run++) {
    const purge = database.transaction((transaction) => purgeRevokedKeys(transaction, settings, 1));
    counts.push(await purge);
  }
  assert.deepEqual(counts, [1, 1, 0]);
  const left = await database.reader(async (reader) => {
    const repository = new ApiKeyRepository(reader);
    return await Promise.all(keys.map((id) => repository.find(id, user.id)));
  });
  assert.deepEqual(
    left.map((key) => key !== undefined),
    [false, false, true, true],
  );
});

test("an account keeps the last hundred revoked keys", async (t) => {
  const service = await startService(t);
  const { database } = service.resources;
  const { user, client } = await signUp(service);
  const at = now().getTime();
  const keys: string[] = [];
  for (let number = 0; number < 102; number++) {
    keys.push((await makeKey(service.resources, user)).token.id);
  }
  // The first one was revoked last.
  await database.transaction(async (transaction) => {
    for (const [age, id] of keys.entries()) {
      await new ApiKeyRepository(transaction).revoke([id], new Date(at - age * MINUTE));
    }
  });
  const json = { name: "next", scopes: ["account:write"] };
  assert.equal((await client.post("/api/v1/api-keys", { json })).statusCode, 201);
  const left = await database.reader(async (reader) => {
    const repository = new ApiKeyRepository(reader);
    return await Promise.all(keys.map((id) => repository.find(id, user.id)));
  });
  assert.deepEqual(
    left.map((key) => key !== undefined),
    keys.map((_, age) => age < 100),
  );
});
