/** Notes over HTTP: whose they are, and what may be in them. */

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { makeUser } from "../support/factories.ts";
import { fieldsOf, problemOf } from "../support/problems.ts";
import { startService } from "../support/service.ts";
import { signUp } from "../support/sign-up.ts";
import { makeNote } from "./factories.ts";

const NOTES = "/api/v1/notes";
const FIELDS = ["body", "created_at", "id", "owner_id", "title", "updated_at"];

test("anonymous callers cannot read notes", async (t) => {
  const { client } = await startService(t);
  problemOf(await client.get(NOTES), 401);
});

test("a note is made for its caller", async (t) => {
  const { client, user } = await signUp(await startService(t));
  const answer = await client.post(NOTES, { json: { title: "Title", body: "Body" } });
  assert.equal(answer.statusCode, 201);
  const note = answer.json();
  assert.equal(answer.headers["location"], `${NOTES}/${note.id}`);
  assert.deepEqual(Object.keys(note).toSorted(), FIELDS);
  assert.deepEqual([note.owner_id, note.title, note.body], [user.id, "Title", "Body"]);
  assert.match(note.id, /^[0-9a-f]{8}-[0-9a-f]{4}-7/);
  assert.equal(note.created_at, note.updated_at);
  assert.ok(note.created_at.endsWith("Z"));
  assert.deepEqual((await client.get(`${NOTES}/${note.id}`)).json(), note);
});

test("a note needs no body", async (t) => {
  const { client } = await signUp(await startService(t));
  assert.equal((await client.post(NOTES, { json: { title: "Title" } })).json().body, "");
});

test("a note that breaks a rule is refused", async (t) => {
  const { client } = await signUp(await startService(t));
  const broken: [string, object][] = [
    ["title", {}],
    ["title", { title: "" }],
    ["title", { title: "t".repeat(201) }],
    ["title", { title: 1 }],
    ["title", { title: null }],
    ["title", { title: ["t"] }],
    ["body", { title: "t", body: "b".repeat(10_001) }],
    ["body", { title: "t", body: null }],
    ["owner_id", { title: "t", owner_id: randomUUID() }],
    ["id", { title: "t", id: randomUUID() }],
    ["created_at", { title: "t", created_at: "2026-01-31T12:00:00Z" }],
    ["unknown", { title: "t", unknown: 1 }],
  ];
  for (const [field, json] of broken) {
    assert.deepEqual(fieldsOf(await client.post(NOTES, { json })), [field]);
  }
  assert.deepEqual((await client.get(NOTES)).json().items, []);
});

test("the longest note is kept to the letter", async (t) => {
  const { client } = await signUp(await startService(t));
  const json = {
    title: "\u{1f512}".repeat(200),
    body: `<b>\u00e9\n\t'"; DROP TABLE notes --${"\u{1f512}".repeat(9_900)}`,
  };
  const note = (await client.post(NOTES, { json })).json();
  const { title, body } = (await client.get(`${NOTES}/${note.id}`)).json();
  assert.deepEqual({ title, body }, json);
});

test("the list has the caller's own notes alone", async (t) => {
  const service = await startService(t);
  const { client, user } = await signUp(service);
  const own = await makeNote(service.resources, user);
  await makeNote(service.resources, await makeUser(service.resources));
  const { items } = (await client.get(NOTES)).json();
  assert.equal(items.length, 1);
  assert.equal(items[0].id, own.id);
  assert.deepEqual(Object.keys(items[0]).toSorted(), FIELDS);
});

test("a change keeps what it does not name", async (t) => {
  const service = await startService(t);
  const { client, user } = await signUp(service);
  const note = await makeNote(service.resources, user, { title: "Old", body: "Kept" });
  const answer = await client.patch(`${NOTES}/${note.id}`, { json: { title: "New" } });
  assert.equal(answer.statusCode, 200);
  const changed = answer.json();
  assert.deepEqual([changed.title, changed.body], ["New", "Kept"]);
  assert.ok(new Date(changed.updated_at) > note.updatedAt);
  assert.equal(changed.created_at, note.createdAt.toISOString());
  assert.deepEqual((await client.get(`${NOTES}/${note.id}`)).json(), changed);
});

test("a change that breaks a rule changes nothing", async (t) => {
  const service = await startService(t);
  const { client, user } = await signUp(service);
  const note = await makeNote(service.resources, user);
  const broken: [string, object][] = [
    ["title", { title: null }],
    ["title", { title: "" }],
    ["body", { body: "b".repeat(10_001) }],
    ["owner_id", { owner_id: randomUUID() }],
    ["unknown", { title: "t", unknown: 1 }],
  ];
  for (const [field, json] of broken) {
    assert.deepEqual(fieldsOf(await client.patch(`${NOTES}/${note.id}`, { json })), [field]);
  }
  const { title, body } = (await client.get(`${NOTES}/${note.id}`)).json();
  assert.deepEqual({ title, body }, { title: note.title, body: note.body });
});

test("a deleted note is gone", async (t) => {
  const service = await startService(t);
  const { client, user } = await signUp(service);
  const { id } = await makeNote(service.resources, user);
  const answer = await client.delete(`${NOTES}/${id}`);
  assert.deepEqual([answer.statusCode, answer.body], [204, ""]);
  problemOf(await client.get(`${NOTES}/${id}`), 404);
  problemOf(await client.delete(`${NOTES}/${id}`), 404);
});

test("another account's note looks like a missing one", async (t) => {
  const service = await startService(t);
  const { client } = await signUp(service);
  const note = await makeNote(service.resources, await makeUser(service.resources));
  for (const method of ["GET", "PATCH", "DELETE"] as const) {
    const json = method === "PATCH" ? { title: "New" } : undefined;
    const problems = [];
    for (const id of [note.id, randomUUID()]) {
      const answer = await client.request(method, `${NOTES}/${id}`, { json });
      problems.push({ ...problemOf(answer, 404), request_id: "" });
    }
    assert.deepEqual(problems[0], problems[1]);
  }
});

test("a moderator can delete any note", async (t) => {
  const service = await startService(t);
  const { client } = await signUp(service, "moderator");
  const note = await makeNote(service.resources, await makeUser(service.resources));
  assert.equal((await client.delete(`${NOTES}/${note.id}`)).statusCode, 204);
  problemOf(await client.get(`${NOTES}/${note.id}`), 404);
});

test("what is no id is refused", async (t) => {
  const { client } = await signUp(await startService(t));
  for (const id of ["1", "me", "%00", "0".repeat(500), "'%20OR%201=1"]) {
    assert.deepEqual(fieldsOf(await client.get(`${NOTES}/${id}`)), ["note_id"], id);
  }
});

test("notes go with their account", async (t) => {
  const service = await startService(t);
  const { client, user } = await signUp(service);
  const moderator = await signUp(service, "moderator");
  const note = await makeNote(service.resources, user);
  assert.equal((await client.delete("/api/v1/users/me")).statusCode, 204);
  problemOf(await moderator.client.get(`${NOTES}/${note.id}`), 404);
});
