/** `create-admin`: the first admin and its key, which is shown once. */

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { authenticate } from "../../src/auth/authenticator.ts";
import { main } from "../../src/cli.ts";
import { openResources } from "../../src/resources.ts";
import { newDatabase } from "../support/database.ts";
import { ENVIRONMENT } from "../support/environment.ts";
import { makeUser } from "../support/factories.ts";
import { settingsFor } from "../support/service.ts";

const EMAIL = "root@example.com";

const start = async (t: TestContext) => {
  const database = await newDatabase();
  const stack = new AsyncDisposableStack();
  const resources = await openResources(settingsFor(database.url), stack);
  const before = { ...process.env };
  Object.assign(process.env, ENVIRONMENT, { DATABASE_URL: database.url });
  const lines: string[] = [];
  for (const stream of ["log", "error"] as const) {
    t.mock.method(console, stream, (line: string) => lines.push(line));
  }
  t.after(async () => {
    process.env = before;
    await stack.disposeAsync();
    await database.drop();
  });
  const run = (...options: string[]) => main(["create-admin", "--email", ...options]);
  return { resources, run, lines };
};

test("an admin is made with a key that works", async (t) => {
  const { resources, run, lines } = await start(t);
  assert.equal(await run("Root@Example.com"), 0, lines.join());
  const [told, key] = lines;
  assert.equal(told, "root@example.com is an admin. Its key, which cannot be shown again:");
  const principal = await authenticate(key, resources);
  assert.deepEqual([principal?.user.email, principal?.user.role], [EMAIL, "admin"]);
  assert.ok(principal?.may("users:write") && principal.may("api_keys:write"));
});

test("an existing account is promoted only when asked", async (t) => {
  const { resources, run, lines } = await start(t);
  await makeUser(resources, { email: EMAIL });
  assert.equal(await run(EMAIL), 1);
  assert.match(lines.join(), /an account with this address exists; --promote makes it an admin/);
  assert.equal(await run(EMAIL, "--promote"), 0);
  const principal = await authenticate(lines.at(-1), resources);
  assert.equal(principal?.user.role, "admin");
});

test("nobody is made of a wrong address", async (t) => {
  const { run, lines } = await start(t);
  assert.equal(await run("no address"), 1);
  assert.match(lines.join(), /No administrator was created: email is not an e-mail address\./);
});
