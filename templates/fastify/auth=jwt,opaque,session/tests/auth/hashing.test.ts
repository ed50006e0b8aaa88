/** Passwords are hashed slowly, few at once, and never on the event loop. */

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { Passwords, usableProcessors } from "../../src/auth/hashing.ts";
import { HASHER } from "../../src/auth/password-hasher.ts";
import { Unavailable } from "../../src/errors.ts";
import type { Settings } from "../../src/settings/index.ts";
import { hashAsInProduction } from "../support/hashing.ts";
import { OTHER_PASSWORD, PASSWORD } from "../support/passwords.ts";

const NOBODYS = "nobody has this password";
const stack = new AsyncDisposableStack();
after(() => stack.disposeAsync());
const passwords = await Passwords.open({} as Settings, stack);

test("each hash has a salt of its own", async () => {
  assert.notEqual(await passwords.hash(PASSWORD), await passwords.hash(PASSWORD));
});

test("a password matches its own hash only", async () => {
  const hash = await passwords.hash(PASSWORD);
  assert.deepEqual(await passwords.verify(PASSWORD, hash), { matches: true });
  assert.deepEqual(await passwords.verify(OTHER_PASSWORD, hash), { matches: false });
});

test("text that cannot be a password is neither hashed nor compared as another", async () => {
  const typed = "zwölf Bären\u0000im Wald";
  await assert.rejects(passwords.hash(typed), /cannot be a password/);
  const hash = await passwords.hash("zwölf Bären im Wald");
  assert.deepEqual(await passwords.verify(typed, hash), { matches: false });
});

test("without a hash nothing matches and one is verified all the same", async (t) => {
  const verify = t.mock.method(HASHER, "verify");
  assert.deepEqual(await passwords.verify(NOBODYS, undefined), { matches: false });
  assert.equal(verify.mock.callCount(), 1);
});

test("nothing matches a hash of an unknown form and it takes as long", async (t) => {
  const unknown = ["!", "plain text", "$1$salt$hash", "$9$nothing$like it", PASSWORD];
  const verify = t.mock.method(HASHER, "verify");
  for (const [index, hash] of unknown.entries()) {
    assert.deepEqual(await passwords.verify(NOBODYS, hash), { matches: false });
    assert.equal(verify.mock.callCount(), index + 1);
    const [, compared] = verify.mock.calls.at(-1)?.arguments ?? [];
    assert.ok(compared !== undefined && HASHER.reads(compared), hash);
  }
});

test("hashing is off the event loop and bounded", async (t) => {
  let running = 0;
  let most = 0;
  const counted = async (work: () => Promise<unknown>) => {
    running += 1;
    most = Math.max(most, running);
    await work();
    running -= 1;
  };
  t.mock.method(HASHER, "hash", (password: string) => counted(async () => password));
  t.mock.method(HASHER, "verify", () => counted(() => new Promise(setImmediate)));
  await Promise.all([
    ...Array.from({ length: 8 }, () => passwords.hash(PASSWORD)),
    ...Array.from({ length: 8 }, () => passwords.verify(PASSWORD, undefined)),
  ]);
  assert.ok(most >= 1 && most <= Math.min(2, usableProcessors()), String(most));
  t.mock.restoreAll();

  const order: string[] = [];
  const hashing = hashAsInProduction(PASSWORD).then(() => order.push("hash"));
  await new Promise(setImmediate).then(() => order.push("turn"));
  await hashing;
  assert.deepEqual(order, ["turn", "hash"]);
});

test("a flood of passwords is refused and not kept waiting", async (t) => {
  const { promise, resolve } = Promise.withResolvers<void>();
  t.mock.method(HASHER, "hash", () => promise);
  const waiting = Array.from({ length: 300 }, () => passwords.hash(PASSWORD));
  const refused = Promise.allSettled(waiting);
  resolve();
  const errors = (await refused).filter((result) => result.status === "rejected");
  assert.ok(errors.length >= 190, String(errors.length));
  assert.ok(errors.every(({ reason }) => reason instanceof Unavailable));
});

test("a share of the processors bounds how many are hashed at once", async (t) => {
  const directory = await mkdtemp(join(tmpdir(), "quota-"));
  t.after(() => rm(directory, { recursive: true }));
  const quota = join(directory, "cpu.max");
  const everything = usableProcessors(join(directory, "absent"));
  for (const [text, most] of [
    ["100000 100000\n", 1],
    ["50000 100000\n", 1],
    ["max 100000\n", everything],
    ["900000000 100000\n", everything],
    ["\n", everything],
    ["100000 0 0\n", everything],
  ] as const) {
    writeFileSync(quota, text);
    assert.equal(usableProcessors(quota), most, text);
  }
});
