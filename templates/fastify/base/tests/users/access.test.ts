/** Who may do what with whose account. */

import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { ROLES } from "../../src/auth/permissions.ts";
import { checkNobody, checkRole, type Fill, type Row } from "../support/access.ts";
import { makeUser } from "../support/factories.ts";
import { startService } from "../support/service.ts";

const USERS = "/api/v1/users";
const TABLE: readonly Row[] = [
  ["GET", `${USERS}/me`, undefined, 200, 200, 200],
  ["PATCH", `${USERS}/me`, { full_name: "New" }, 200, 200, 200],
  ["GET", USERS, undefined, 403, 403, 200],
  ["GET", `${USERS}/export`, undefined, 403, 403, 200],
  ["GET", `${USERS}/<user>`, undefined, 403, 403, 200],
  ["PATCH", `${USERS}/<user>`, { is_active: true }, 403, 403, 200],
  ["DELETE", `${USERS}/<user>`, undefined, 403, 403, 204],
  ["DELETE", `${USERS}/<user>/sessions`, undefined, 403, 403, 204],
  ["GET", `${USERS}/<absent>`, undefined, 403, 403, 404],
  ["PATCH", `${USERS}/<absent>`, { is_active: true }, 403, 403, 404],
  ["DELETE", `${USERS}/<absent>`, undefined, 403, 403, 404],
  // Last: nobody is left.
  ["DELETE", `${USERS}/me`, undefined, 204, 204, 409],
];

const fill: Fill = async (path, resources) =>
  path.includes("<user>")
    ? path.replace("<user>", (await makeUser(resources)).id)
    : path.replace("<absent>", randomUUID());

test("a role may do what the table says", async (t) => {
  for (const role of ROLES) {
    await t.test(role, async (t) => {
      await checkRole(await startService(t), role, TABLE, fill);
    });
  }
});

test("nobody may do any of it", async (t) => {
  await checkNobody(await startService(t), TABLE, fill);
});
