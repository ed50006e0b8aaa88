/** `create-admin`: the first admin, and clear errors. */

import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { type TestContext, test } from "node:test";
import { main } from "../../src/cli.ts";
import { openResources, type Resources } from "../../src/resources.ts";
import { EMAIL, stored } from "../support/accounts.ts";
import { audited } from "../support/audited.ts";
import { newDatabase } from "../support/database.ts";
import { ENVIRONMENT } from "../support/environment.ts";
import { makeUser } from "../support/factories.ts";
import { PASSWORD, storedHash } from "../support/passwords.ts";
import { settingsFor } from "../support/service.ts";

interface Command {
  readonly resources: Resources;
  /** Runs the command; returns its exit code. */
  run(...options: string[]): Promise<number>;
  /** All that it has printed. */
  printed(): string;
}

const start = async (t: TestContext, password: string | null = PASSWORD): Promise<Command> => {
  const database = await newDatabase();
  const stack = new AsyncDisposableStack();
  const resources = await openResources(settingsFor(database.url), stack);
  const before = { ...process.env };
  Object.assign(process.env, ENVIRONMENT, { DATABASE_URL: database.url });
  delete process.env["ADMIN_PASSWORD"];
  if (password !== null) {
    process.env["ADMIN_PASSWORD"] = password;
  }
  t.after(async () => {
    process.env = before;
    await stack.disposeAsync();
    await database.drop();
  });
  const lines: string[] = [];
  for (const stream of ["log", "error"] as const) {
    t.mock.method(console, stream, (line: string) => lines.push(line));
  }
  return {
    resources,
    run: (...options) => main(["create-admin", ...options]),
    printed: () => lines.join("\n"),
  };
};

test("an admin is made with the password from the environment", async (t) => {
  const { resources, run, printed } = await start(t);
  assert.equal(await run("--email", "Ann@Example.com", "--full-name", "Root"), 0, printed());
  const user = await stored(resources, EMAIL);
  const { fullName, role, isActive, emailVerified } = user;
  assert.deepEqual([fullName, role, isActive, emailVerified], ["Root", "admin", true, true]);
  const hash = await storedHash(resources, user);
  assert.ok((await resources.passwords.verify(PASSWORD, hash)).matches);
  assert.deepEqual(await audited(resources, user.id), ["user.registered", "user.role.changed"]);
  assert.match(printed(), /ann@example\.com is an admin\./);
  assert.ok(!printed().includes(PASSWORD));
});

test("what is not accepted makes nobody", async (t) => {
  for (const [password, options, reason] of [
    ["Winter2026!!", ["--email", EMAIL], "password is too easy to guess"],
    ["short", ["--email", EMAIL], "password must have at least 12 characters"],
    [`${EMAIL} it is`, ["--email", EMAIL], "password must not contain the e-mail address"],
    [PASSWORD, ["--email", "no address"], "email is not an e-mail address"],
    [PASSWORD, ["--email", EMAIL, "--full-name", "A\u202e"], "full_name must not have control"],
  ] as const) {
    const { resources, run, printed } = await start(t, password);
    assert.equal(await run(...options), 1);
    assert.ok(printed().includes(`No administrator was created: ${reason}`), printed());
    await assert.rejects(stored(resources, EMAIL));
    t.mock.restoreAll();
  }
});

test("Ctrl-C at the question interrupts the command", async (t) => {
  const { resources, run, printed } = await start(t, null);
  const terminal = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => terminal });
  const stdin = Object.getOwnPropertyDescriptor(process, "stdin");
  Object.defineProperty(process, "stdin", { value: terminal, configurable: true });
  t.after(() => Object.defineProperty(process, "stdin", stdin ?? {}));
  terminal.write("\u0003");
  assert.equal(await run("--email", EMAIL), 130);
  assert.match(printed(), /^Interrupted\.$/m);
  await assert.rejects(stored(resources, EMAIL));
});

test("without a terminal and the variable the reason is told", async (t) => {
  const { run, printed } = await start(t, null);
  const isTTY = process.stdin.isTTY;
  t.after(() => {
    process.stdin.isTTY = isTTY;
  });
  process.stdin.isTTY = false;
  assert.equal(await run("--email", EMAIL), 1);
  assert.match(printed(), /there is no terminal to ask for the password; set ADMIN_PASSWORD/);
});

test("an existing account keeps its password and is promoted only when asked", async (t) => {
  const { resources, run, printed } = await start(t);
  const user = await makeUser(resources, { email: EMAIL });
  assert.equal(await run("--email", EMAIL), 1);
  assert.match(printed(), /an account with this address exists; --promote makes it an admin/);
  assert.deepEqual(await stored(resources, EMAIL), user);
  assert.equal(await run("--email", EMAIL, "--promote"), 0);
  assert.equal((await stored(resources, EMAIL)).role, "admin");
  assert.deepEqual(await audited(resources, user.id), ["user.role.changed"]);
});

test("an account that may belong to a stranger is not promoted", async (t) => {
  for (const [given, reason] of [
    [undefined, "the address has no account"],
    [{ isActive: false }, "the account is disabled"],
    [{ emailVerified: false }, "its owner has to confirm the address first"],
  ] as const) {
    const { resources, run, printed } = await start(t);
    if (given !== undefined) {
      await makeUser(resources, { email: EMAIL, ...given });
    }
    assert.equal(await run("--email", EMAIL, "--promote"), 1);
    assert.ok(printed().includes(`No administrator was created: ${reason}.`), printed());
    if (given !== undefined) {
      assert.equal((await stored(resources, EMAIL)).role, "user");
    }
    t.mock.restoreAll();
  }
});

test("the address is required", async (t) => {
  const { run, printed } = await start(t);
  assert.equal(await run(), 2);
  assert.match(printed(), /--email/);
});
