/** E-mail addresses in the bodies of requests. */

import { Type } from "../json-schema.ts";
import { MAX_EMAIL_LENGTH } from "./email.ts";

/** An address; `normalEmail` normalises it. */
export const EMAIL = Type.String({
  maxLength: MAX_EMAIL_LENGTH,
  format: "email",
  examples: ["ada@example.com"],
});
