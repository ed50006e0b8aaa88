/** Shapes of accounts over HTTP. */

import { ROLES } from "../auth/permissions.ts";
import { type Static, Type } from "../json-schema.ts";
import { page } from "../pagination.ts";
import { id, input, moment, oneOf, output, patch } from "../schemas.ts";
import "../text.ts";
import { MAX_EMAIL_LENGTH } from "./email.ts";
import type { User } from "./model.ts";

const NAME = { minLength: 1, maxLength: 200 };

export const FULL_NAME = Type.String({ ...NAME, format: "line", examples: ["Ada Lovelace"] });

export type UserOut = Static<typeof UserOut>;
export const UserOut = output("UserOut", {
  id: id(),
  email: Type.String({ format: "email", maxLength: MAX_EMAIL_LENGTH }),
  full_name: Type.String(NAME),
  role: oneOf(ROLES),
  is_active: Type.Boolean(),
  email_verified: Type.Boolean(),
  created_at: moment(),
});

export const UserPage = page("UserPage", UserOut, "A page of accounts.");

export type ProfileUpdate = Static<typeof ProfileUpdate>;
export const ProfileUpdate = patch(
  "ProfileUpdate",
  { full_name: FULL_NAME },
  "What users may change of their own account, which excludes the role.",
);

/** The path of an account. */
export const UserPath = input("UserPath", { user_id: id() });

/** An account as a response has it. */
export const userOut = (user: User): UserOut => ({
  id: user.id,
  email: user.email,
  full_name: user.fullName,
  role: user.role,
  is_active: user.isActive,
  email_verified: user.emailVerified,
  created_at: user.createdAt,
});
