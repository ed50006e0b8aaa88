/** Requests and responses for signing in with a session. */

import { Type } from "../json-schema.ts";
import { input, output } from "../schemas.ts";
import { USERNAME } from "./account-schemas.ts";
import { PASSWORD } from "./password-text.ts";

const TOKEN = Type.String({ pattern: "^[0-9a-f]{64}$", maxLength: 64 });

export const SignInRequest = input("SignIn", { email: USERNAME, password: PASSWORD });

export const CsrfToken = output(
  "CsrfToken",
  { csrf_token: TOKEN },
  "To be sent as `X-CSRF-Token` with every POST, PUT, PATCH and DELETE.",
);

export const SignedIn = output(
  "SignedIn",
  {
    csrf_token: TOKEN,
    expires_in: Type.Integer({ format: "int32", minimum: 1, maximum: 2_592_000 }),
  },
  "The session id is in the cookie. It expires after `expires_in` seconds at the latest.",
);
