/** The account that a token belongs to. */

import assert from "node:assert/strict";
import type { UserOut } from "../../src/users/schemas.ts";
import type { Trusting } from "./trusting.ts";

/** Reads the account of a token, which is valid. */
export const me = async ({ call }: Trusting, token: string): Promise<UserOut> => {
  const answer = await call(token);
  assert.equal(answer.statusCode, 200, answer.body);
  return answer.json<UserOut>();
};
