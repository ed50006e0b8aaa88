/** What an administrator may change about an account. */

import { type Static, Type } from "typebox";
import { ROLES } from "../auth/permissions.ts";
import { oneOf, patch } from "../schemas.ts";

export type UserUpdate = Static<typeof UserUpdate>;
export const UserUpdate = patch("UserUpdate", {
  role: oneOf(ROLES, { examples: ["moderator"] }),
  is_active: Type.Boolean({ examples: [true] }),
});
