/** Notes as they lie in the database: encrypted, and bound to their rows. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { NoteRepository } from "../../src/notes/repository.ts";
import { makeUser } from "../support/factories.ts";
import { startService } from "../support/service.ts";
import { signUp } from "../support/sign-up.ts";
import { makeNote } from "./factories.ts";
import { replaceBody, storedBodies } from "./stored.ts";

const NOTES = "/api/v1/notes";
const TEXT = "the plain text of a note";

test("the stored body shows nothing", async (t) => {
  const { resources } = await startService(t);
  const { database, cipher } = resources;
  const user = await makeUser(resources);
  const note = await makeNote(resources, user, { body: TEXT });
  const stored = (await storedBodies(resources)).get(note.id);
  assert.ok(stored);
  for (const word of TEXT.split(" ").filter((word) => word.length > 3)) {
    assert.ok(!stored.includes(word));
  }
  assert.deepEqual(stored.subarray(0, 4), cipher.currentKeyId);
  const found = await database.reader((reader) =>
    new NoteRepository(reader, cipher).get(note.id, user.id),
  );
  assert.deepEqual(found, note);
});

test("a changed body is encrypted as well", async (t) => {
  const service = await startService(t);
  const { client, user } = await signUp(service);
  const note = await makeNote(service.resources, user);
  const before = (await storedBodies(service.resources)).get(note.id);
  const changed = await client.patch(`${NOTES}/${note.id}`, { json: { body: TEXT } });
  assert.equal(changed.statusCode, 200);
  const after = (await storedBodies(service.resources)).get(note.id);
  assert.notDeepEqual(after, before);
  assert.ok(!after?.includes(TEXT));
});

test("a body that was moved to another row is not read", async (t) => {
  const service = await startService(t);
  const { resources } = service;
  const { client, user } = await signUp(service);
  const victim = await makeNote(resources, await makeUser(resources), { body: TEXT });
  const mine = await makeNote(resources, user);
  const body = (await storedBodies(resources)).get(victim.id);
  assert.ok(body);
  await replaceBody(resources, mine.id, body);
  const answer = await client.get(`${NOTES}/${mine.id}`);
  assert.equal(answer.json().body, null);
  assert.ok(!answer.body.includes(TEXT));
});

test("an undecryptable body does not break a list and is kept", async (t) => {
  const service = await startService(t);
  const { resources } = service;
  const { client, user } = await signUp(service);
  const broken = await makeNote(resources, user, { body: TEXT });
  const whole = await makeNote(resources, user, { body: TEXT });
  const damaged = Buffer.from("damaged");
  await replaceBody(resources, broken.id, damaged);
  const { items } = (await client.get(NOTES)).json();
  assert.deepEqual(
    items.map((note: { id: string; body: string }) => [note.id, note.body]),
    [
      [whole.id, TEXT],
      [broken.id, null],
    ],
  );
  const path = `${NOTES}/${broken.id}`;
  const renamed = (await client.patch(path, { json: { title: "Kept" } })).json();
  assert.deepEqual([renamed.title, renamed.body], ["Kept", null]);
  assert.deepEqual((await storedBodies(resources)).get(broken.id), damaged);
  assert.equal((await client.patch(path, { json: { body: "new" } })).json().body, "new");
});

test("the owner is in the query", async (t) => {
  const { resources } = await startService(t);
  const owner = await makeUser(resources);
  const stranger = await makeUser(resources);
  const note = await makeNote(resources, owner);
  await resources.database.transaction(async (transaction) => {
    const notes = new NoteRepository(transaction, resources.cipher);
    assert.equal(await notes.get(note.id, stranger.id), undefined);
    assert.equal(await notes.lock(note.id, stranger.id), undefined);
    assert.equal(await notes.delete(note.id, stranger.id), false);
    assert.deepEqual(await notes.page(stranger.id, 10, undefined), []);
    assert.deepEqual(await notes.get(note.id, owner.id), note);
    assert.deepEqual(await notes.get(note.id, undefined), note);
  });
});

test("a locked note is changed by one at a time", async (t) => {
  const { resources } = await startService(t);
  const { database, cipher } = resources;
  const note = await makeNote(resources, await makeUser(resources));
  let isDone = false;
  const readLocked = async () => {
    const found = await database.transaction((transaction) =>
      new NoteRepository(transaction, cipher).lock(note.id, undefined),
    );
    isDone = true;
    return found?.title;
  };
  const rival = await database.transaction(async (transaction) => {
    const notes = new NoteRepository(transaction, cipher);
    assert.deepEqual(await notes.lock(note.id, undefined), note);
    const title = readLocked();
    await setTimeout(100);
    assert.equal(isDone, false);
    await notes.update({ ...note, title: "Changed" });
    return { title };
  });
  assert.equal(await rival.title, "Changed");
});
