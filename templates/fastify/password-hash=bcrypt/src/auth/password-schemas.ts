/** Shapes of passwords over HTTP. */

import { addFormat } from "../formats.ts";
import { MAX_PASSWORD_BYTES } from "./password-hasher.ts";
import { newPasswordFault, PASSWORD, prepare } from "./password-text.ts";

// bcrypt reads 72 bytes: longer passwords are refused, since the rest would not protect the account
// (CWE-222).
const bytesFault = (typed: string): string | undefined =>
  Buffer.byteLength(prepare(typed) ?? "") > MAX_PASSWORD_BYTES
    ? `must have at most ${MAX_PASSWORD_BYTES} bytes in UTF-8`
    : undefined;

addFormat("new-password", {
  fault: (typed) => newPasswordFault(typed) ?? bytesFault(typed),
  documentedAs: "password",
});

export const NEW_PASSWORD = {
  ...PASSWORD,
  format: "new-password",
  description: `At most ${MAX_PASSWORD_BYTES} bytes in UTF-8.`,
};
