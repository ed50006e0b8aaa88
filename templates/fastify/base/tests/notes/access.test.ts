/** Who may do what with whose notes. */

import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { ROLES } from "../../src/auth/permissions.ts";
import { checkNobody, checkRole, type Fill, type Row } from "../support/access.ts";
import { makeUser } from "../support/factories.ts";
import { startService } from "../support/service.ts";
import { makeNote } from "./factories.ts";

const NOTES = "/api/v1/notes";
const NOTE = { title: "Title" };
const TABLE: readonly Row[] = [
  ["GET", NOTES, undefined, 200, 200, 200],
  ["POST", NOTES, NOTE, 201, 201, 201],
  ["GET", `${NOTES}/<own>`, undefined, 200, 200, 200],
  ["PATCH", `${NOTES}/<own>`, NOTE, 200, 200, 200],
  ["DELETE", `${NOTES}/<own>`, undefined, 204, 204, 204],
  ["GET", `${NOTES}/<other>`, undefined, 404, 200, 200],
  ["PATCH", `${NOTES}/<other>`, NOTE, 404, 404, 404],
  ["DELETE", `${NOTES}/<other>`, undefined, 404, 204, 204],
  ["GET", `${NOTES}/<absent>`, undefined, 404, 404, 404],
  ["PATCH", `${NOTES}/<absent>`, NOTE, 404, 404, 404],
  ["DELETE", `${NOTES}/<absent>`, undefined, 404, 404, 404],
];

const fill: Fill = async (path, resources, caller) => {
  if (path.includes("<own>")) {
    return path.replace("<own>", (await makeNote(resources, caller)).id);
  }
  if (path.includes("<other>")) {
    const note = await makeNote(resources, await makeUser(resources));
    return path.replace("<other>", note.id);
  }
  return path.replace("<absent>", randomUUID());
};

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
