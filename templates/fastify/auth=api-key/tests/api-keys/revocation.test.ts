/** How keys end: for whom, by whom, and concurrently. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiKeyRepository } from "../../src/api-keys/repository.ts";
import { ALL_PERMISSIONS } from "../../src/auth/permissions.ts";
import { Principal } from "../../src/auth/principal.ts";
import { hasEnded } from "../../src/auth/revocation.ts";
import { now } from "../../src/clock.ts";
import type { User } from "../../src/users/model.ts";
import { UserRepository } from "../../src/users/repository.ts";
import { auditEvents, recordedStatements } from "../support/queries.ts";
import { startService } from "../support/service.ts";
import { KEY_HEADER, makeKey } from "../support/sign-in.ts";
import { type Caller, signUp } from "../support/sign-up.ts";

const KEYS = "/api/v1/api-keys";
const ME = "/api/v1/users/me";
const USERS = "/api/v1/users";

const deletion = async ({ client }: Caller, { id }: User): Promise<void> => {
  assert.equal((await client.delete(`${USERS}/${id}`)).statusCode, 204);
};

const disabling = async ({ client }: Caller, { id }: User): Promise<void> => {
  const json = { is_active: false };
  assert.equal((await client.patch(`${USERS}/${id}`, { json })).statusCode, 200);
};

const signOut = async ({ client }: Caller, { id }: User): Promise<void> => {
  assert.equal((await client.delete(`${USERS}/${id}/sessions`)).statusCode, 204);
};

const ENDS = [deletion, disabling, signOut];

test("a narrowed key no longer counts as what it was", async (t) => {
  const service = await startService(t);
  const { user } = await signUp(service);
  const { token } = await makeKey(service.resources, user, ["account:write"]);
  const principal = new Principal({ user, sessionId: token.id, scopes: token.scopes });
  const wider = new Principal({ ...principal, scopes: new Set(ALL_PERMISSIONS) });
  await service.resources.database.transaction(async (transaction) => {
    assert.equal(await hasEnded(transaction, principal), false);
    assert.equal(await hasEnded(transaction, wider), true);
  });
});

test("the end of an account's keys names who caused it", async (t) => {
  const service = await startService(t);
  const admin = await signUp(service, "admin");
  for (const end of ENDS) {
    const { user } = await signUp(service);
    await end(admin, user);
    const events = await auditEvents(service.resources, "api_key.revoked", { subjectId: user.id });
    assert.deepEqual(
      events.map(({ actorId }) => actorId),
      [admin.user.id],
      end.name,
    );
  }
});

test("the end of an account's keys is that of the keys created with them", async (t) => {
  const service = await startService(t);
  const admin = await signUp(service, "admin");
  const { user, client } = await signUp(service);
  for (const end of ENDS) {
    const thief = await signUp(service, "admin");
    const json = { name: "gift", scopes: ["account:write"], user_id: user.id };
    const { key } = (await thief.client.post(KEYS, { json })).json();
    const headers = { [KEY_HEADER]: key };
    assert.equal((await service.client.get(ME, { headers })).statusCode, 200);
    await end(admin, thief.user);
    assert.equal((await service.client.get(ME, { headers })).statusCode, 401, end.name);
  }
  assert.equal((await client.get(ME)).statusCode, 200);
});

test("revoked keys add nothing to the end of an account's access", async (t) => {
  const service = await startService(t);
  const { database } = service.resources;
  const admin = await signUp(service, "admin");
  for (const end of ENDS) {
    const { user } = await signUp(service);
    const other = await signUp(service);
    const keys: string[] = [];
    for (let number = 0; number < 100; number++) {
      keys.push((await makeKey(service.resources, other.user)).token.id);
    }
    await database.transaction((transaction) =>
      new ApiKeyRepository(transaction).revoke(keys, now()),
    );
    const sizes: number[][] = [];
    for (const account of [user, other.user]) {
      const sent = await recordedStatements(() => end(admin, account));
      sizes.push(sent.map((statement) => statement.length));
    }
    assert.deepEqual(sizes[0], sizes[1], end.name);
  }
});

test("the end of an account's keys waits while it keeps nobody waiting", async (t) => {
  const service = await startService(t);
  const admin = await signUp(service, "admin");
  for (const end of ENDS) {
    const { user } = await signUp(service);
    const thief = await signUp(service, "admin");
    const gift = { name: "gift", scopes: ["account:write"], user_id: user.id };
    assert.equal((await thief.client.post(KEYS, { json: gift })).statusCode, 201);
    const { attempt } = await service.resources.database.transaction(async (transaction) => {
      // As one who makes another key does: the older account first.
      const users = new UserRepository(transaction);
      await users.lock(user.id);
      const waiting = end(admin, thief.user);
      // Until it is at the database, where it has to wait.
      await new Promise((resolve) => setTimeout(resolve, 300));
      await users.lock(thief.user.id);
      return { attempt: waiting };
    });
    await attempt;
  }
});

test("two admins who revoke each other's keys do not wait for each other", async (t) => {
  const service = await startService(t);
  const { resources } = service;
  const one = await signUp(service, "admin");
  const two = await signUp(service, "admin");
  const ofOne = await makeKey(resources, one.user, ["users:read"]);
  const ofTwo = await makeKey(resources, two.user, ["users:read"]);
  const { attempts } = await resources.database.transaction(async (transaction) => {
    await new UserRepository(transaction).lockAll([one.user.id, two.user.id]);
    const waiting = [
      one.client.delete(`${KEYS}/${ofTwo.token.id}`),
      two.client.delete(`${KEYS}/${ofOne.token.id}`),
    ];
    // Until they are at the database, where they have to wait.
    await new Promise((resolve) => setTimeout(resolve, 300));
    return { attempts: Promise.all(waiting) };
  });
  assert.deepEqual(
    (await attempts).map(({ statusCode }) => statusCode),
    [204, 204],
  );
});
