/** What an administrator may change about an account. */

import { type Static, Type } from "../json-schema.ts";
import { patch } from "../schemas.ts";
import type { UserChanges } from "./repository.ts";

/** Not the role, which comes from the identity provider with each token. */
type UserUpdate = Static<typeof UserUpdate>;
export const UserUpdate = patch("UserUpdate", {
  is_active: Type.Boolean({ examples: [true] }),
});

/** Returns the changes that a form asks for. */
export const changesOf = ({ is_active: isActive }: UserUpdate): Pick<UserChanges, "isActive"> => ({
  isActive,
});
