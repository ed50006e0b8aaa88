/** Listing and ending one's own sessions only. */

import assert from "node:assert/strict";
import { test } from "node:test";
import * as ownSessions from "../../src/auth/own-sessions.ts";
import { now } from "../../src/clock.ts";
import { newId } from "../../src/ids.ts";
import { revokeFamily } from "../../src/tokens/revocation.ts";
import { UserRepository } from "../../src/users/repository.ts";
import { ME_URL, problemOf } from "../support/accounts.ts";
import { audited } from "../support/audited.ts";
import type { Client } from "../support/client.ts";
import { startService } from "../support/service.ts";
import { signIn } from "../support/sign-in.ts";
import { signUp } from "../support/sign-up.ts";
import { travel } from "../support/time.ts";

const SESSIONS_URL = "/api/v1/auth/sessions";
const DAY = 86_400_000;

interface Session {
  readonly id: string;
  readonly created_at: string;
  readonly last_used_at: string;
  readonly expires_at: string;
  readonly client_address: string | null;
  readonly current: boolean;
}

const listed = async (client: Client): Promise<Session[]> => {
  const answer = await client.get(SESSIONS_URL, { query: { limit: "100" } });
  assert.equal(answer.statusCode, 200, answer.body);
  return answer.json<{ items: Session[] }>().items;
};

const currentOf = (sessions: readonly Session[], isCurrent: boolean): Session => {
  const [found, ...others] = sessions.filter(({ current }) => current === isCurrent);
  assert.ok(found !== undefined && others.length === 0);
  return found;
};

test("nobody sees or ends sessions", async (t) => {
  const { client } = await startService(t);
  assert.equal((await client.get(SESSIONS_URL)).statusCode, 401);
  assert.equal((await client.delete(`${SESSIONS_URL}/${newId()}`)).statusCode, 401);
});

test("the owner sees when and where each session began", async (t) => {
  const service = await startService(t);
  const { user, client } = await signUp(service);
  await signUp(service, "user", { user, address: "2001:db8::7" });
  const [other, own] = await listed(client);
  assert.deepEqual([own?.current, own?.client_address], [true, "192.0.2.1"]);
  assert.deepEqual([other?.current, other?.client_address], [false, "2001:db8::7"]);
  for (const session of [own, other]) {
    assert.ok(session);
    assert.deepEqual(Object.keys(session), [
      "id",
      "created_at",
      "last_used_at",
      "expires_at",
      "client_address",
      "current",
    ]);
    const { created_at: created, last_used_at: used, expires_at: expires } = session;
    assert.ok(Date.parse(created) <= Date.parse(used));
    assert.ok(Date.parse(used) < Date.parse(expires));
  }
});

test("sessions come in pages", async (t) => {
  const service = await startService(t);
  const { user, client } = await signUp(service);
  await signUp(service, "user", { user });
  const first = (await client.get(SESSIONS_URL, { query: { limit: "1" } })).json();
  const query = { limit: "1", cursor: first.next_cursor };
  const second = (await client.get(SESSIONS_URL, { query })).json();
  const items: Session[] = [...first.items, ...second.items];
  assert.deepEqual(
    items.map(({ current }) => current),
    [false, true],
  );
  assert.equal(second.next_cursor, null);
});

test("ending a session ends it at once and no other", async (t) => {
  const service = await startService(t);
  const { user, client } = await signUp(service);
  const other = await signUp(service, "user", { user });
  const { id } = currentOf(await listed(client), false);
  const url = `${SESSIONS_URL}/${id}`;
  assert.equal((await client.delete(url)).statusCode, 204);
  assert.equal((await other.client.get(ME_URL)).statusCode, 401);
  assert.equal((await client.delete(url)).statusCode, 404);
  assert.ok(currentOf(await listed(client), true));
  assert.ok((await audited(service.resources, user.id)).includes("auth.session.ended"));
});

test("the current session can be ended too", async (t) => {
  const { client } = await signUp(await startService(t));
  const { id } = currentOf(await listed(client), true);
  assert.equal((await client.delete(`${SESSIONS_URL}/${id}`)).statusCode, 204);
  assert.equal((await client.get(ME_URL)).statusCode, 401);
});

test("another account's session looks like a missing one", async (t) => {
  const service = await startService(t);
  const user = await signUp(service);
  const admin = await signUp(service, "admin");
  const { id } = currentOf(await listed(user.client), true);
  const foreign = await admin.client.delete(`${SESSIONS_URL}/${id}`);
  const missing = await admin.client.delete(`${SESSIONS_URL}/${newId()}`);
  assert.equal(foreign.statusCode, 404);
  assert.deepEqual(problemOf(foreign), problemOf(missing));
  assert.equal((await user.client.get(ME_URL)).statusCode, 200);
  assert.ok((await listed(admin.client)).every((session) => session.id !== id));
});

test("a caller whose session ends while it waits ends nothing", async (t) => {
  const service = await startService(t);
  const { user, client } = await signUp(service);
  const other = await signUp(service, "user", { user });
  const sessions = await listed(client);
  const own = currentOf(sessions, true);
  const kept = currentOf(sessions, false);
  const { ending } = await service.resources.database.transaction(async (transaction) => {
    await new UserRepository(transaction).lock(user.id);
    await revokeFamily(transaction, own.id, now());
    const waiting = client.delete(`${SESSIONS_URL}/${kept.id}`);
    // Until it is at the database, where it has to wait.
    await new Promise((resolve) => setTimeout(resolve, 300));
    return { ending: waiting };
  });
  assert.equal((await ending).statusCode, 401);
  assert.equal((await other.client.get(ME_URL)).statusCode, 200);
});

test("over the limit the oldest session ends", async (t) => {
  assert.equal(ownSessions.SESSIONS.most, 100);
  t.after(() => {
    ownSessions.SESSIONS.most = 100;
  });
  ownSessions.SESSIONS.most = 2;
  const service = await startService(t);
  const { user, client } = await signUp(service);
  const second = await signUp(service, "user", { user });
  const third = await signUp(service, "user", { user });
  assert.equal((await listed(third.client)).length, 2);
  const statuses = [];
  for (const caller of [client, second.client, third.client]) {
    statuses.push((await caller.get(ME_URL)).statusCode);
  }
  assert.deepEqual(statuses, [401, 200, 200]);
});

test("a session that has ended is not listed", async (t) => {
  const service = await startService(t);
  const { user, client } = await signUp(service);
  await signUp(service, "user", { user });
  assert.equal((await listed(client)).length, 2);
  travel(t, 31 * DAY);
  await signIn(service, client, user);
  assert.ok(currentOf(await listed(client), true));
});
