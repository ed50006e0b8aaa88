/** Passwords are judged off the event loop. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { isEasyToGuess } from "../../src/auth/judging.ts";
import { Unavailable } from "../../src/errors.ts";

test("a password is judged in a thread of its own, and answers keep their order", async () => {
  let turns = 0;
  const ticking = setInterval(() => {
    turns += 1;
  }, 1);
  const slow = "4@({[<69!1|7$5+%2380".repeat(3);
  const passwords = ["password1234", slow, "zorblickvex42"];
  const judged = await Promise.all(passwords.map((each) => isEasyToGuess(each, ["Zorblickvex"])));
  clearInterval(ticking);
  assert.deepEqual(judged, [true, false, true]);
  // The slow one takes longer than many of these.
  assert.ok(turns > 10, String(turns));
});

test("after a thread that failed, the next question starts another", async () => {
  const unreadable = [undefined as unknown as string];
  await assert.rejects(isEasyToGuess("password1234", unreadable), Unavailable);
  assert.equal(await isEasyToGuess("password1234", []), true);
});
