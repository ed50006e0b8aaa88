/** How roles change: an admin changes them here. */

import assert from "node:assert/strict";
import type { Role } from "../../src/auth/permissions.ts";
import type { Caller } from "./sign-up.ts";

/** Gives a caller another role. */
export const changeRole = async (admin: Caller, { user }: Caller, role: Role): Promise<void> => {
  const answer = await admin.client.patch(`/api/v1/users/${user.id}`, { json: { role } });
  assert.equal(answer.statusCode, 200, answer.body);
};
