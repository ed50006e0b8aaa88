/** `reencrypt`: old rows under the newest key, beside a service that goes on writing. */

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { type TestContext, test } from "node:test";
import { BOUNDS, reencryptNotes } from "../../src/notes/reencryption.ts";
import { NoteRepository } from "../../src/notes/repository.ts";
import { openResources, type Resources } from "../../src/resources.ts";
import { run } from "../support/command.ts";
import { newDatabase } from "../support/database.ts";
import { ENVIRONMENT } from "../support/environment.ts";
import { makeUser } from "../support/factories.ts";
import { settingsFor } from "../support/service.ts";
import { makeNote } from "./factories.ts";
import { replaceBody, storedBodies } from "./stored.ts";

const [OLD, NEW] = [randomBytes(32).toString("base64"), randomBytes(32).toString("base64")];

const open = async (t: TestContext, url: string, keys: string): Promise<Resources> => {
  const stack = new AsyncDisposableStack();
  t.after(() => stack.disposeAsync());
  return await openResources(settingsFor(url, { FIELD_ENCRYPTION_KEYS: keys }), stack);
};

/** Stores seven notes under the old key, and opens the same database with a new key before it. */
const rotate = async (t: TestContext) => {
  const { url, drop } = await newDatabase();
  const before = await open(t, url, OLD);
  const owner = await makeUser(before);
  const notes = new Map<string, string>();
  for (let number = 0; number < 7; number++) {
    const body = `body ${number}`;
    notes.set((await makeNote(before, owner, { body })).id, body);
  }
  const usual = BOUNDS.batch;
  BOUNDS.batch = 3;
  const rotated = await open(t, url, `${NEW},${OLD}`);
  t.after(async () => {
    BOUNDS.batch = usual;
    await drop();
  });
  return { url, notes, before, rotated };
};

const keyIds = async (resources: Resources): Promise<string[]> => {
  const bodies = (await storedBodies(resources)).values();
  return [...new Set([...bodies].map((body) => body.subarray(0, 4).toString("hex")))];
};

const idOf = ({ cipher }: Resources): string => cipher.currentKeyId.toString("hex");

const readAll = async (resources: Resources): Promise<Map<string, string>> => {
  const bodies = new Map<string, string>();
  for (const id of (await storedBodies(resources)).keys()) {
    const note = await resources.database.reader((reader) =>
      new NoteRepository(reader, resources.cipher).get(id, undefined),
    );
    bodies.set(id, String(note?.body));
  }
  return bodies;
};

test("every note comes under the newest key", async (t) => {
  const { url, notes, before, rotated } = await rotate(t);
  assert.deepEqual(await keyIds(rotated), [idOf(before)]);
  assert.deepEqual(await reencryptNotes(rotated), { count: 7, unreadable: [] });
  assert.deepEqual(await keyIds(rotated), [idOf(rotated)]);
  assert.deepEqual(await readAll(rotated), notes);
  // The old key is not needed any more.
  assert.deepEqual(await readAll(await open(t, url, NEW)), notes);
});

test("a second run has nothing to do", async (t) => {
  const { rotated } = await rotate(t);
  await reencryptNotes(rotated);
  const before = await storedBodies(rotated);
  assert.equal((await reencryptNotes(rotated)).count, 0);
  assert.deepEqual(await storedBodies(rotated), before);
});

test("a run that was stopped goes on where it ended", async (t) => {
  const { notes, rotated } = await rotate(t);
  const { reseal } = NoteRepository.prototype;
  let done = 0;
  const stopping = t.mock.method(
    NoteRepository.prototype,
    "reseal",
    async function (this: NoteRepository, note: { readonly id: string; readonly body: Buffer }) {
      done += 1;
      if (done === 5) {
        throw new Error("stopped");
      }
      await reseal.call(this, note);
    },
  );
  await assert.rejects(reencryptNotes(rotated), /stopped/);
  stopping.mock.restore();
  // The batch that was whole is kept, the other one is undone.
  assert.equal((await reencryptNotes(rotated)).count, 4);
  assert.deepEqual(await readAll(rotated), notes);
});

test("a note that no key reads is told and left alone", async (t) => {
  const { notes, rotated } = await rotate(t);
  const [broken = "", ...others] = notes.keys();
  await replaceBody(rotated, broken, Buffer.alloc(50));
  assert.deepEqual(await reencryptNotes(rotated), { count: 6, unreadable: [broken] });
  const bodies = await storedBodies(rotated);
  assert.deepEqual(bodies.get(broken), Buffer.alloc(50));
  for (const id of others) {
    assert.equal(bodies.get(id)?.subarray(0, 4).toString("hex"), idOf(rotated));
  }
});

test("no change that the service makes meanwhile is lost", async (t) => {
  const { notes, rotated } = await rotate(t);
  const write = (id: string) =>
    rotated.database.transaction(async (transaction) => {
      const repository = new NoteRepository(transaction, rotated.cipher);
      const note = await repository.lock(id, undefined);
      assert.ok(note);
      await repository.update({ ...note, body: `${note.body} changed` });
    });
  await Promise.all([reencryptNotes(rotated), ...[...notes.keys()].map(write)]);
  const changed = [...notes].map(([id, body]) => [id, `${body} changed`] as const);
  assert.deepEqual(await readAll(rotated), new Map(changed));
});

test("the command says what it did", async (t) => {
  const { url, notes } = await rotate(t);
  const variables = { ...ENVIRONMENT, DATABASE_URL: url };
  const first = await run(["reencrypt"], { ...variables, FIELD_ENCRYPTION_KEYS: `${NEW},${OLD}` });
  assert.equal(first.code, 0, first.stderr);
  assert.match(first.stdout, /^7 notes re-encrypted with the newest key\.$/m);
  const second = await run(["reencrypt"], { ...variables, FIELD_ENCRYPTION_KEYS: OLD });
  assert.equal(second.code, 1);
  for (const id of notes.keys()) {
    assert.ok(second.stderr.includes(`notes: ${id} cannot be decrypted`));
  }
});
