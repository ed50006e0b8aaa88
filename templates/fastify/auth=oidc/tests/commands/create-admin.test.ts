/** `create-admin`: says where admins are made. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { PROVIDER } from "../support/auth.ts";
import { run } from "../support/command.ts";
import { newDatabase } from "../support/database.ts";
import { ENVIRONMENT } from "../support/environment.ts";
import type { Ended } from "../support/process.ts";

const createAdmin = async (variables: Readonly<Record<string, string>>): Promise<Ended> => {
  const { url, drop } = await newDatabase();
  await drop();
  const given = { ...ENVIRONMENT, DATABASE_URL: url, ...variables };
  return await run(["create-admin", "--email", "root@example.com"], given);
};

test("it names what makes an admin", async () => {
  const { code, stdout } = await createAdmin({
    OIDC_ROLE_MAPPING: "admin=ops,admin=api-admins,moderator=support",
    OIDC_ROLES_CLAIM: "realm_access.roles",
  });
  assert.equal(code, 0);
  assert.ok(stdout.includes(PROVIDER.issuer));
  const told = "root@example.com one of these values of realm_access.roles there: api-admins, ops.";
  assert.ok(stdout.includes(told), stdout);
  assert.ok(!stdout.includes("support"));
});

test("it fails where nobody can become an admin", async () => {
  const { code, stderr } = await createAdmin({ OIDC_ROLE_MAPPING: "moderator=support" });
  assert.equal(code, 1);
  assert.match(stderr, /OIDC_ROLE_MAPPING maps no value to admin/);
});
