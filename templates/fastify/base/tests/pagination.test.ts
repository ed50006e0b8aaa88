/** Pages: their bounds, their cursors, and what they cost. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { pageRequest } from "../src/pagination.ts";
import type { Resources } from "../src/resources.ts";
import { newDatabase } from "./support/database.ts";
import { makeUser } from "./support/factories.ts";
import { fieldsOf } from "./support/problems.ts";
import { recordedStatements } from "./support/queries.ts";
import { startService } from "./support/service.ts";
import { type Caller, signUp } from "./support/sign-up.ts";

const USERS = "/api/v1/users";

interface Listed {
  readonly items: readonly { readonly id: string }[];
  readonly next_cursor: string | null;
}

const list = async (
  { client }: Caller,
  query: Readonly<Record<string, string>> = {},
): Promise<Listed> => (await client.get(USERS, { query })).json<Listed>();

const idsOf = ({ items }: Listed): string[] => items.map(({ id }) => id);

const walk = async (caller: Caller, limit: number): Promise<string[][]> => {
  const pages: string[][] = [];
  let query: Record<string, string> = { limit: String(limit) };
  for (;;) {
    const page = await list(caller, query);
    assert.deepEqual(Object.keys(page).toSorted(), ["items", "next_cursor"]);
    pages.push(idsOf(page));
    if (page.next_cursor === null) {
      return pages;
    }
    query = { limit: String(limit), cursor: page.next_cursor };
  }
};

/** Makes accounts; returns their ids, newest first. */
const makeUsers = async (resources: Resources, count: number): Promise<string[]> => {
  const ids: string[] = [];
  for (let number = 0; number < count; number++) {
    ids.unshift((await makeUser(resources)).id);
  }
  return ids;
};

test("pages hold every row once, newest first", async (t) => {
  const service = await startService(t);
  const admin = await signUp(service, "admin");
  const newest = [...(await makeUsers(service.resources, 6)), admin.user.id];
  assert.deepEqual(await walk(admin, 3), [newest.slice(0, 3), newest.slice(3, 6), newest.slice(6)]);
  assert.deepEqual(await walk(admin, 7), [newest]);
  assert.deepEqual(await walk(admin, 8), [newest]);
});

test("a page has twenty rows unless told otherwise", async (t) => {
  const service = await startService(t);
  const admin = await signUp(service, "admin");
  await makeUsers(service.resources, 20);
  assert.deepEqual(
    (await walk(admin, 20)).map((page) => page.length),
    [20, 1],
  );
  assert.equal((await list(admin)).items.length, 20);
});

test("a limit is from 1 to 100", async (t) => {
  const { client } = await signUp(await startService(t), "admin");
  for (const limit of ["1", "100"]) {
    assert.equal((await client.get(USERS, { query: { limit } })).statusCode, 200);
  }
  const wrong = ["0", "101", "-1", "", "1.5", "many", "9".repeat(5000), "1e2", "0x10"];
  const spellings = [" 1", "1 ", "+1", "01", "1_0", "1.0", "\u0661"];
  for (const limit of [...wrong, ...spellings]) {
    const answer = await client.get(`${USERS}?limit=${encodeURIComponent(limit)}`);
    assert.deepEqual(fieldsOf(answer), ["limit"], limit);
  }
});

test("a page stays where it is while rows come and go", async (t) => {
  const service = await startService(t);
  const admin = await signUp(service, "admin");
  const newest = await makeUsers(service.resources, 6);
  const { next_cursor: cursor } = await list(admin, { limit: "2" });
  await makeUser(service.resources);
  for (const id of newest.slice(0, 2)) {
    assert.equal((await admin.client.delete(`${USERS}/${id}`)).statusCode, 204);
  }
  const second = await list(admin, { limit: "2", cursor: String(cursor) });
  assert.deepEqual(idsOf(second), newest.slice(2, 4));
});

test("a foreign cursor is refused", async (t) => {
  const service = await startService(t);
  const admin = await signUp(service, "admin");
  const users = [await makeUser(service.resources), await makeUser(service.resources)];
  const cursor = String((await list(admin, { limit: "1" })).next_cursor);
  const elsewhere = { query: { limit: 1 }, requestContext: { path: "/api/v1/others" } };
  const foreign = pageRequest(elsewhere as never, service.resources.keys).of(users);
  const forged = [
    String(foreign.next_cursor),
    (cursor.startsWith("A") ? "B" : "A") + cursor.slice(1),
    cursor.slice(0, -2) + (cursor.endsWith("AA") ? "BA" : "AA"),
    Buffer.alloc(48).toString("base64url"),
    cursor.slice(0, -4),
    cursor + cursor,
    `${cursor.slice(0, 30)}!${cursor.slice(31)}`,
    "",
    "x",
    "\u20ac",
  ];
  for (const text of forged) {
    const answer = await admin.client.get(`${USERS}?cursor=${encodeURIComponent(text)}`);
    assert.deepEqual(fieldsOf(answer), ["cursor"], text);
  }
  assert.equal((await admin.client.get(USERS, { query: { cursor } })).statusCode, 200);
});

test("a cursor lives on while keys rotate", async (t) => {
  const [before, after] = ["o".repeat(32), "n".repeat(32)];
  const database = await newDatabase();
  t.after(() => database.drop());
  const service = await startService(t, { SECRET_KEY: before }, { database });
  const admin = await signUp(service, "admin");
  await makeUser(service.resources);
  const query = { cursor: String((await list(admin, { limit: "1" })).next_cursor) };
  for (const [fallbacks, status] of [
    [before, 200],
    ["", 422],
  ] as const) {
    const keys = { SECRET_KEY: after, SECRET_KEY_FALLBACKS: fallbacks };
    const rotated = await startService(t, keys, { database });
    const { client } = await signUp(rotated, "admin", { user: admin.user });
    assert.equal((await client.get(USERS, { query })).statusCode, status);
  }
});

test("a page costs as many queries however long it is", async (t) => {
  const service = await startService(t);
  const admin = await signUp(service, "admin");
  for (const limit of ["99", "100"]) {
    let page: Listed | undefined;
    const sent = await recordedStatements(async () => {
      page = await list(admin, { limit });
    });
    // Who is calling, the rows, and the audit event of who reads accounts.
    assert.equal(sent.length, 3, sent.join("\n"));
    assert.ok((page?.items.length ?? 0) >= (limit === "99" ? 1 : 20));
    await makeUsers(service.resources, 20);
  }
});
