/** The export of accounts: what it says, and that it never holds them all. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { type TestContext, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { revokeAccess } from "../../src/auth/revocation.ts";
import type { Transaction } from "../../src/database/session.ts";
import { newId } from "../../src/ids.ts";
import { Stopping } from "../../src/server.ts";
import { BOUNDS } from "../../src/users/export.ts";
import { UserRepository } from "../../src/users/repository.ts";
import { makeUser } from "../support/factories.ts";
import { leave, letGo } from "../support/leaving.ts";
import { problemOf } from "../support/problems.ts";
import { addUsers, auditEvents } from "../support/queries.ts";
import { type Service, startService } from "../support/service.ts";
import { type Caller, signUp } from "../support/sign-up.ts";

const EXPORT = "/api/v1/users/export";
const USUAL = { ...BOUNDS };
const ONE_CONNECTION = {
  DATABASE_POOL_SIZE: "1",
  DATABASE_MAX_OVERFLOW: "0",
  DATABASE_POOL_TIMEOUT: "1",
};

/** Changes what bounds exports until the test ends. */
const bound = (t: TestContext, changes: Partial<typeof BOUNDS>): void => {
  Object.assign(BOUNDS, changes);
  t.after(() => Object.assign(BOUNDS, USUAL));
};

/**
 * Makes an export far longer than the buffers of a connection.
 *
 * It has an end: an export that nothing cuts off fails its test, and does not run for ever.
 */
const makeLong = (t: TestContext, caller: Caller) => {
  const user = { ...caller.user, id: newId(), fullName: "x".repeat(500_000) };
  bound(t, { batch: 1 });
  const batch = t.mock.method(UserRepository.prototype, "batch", async () =>
    batch.mock.callCount() < 100 ? [user] : [],
  );
  return batch;
};

const listen = async ({ app }: Service): Promise<string> =>
  await app.listen({ port: 0, host: "127.0.0.1" });

/** Asks for the export over a real connection; the answer is not read. */
const download = async (url: string, caller: Caller): Promise<IncomingMessage> => {
  const request = get(url + EXPORT, { headers: { ...caller.client.headers }, agent: false });
  const [answer] = (await once(request, "response")) as [IncomingMessage];
  answer.on("error", () => undefined);
  return answer;
};

/** Reads until the connection ends, however that is. */
const readToTheEnd = async (answer: IncomingMessage): Promise<void> => {
  answer.resume();
  await new Promise((resolve) => answer.once("close", resolve));
};

/** Waits until nothing moves any more. */
const standstill = async (count: () => number): Promise<void> => {
  for (let before = -1; before !== count(); ) {
    before = count();
    await setTimeout(200);
  }
};

const eventually = async (caller: Caller, status: number): Promise<void> => {
  for (let attempt = 0; attempt < 50; attempt++) {
    if ((await caller.client.get(EXPORT)).statusCode === status) {
      return;
    }
    await setTimeout(20);
  }
  assert.fail(`no export answered ${status}`);
};

test("an admin downloads every account", async (t) => {
  const service = await startService(t);
  const admin = await signUp(service, "admin");
  const other = await makeUser(service.resources, { fullName: "Zo\u00eb", isActive: false });
  const answer = await admin.client.get(EXPORT);
  assert.equal(answer.statusCode, 200);
  assert.match(String(answer.headers["content-type"]), /^text\/csv(;|$)/);
  assert.equal(answer.headers["content-disposition"], 'attachment; filename="users.csv"');
  const [head, ...lines] = answer.body.trimEnd().split("\r\n");
  assert.equal(head, '"id","email","full_name","role","is_active","email_verified","created_at"');
  assert.deepEqual(
    lines.map((line) => line.slice(1, 37)),
    [admin.user.id, other.id],
  );
  const at = other.createdAt.toISOString();
  assert.equal(lines[1], `"${other.id}","${other.email}","Zo\u00eb","user","false","true","${at}"`);
  const [event] = await auditEvents(service.resources, "user.exported");
  assert.equal(event?.actorId, admin.user.id);
});

test("nothing is read for an answer without a body", async (t) => {
  const service = await startService(t);
  const { client } = await signUp(service, "admin");
  const { mock: read } = t.mock.method(UserRepository.prototype, "batch");
  const answer = await client.request("HEAD", EXPORT);
  assert.equal(answer.statusCode, 200);
  assert.match(String(answer.headers["content-type"]), /^text\/csv(;|$)/);
  assert.equal(read.callCount(), 0);
});

test("the first chunk goes out before the last row is read", async (t) => {
  const service = await startService(t);
  const admin = await signUp(service, "admin");
  await makeUser(service.resources);
  bound(t, { batch: 1 });
  const arrived = Promise.withResolvers<void>();
  const { batch } = UserRepository.prototype;
  t.mock.method(
    UserRepository.prototype,
    "batch",
    async function (this: UserRepository, limit: number, after: string | undefined) {
      if (after !== undefined) {
        await arrived.promise;
      }
      return await batch.call(this, limit, after);
    },
  );
  const answer = await download(await listen(service), admin);
  const chunks = answer.iterator() as AsyncIterator<Buffer>;
  const first = String((await chunks.next()).value);
  assert.equal(first.split("\n").length - 1, 2);
  arrived.resolve();
  let rest = "";
  for (let chunk = await chunks.next(); !chunk.done; chunk = await chunks.next()) {
    rest += chunk.value;
  }
  assert.equal(rest.split("\n").length - 1, 1);
});

test("nothing takes those who wait for its end for a leak", async (t) => {
  const service = await startService(t);
  const admin = await signUp(service, "admin");
  // As in `serve`, it waits for the end of each answer.
  new Stopping(service.app, service.resources.settings);
  const warnings: Error[] = [];
  const note = (warning: Error): void => void warnings.push(warning);
  process.on("warning", note);
  t.after(() => process.off("warning", note));
  await readToTheEnd(await download(await listen(service), admin));
  assert.deepEqual(warnings, []);
});

test("without the first chunk there is no half answer", async (t) => {
  const service = await startService(t);
  const admin = await signUp(service, "admin");
  const failing = t.mock.method(UserRepository.prototype, "batch", async () => {
    throw new Error("lost");
  });
  problemOf(await admin.client.get(EXPORT), 500);
  problemOf(await admin.client.get(EXPORT), 500);
  problemOf(await admin.client.get(EXPORT), 500);
  failing.mock.restore();
  // Exports that failed do not count any more.
  assert.equal((await admin.client.get(EXPORT)).statusCode, 200);
});

test("exports that are not read hold no connection and are limited", async (t) => {
  const service = await startService(t, ONE_CONNECTION);
  const admin = await signUp(service, "admin");
  const batch = makeLong(t, admin);
  const url = await listen(service);
  const readers = [await download(url, admin), await download(url, admin)];
  await standstill(() => batch.mock.callCount());
  // The only connection is free for other requests.
  assert.equal((await admin.client.get("/api/v1/users/me")).statusCode, 200);
  const refused = await admin.client.get(EXPORT);
  problemOf(refused, 429);
  assert.equal(refused.headers["retry-after"], "30");
  batch.mock.restore();
  readers[0]?.destroy();
  await eventually(admin, 200);
  readers[1]?.destroy();
});

test("a client that left before the export begins takes no place", async (t) => {
  const service = await startService(t, {}, { routes: letGo });
  const admin = await signUp(service, "admin");
  const url = await listen(service);
  for (let time = 0; time < BOUNDS.atOnce; time++) {
    await leave(url + EXPORT, { headers: { ...admin.client.headers } });
  }
  await eventually(admin, 200);
});

test("a client that reads too slowly is cut off", async (t) => {
  const service = await startService(t);
  const admin = await signUp(service, "admin");
  bound(t, { seconds: 0.3 });
  const batch = makeLong(t, admin);
  const answer = await download(await listen(service), admin);
  await standstill(() => batch.mock.callCount());
  await readToTheEnd(answer);
  assert.equal(answer.complete, false);
  assert.ok(service.lines.some((line) => line["event"] === "export.cut"));
  batch.mock.restore();
  await eventually(admin, 200);
});

type Loss = (transaction: Transaction, userId: string) => Promise<void>;
const LOSSES: Readonly<Record<string, Loss>> = {
  demoted: (transaction, userId) =>
    new UserRepository(transaction).update(userId, { role: "user" }),
  disabled: (transaction, userId) =>
    new UserRepository(transaction).update(userId, { isActive: false }),
  "signed out": (transaction, userId) => revokeAccess(transaction, userId),
};

test("a caller that loses the permission gets no further chunk", async (t) => {
  for (const [name, loss] of Object.entries(LOSSES)) {
    await t.test(name, async (t) => {
      const service = await startService(t);
      const admin = await signUp(service, "admin");
      const batch = makeLong(t, admin);
      const answer = await download(await listen(service), admin);
      await standstill(() => batch.mock.callCount());
      await service.resources.database.transaction((transaction) =>
        loss(transaction, admin.user.id),
      );
      const before = batch.mock.callCount();
      await readToTheEnd(answer);
      assert.equal(answer.complete, false);
      assert.equal(batch.mock.callCount(), before);
      const about = { actorId: admin.user.id };
      const denied = await auditEvents(service.resources, "access.denied", about);
      assert.deepEqual(
        denied.map((event) => event.details),
        [{ permission: "users:export" }],
      );
    });
  }
});

test("no chunk grows with the number of accounts", async (t) => {
  const service = await startService(t);
  const admin = await signUp(service, "admin");
  await addUsers(service.resources, 1_200);
  const limits: number[] = [];
  const { batch } = UserRepository.prototype;
  t.mock.method(
    UserRepository.prototype,
    "batch",
    async function (this: UserRepository, limit: number, after: string | undefined) {
      const rows = await batch.call(this, limit, after);
      limits.push(rows.length);
      return rows;
    },
  );
  const { body } = await admin.client.get(EXPORT);
  assert.equal(body.split("\n").length - 1, 1_202);
  assert.deepEqual(limits, [500, 500, 201]);
});
