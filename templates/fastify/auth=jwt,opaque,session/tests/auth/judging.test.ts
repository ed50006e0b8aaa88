/** Passwords are judged off the event loop. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Judge } from "../../src/auth/judging.ts";
import type { Settings } from "../../src/settings/index.ts";

const SETTINGS = {} as Settings;

test("a password is judged in a thread of its own, and answers keep their order", async () => {
  await using stack = new AsyncDisposableStack();
  const judge = await Judge.open(SETTINGS, stack);
  let turns = 0;
  const ticking = setInterval(() => {
    turns += 1;
  }, 1);
  const passwords = ["password1234", "correct horse battery staple", "zorblickvex42"];
  const judged = await Promise.all(
    passwords.map((each) => judge.isGuessable(each, ["Zorblickvex"])),
  );
  clearInterval(ticking);
  assert.deepEqual(judged, [true, false, true]);
  // The thread loads its dictionaries meanwhile, which takes hundreds of these.
  assert.ok(turns > 10, String(turns));
});

test("a judge that was closed starts again when it is asked", async () => {
  await using stack = new AsyncDisposableStack();
  const judge = await Judge.open(SETTINGS, stack);
  assert.equal(await judge.isGuessable("password1234", []), true);
  await judge.close();
  assert.equal(await judge.isGuessable("password1234", []), true);
});
