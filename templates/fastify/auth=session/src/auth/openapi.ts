/** The session and its CSRF token in the OpenAPI document. */

import type { Settings } from "../settings/index.ts";
import { cookieName, mayBePlain } from "./cookie.ts";
import { HEADER, SAFE_METHODS } from "./csrf.ts";
import type { Permission } from "./permissions.ts";

const SCHEME = "session";

export const securitySchemes = (settings: Settings): Readonly<Record<string, object>> => ({
  [SCHEME]: {
    type: "apiKey",
    in: "cookie",
    name: cookieName(mayBePlain(settings)),
    description: "The browser gets it from `POST /api/v1/auth/login`.",
  },
  [HEADER]: {
    type: "apiKey",
    in: "header",
    name: HEADER,
    description: "From `POST /api/v1/auth/login` or `GET /api/v1/auth/csrf`.",
  },
});

/** Returns the `security` of a private operation: to change state takes the token as well. */
export const securityOf = (
  method: string,
  _permissions: readonly Permission[],
): readonly Readonly<Record<string, readonly string[]>>[] => [
  SAFE_METHODS.has(method.toUpperCase()) ? { [SCHEME]: [] } : { [SCHEME]: [], [HEADER]: [] },
];
