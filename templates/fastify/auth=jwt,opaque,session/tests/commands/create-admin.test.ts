/** `create-admin`: the first admin, and clear errors. */

import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { type TestContext, test } from "node:test";
import { openResources, type Resources } from "../../src/resources.ts";
import { EMAIL, stored } from "../support/accounts.ts";
import { audited } from "../support/audited.ts";
import { run } from "../support/command.ts";
import { newDatabase } from "../support/database.ts";
import { ENVIRONMENT } from "../support/environment.ts";
import { makeUser } from "../support/factories.ts";
import { PASSWORD, storedHash } from "../support/passwords.ts";
import type { Ended } from "../support/process.ts";
import { settingsFor } from "../support/service.ts";

interface Command {
  readonly resources: Resources;
  createAdmin(...options: string[]): Promise<Ended>;
}

const start = async (t: TestContext, password: string | null = PASSWORD): Promise<Command> => {
  const database = await newDatabase();
  const stack = new AsyncDisposableStack();
  const resources = await openResources(settingsFor(database.url), stack);
  t.after(async () => {
    await stack.disposeAsync();
    await database.drop();
  });
  const variables = {
    ...ENVIRONMENT,
    DATABASE_URL: database.url,
    ...(password === null ? {} : { ADMIN_PASSWORD: password }),
  };
  return {
    resources,
    createAdmin: (...options) => run(["create-admin", ...options], variables),
  };
};

test("an admin is made with the password from the environment", async (t) => {
  const { resources, createAdmin } = await start(t);
  const { code, stdout, stderr } = await createAdmin(
    ...["--email", "Ann@Example.com", "--full-name", "Root"],
  );
  assert.deepEqual([code, stderr], [0, ""]);
  const user = await stored(resources, EMAIL);
  const { fullName, role, isActive, emailVerified } = user;
  assert.deepEqual([fullName, role, isActive, emailVerified], ["Root", "admin", true, true]);
  const hash = await storedHash(resources, user);
  assert.ok((await resources.passwords.verify(PASSWORD, hash)).matches);
  assert.deepEqual(await audited(resources, user.id), ["user.registered", "user.role.changed"]);
  assert.match(stdout, /ann@example\.com is an admin\./);
  assert.ok(!stdout.includes(PASSWORD));
});

test("what is not accepted makes nobody", async (t) => {
  for (const [password, options, reason] of [
    ["Winter2026!!", ["--email", EMAIL], "password is too easy to guess"],
    ["short", ["--email", EMAIL], "password must have at least 12 characters"],
    [`${EMAIL} it is`, ["--email", EMAIL], "password must not contain the e-mail address"],
    [PASSWORD, ["--email", "no address"], "email is not an e-mail address"],
    [PASSWORD, ["--email", EMAIL, "--full-name", "A\u202e"], "full_name must not have control"],
  ] as const) {
    const { resources, createAdmin } = await start(t, password);
    const { code, stderr } = await createAdmin(...options);
    assert.equal(code, 1);
    assert.ok(stderr.includes(`No administrator was created: ${reason}`), stderr);
    await assert.rejects(stored(resources, EMAIL));
  }
});

test("Ctrl-C at the question interrupts the command", async (t) => {
  const { resources, createAdmin } = await start(t, null);
  const terminal = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => terminal });
  const stdin = Object.getOwnPropertyDescriptor(process, "stdin");
  Object.defineProperty(process, "stdin", { value: terminal, configurable: true });
  t.after(() => Object.defineProperty(process, "stdin", stdin ?? {}));
  terminal.write("\u0003");
  const { code, stderr } = await createAdmin("--email", EMAIL);
  assert.equal(code, 130);
  assert.match(stderr, /^Interrupted\.$/m);
  await assert.rejects(stored(resources, EMAIL));
});

test("without a terminal and the variable the reason is told", async (t) => {
  const { createAdmin } = await start(t, null);
  const isTTY = process.stdin.isTTY;
  t.after(() => {
    process.stdin.isTTY = isTTY;
  });
  process.stdin.isTTY = false;
  const { code, stderr } = await createAdmin("--email", EMAIL);
  assert.equal(code, 1);
  assert.match(stderr, /there is no terminal to ask for the password; set ADMIN_PASSWORD/);
});

test("an existing account keeps its password and is promoted only when asked", async (t) => {
  const { resources, createAdmin } = await start(t);
  const user = await makeUser(resources, { email: EMAIL });
  const refused = await createAdmin("--email", EMAIL);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /an account with this address exists; --promote makes it an admin/);
  assert.deepEqual(await stored(resources, EMAIL), user);
  assert.equal((await createAdmin("--email", EMAIL, "--promote")).code, 0);
  assert.equal((await stored(resources, EMAIL)).role, "admin");
  assert.deepEqual(await audited(resources, user.id), ["user.role.changed"]);
});

test("an account that may belong to a stranger is not promoted", async (t) => {
  for (const [given, reason] of [
    [undefined, "the address has no account"],
    [{ isActive: false }, "the account is disabled"],
    [{ emailVerified: false }, "its owner has to confirm the address first"],
  ] as const) {
    const { resources, createAdmin } = await start(t);
    if (given !== undefined) {
      await makeUser(resources, { email: EMAIL, ...given });
    }
    const { code, stderr } = await createAdmin("--email", EMAIL, "--promote");
    assert.equal(code, 1);
    assert.ok(stderr.includes(`No administrator was created: ${reason}.`), stderr);
    if (given !== undefined) {
      assert.equal((await stored(resources, EMAIL)).role, "user");
    }
  }
});

test("the address is required", async (t) => {
  const { createAdmin } = await start(t);
  const { code, stderr } = await createAdmin();
  assert.equal(code, 2);
  assert.match(stderr, /--email/);
});
