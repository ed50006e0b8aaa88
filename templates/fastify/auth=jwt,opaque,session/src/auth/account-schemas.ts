/** Shapes of account management over HTTP. */

import { type Static, Type } from "../json-schema.ts";
import { input, output } from "../schemas.ts";
import { MAX_EMAIL_LENGTH, normalEmail } from "../users/email.ts";
import { EMAIL } from "../users/email-schema.ts";
import { FULL_NAME } from "../users/schemas.ts";
import { NEW_PASSWORD } from "./password-schemas.ts";
import { PASSWORD, prepared } from "./password-text.ts";

export interface Registration {
  readonly email: string;
  readonly password: string;
  readonly fullName: string;
}

export interface PasswordReset {
  readonly token: string;
  readonly newPassword: string;
}

export interface PasswordChange {
  readonly currentPassword: string;
  readonly newPassword: string;
}

export const USERNAME = Type.String({
  minLength: 1,
  maxLength: MAX_EMAIL_LENGTH,
  examples: ["ada@example.com"],
});
const ONE_TIME_SECRET = Type.String({
  minLength: 1,
  maxLength: 128,
  format: "password",
  examples: ["the-code-from-the-mail"],
});

export const RegistrationIn = input("Registration", {
  email: EMAIL,
  password: NEW_PASSWORD,
  full_name: FULL_NAME,
});
export const EmailVerificationIn = input("EmailVerification", { token: ONE_TIME_SECRET });
export const ForgottenPasswordIn = input("ForgottenPassword", { email: EMAIL });
export const PasswordResetIn = input("PasswordReset", {
  token: ONE_TIME_SECRET,
  new_password: NEW_PASSWORD,
});
export const PasswordChangeIn = input("PasswordChange", {
  current_password: PASSWORD,
  new_password: { ...NEW_PASSWORD, examples: ["amber lantern folds quietly"] },
});

const ON_ITS_WAY = "If the address can be used, a mail is on its way.";
export const Accepted = output(
  "Accepted",
  { detail: Type.String({ maxLength: 100, default: ON_ITS_WAY }) },
  "The same for every address: it must not reveal which ones have an account.",
);
export const ACCEPTED: Static<typeof Accepted> = { detail: ON_ITS_WAY };

export const parseRegistration = (body: Static<typeof RegistrationIn>): Registration => ({
  email: normalized(body.email),
  password: prepared(body.password),
  fullName: body.full_name,
});

export const parseReset = (body: Static<typeof PasswordResetIn>): PasswordReset => ({
  token: body.token,
  newPassword: prepared(body.new_password),
});

export const parseChange = (body: Static<typeof PasswordChangeIn>): PasswordChange => ({
  currentPassword: body.current_password,
  newPassword: prepared(body.new_password),
});

/** Returns the normalised address of an account whose password is forgotten. */
export const parseForgotten = (body: Static<typeof ForgottenPasswordIn>): string =>
  normalized(body.email);

/** Returns the address to sign in with: a malformed one fails like an unknown one. */
export const parseUsername = (text: string): string => {
  const trimmed = text.trim();
  return normalEmail(trimmed) ?? trimmed.toLowerCase();
};

/** The schema has checked that it is an address. */
const normalized = (email: string): string => normalEmail(email) ?? email;
