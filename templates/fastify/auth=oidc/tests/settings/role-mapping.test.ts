/** OIDC_ROLE_MAPPING: explicit, or refused. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { SETTINGS } from "../../src/settings/model.ts";
import { roleMapping } from "../../src/settings/role-mapping.ts";
import { Fault } from "../../src/settings/setting.ts";

const setting = roleMapping();

test("nothing is mapped by default", () => {
  assert.equal(SETTINGS.oidcRoleMapping.default, "");
  assert.deepEqual(setting.parse("", {}), new Map());
});

test("several values give a role", () => {
  const text = "admin=ops, admin=sre,moderator=https://example.com/a=b";
  assert.deepEqual(
    setting.parse(text, {}),
    new Map([
      ["admin", new Set(["ops", "sre"])],
      ["moderator", new Set(["https://example.com/a=b"])],
    ]),
  );
});

test("what is no mapping is refused", () => {
  for (const text of ["admin", "admin=", "=ops", "root=ops", "Admin=ops", "admin:ops"]) {
    assert.throws(
      () => setting.parse(text, {}),
      (error) =>
        error instanceof Fault &&
        error.message.startsWith("must look like") &&
        error.message.includes("user, moderator, admin"),
      text,
    );
  }
});
