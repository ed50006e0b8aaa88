/** What an administrator may change about an account. */

import { ROLES } from "../auth/permissions.ts";
import { type Static, Type } from "../json-schema.ts";
import { oneOf, patch } from "../schemas.ts";
import type { UserChanges } from "./repository.ts";

type UserUpdate = Static<typeof UserUpdate>;
export const UserUpdate = patch("UserUpdate", {
  role: oneOf(ROLES, { examples: ["moderator"] }),
  is_active: Type.Boolean({ examples: [true] }),
});

/** Returns the changes that a form asks for. */
export const changesOf = ({
  role,
  is_active: isActive,
}: UserUpdate): Pick<UserChanges, "role" | "isActive"> => ({ role, isActive });
