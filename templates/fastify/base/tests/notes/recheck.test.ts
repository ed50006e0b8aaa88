/** A moderator who is demoted meanwhile. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { UserRepository } from "../../src/users/repository.ts";
import { makeNote, makeUser } from "../support/factories.ts";
import { startService } from "../support/service.ts";
import { signUp } from "../support/sign-up.ts";

test("a moderator who has been demoted reaches the own notes alone", async (t) => {
  const service = await startService(t);
  const { database } = service.resources;
  const moderator = await signUp(service, "moderator");
  const note = await makeNote(service.resources, await makeUser(service.resources));
  const path = `/api/v1/notes/${note.id}`;
  const deletion = await database.transaction(async (transaction) => {
    const users = new UserRepository(transaction);
    await users.lock(moderator.user.id);
    let isDone = false;
    const answer = moderator.client.delete(path).then(({ statusCode }) => {
      isDone = true;
      return statusCode;
    });
    await setTimeout(200);
    assert.equal(isDone, false);
    await users.update(moderator.user.id, { role: "user" });
    return { answer };
  });
  assert.equal(await deletion.answer, 404);
  const other = await signUp(service, "moderator");
  assert.equal((await other.client.get(path)).statusCode, 200);
});
