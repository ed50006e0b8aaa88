/** Shapes of making accounts over HTTP. */

import { type Static, Type } from "../json-schema.ts";
import { input, oneOf } from "../schemas.ts";
import { normalEmail } from "../users/email.ts";
import { EMAIL } from "../users/email-schema.ts";
import { FULL_NAME } from "../users/schemas.ts";
import { ROLES, type Role } from "./permissions.ts";

export interface NewAccount {
  readonly email: string;
  readonly fullName: string;
  readonly role: Role;
}

export const AccountCreate = input("AccountCreate", {
  email: EMAIL,
  full_name: FULL_NAME,
  role: Type.Optional(oneOf(ROLES, { title: "Role" })),
});

export const parseAccount = (body: Static<typeof AccountCreate>): NewAccount => ({
  // The schema has checked that it is an address.
  email: normalEmail(body.email) ?? body.email,
  fullName: body.full_name,
  role: body.role ?? "user",
});
