/** `create-admin`: the first admin and its key, which is shown once. */

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { authenticate } from "../../src/auth/authenticator.ts";
import { openResources } from "../../src/resources.ts";
import { run } from "../support/command.ts";
import { newDatabase } from "../support/database.ts";
import { ENVIRONMENT } from "../support/environment.ts";
import { makeUser } from "../support/factories.ts";
import { settingsFor } from "../support/service.ts";

const EMAIL = "root@example.com";

const start = async (t: TestContext) => {
  const database = await newDatabase();
  const stack = new AsyncDisposableStack();
  const resources = await openResources(settingsFor(database.url), stack);
  t.after(async () => {
    await stack.disposeAsync();
    await database.drop();
  });
  const variables = { ...ENVIRONMENT, DATABASE_URL: database.url };
  const createAdmin = (...options: string[]) =>
    run(["create-admin", "--email", ...options], variables);
  return { resources, createAdmin };
};

/** The key, which is the second of the lines that are printed. */
const keyIn = (stdout: string): string => stdout.split("\n")[1] ?? "";

test("an admin is made with a key that works", async (t) => {
  const { resources, createAdmin } = await start(t);
  const { code, stdout, stderr } = await createAdmin("Root@Example.com");
  assert.deepEqual([code, stderr], [0, ""]);
  assert.match(
    stdout,
    /^root@example\.com is an admin\. Its key, which cannot be shown again:\n\S+\n$/,
  );
  const principal = await authenticate(keyIn(stdout), resources);
  assert.deepEqual([principal?.user.email, principal?.user.role], [EMAIL, "admin"]);
  assert.ok(principal?.may("users:write") && principal.may("api_keys:write"));
});

test("an existing account is promoted only when asked", async (t) => {
  const { resources, createAdmin } = await start(t);
  await makeUser(resources, { email: EMAIL });
  const refused = await createAdmin(EMAIL);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /an account with this address exists; --promote makes it an admin/);
  const { code, stdout } = await createAdmin(EMAIL, "--promote");
  assert.equal(code, 0);
  const principal = await authenticate(keyIn(stdout), resources);
  assert.equal(principal?.user.role, "admin");
});

test("nobody is made of a wrong address", async (t) => {
  const { createAdmin } = await start(t);
  const { code, stderr } = await createAdmin("no address");
  assert.equal(code, 1);
  assert.match(stderr, /No administrator was created: email is not an e-mail address\./);
});
