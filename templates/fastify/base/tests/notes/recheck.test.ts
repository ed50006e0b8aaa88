/** A caller who is signed out or demoted meanwhile. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { makeUser } from "../support/factories.ts";
import { demote, signOut, statusesAfter } from "../support/loss.ts";
import { startService } from "../support/service.ts";
import { signUp } from "../support/sign-up.ts";
import { makeNote } from "./factories.ts";

const NOTES = "/api/v1/notes";

test("a caller signed out meanwhile changes no note", async (t) => {
  const service = await startService(t);
  const caller = await signUp(service);
  const { id } = await makeNote(service.resources, caller.user);
  const statuses = await statusesAfter(t, service, caller, signOut, [
    ["POST", NOTES, { title: "New" }],
    ["PATCH", `${NOTES}/${id}`, { title: "New" }],
    ["DELETE", `${NOTES}/${id}`],
  ]);
  assert.deepEqual(statuses, [401, 401, 401]);
});

test("a moderator who has been demoted reaches the own notes alone", async (t) => {
  const service = await startService(t);
  const moderator = await signUp(service, "moderator");
  const note = await makeNote(service.resources, await makeUser(service.resources));
  const path = `${NOTES}/${note.id}`;
  const statuses = await statusesAfter(t, service, moderator, demote, [
    ["DELETE", path],
    ["POST", NOTES, { title: "New" }],
  ]);
  assert.deepEqual(statuses, [404, 201]);
  const other = await signUp(service, "moderator");
  assert.equal((await other.client.get(path)).statusCode, 200);
});
