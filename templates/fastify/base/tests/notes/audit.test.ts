/** Reading or deleting a note of another account is recorded. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { makeUser } from "../support/factories.ts";
import { auditEvents } from "../support/queries.ts";
import { startService } from "../support/service.ts";
import { signUp } from "../support/sign-up.ts";
import { makeNote } from "./factories.ts";

const NOTES = "/api/v1/notes";
const EVENTS = ["note.read", "note.deleted"] as const;

test("a moderator who reads or deletes a note of another leaves an event", async (t) => {
  const service = await startService(t);
  const moderator = await signUp(service, "moderator");
  const owner = await makeUser(service.resources);
  const note = await makeNote(service.resources, owner);
  assert.equal((await moderator.client.get(`${NOTES}/${note.id}`)).statusCode, 200);
  assert.equal((await moderator.client.delete(`${NOTES}/${note.id}`)).statusCode, 204);
  for (const name of EVENTS) {
    const by = { actorId: moderator.user.id };
    const [event, ...others] = await auditEvents(service.resources, name, by);
    assert.equal(others.length, 0);
    assert.equal(event?.subjectId, owner.id);
    assert.deepEqual(event.details, { note: note.id });
    assert.equal(event.clientAddress, moderator.client.address);
  }
});

test("one's own notes leave none", async (t) => {
  const service = await startService(t);
  const { client, user } = await signUp(service, "moderator");
  const note = await makeNote(service.resources, user);
  await client.get(`${NOTES}/${note.id}`);
  await client.delete(`${NOTES}/${note.id}`);
  for (const name of EVENTS) {
    assert.deepEqual(await auditEvents(service.resources, name, { actorId: user.id }), []);
  }
});

test("what is refused is not told as read", async (t) => {
  const service = await startService(t);
  const { client, user } = await signUp(service);
  const note = await makeNote(service.resources, await makeUser(service.resources));
  assert.equal((await client.get(`${NOTES}/${note.id}`)).statusCode, 404);
  assert.deepEqual(await auditEvents(service.resources, "note.read", { actorId: user.id }), []);
});
