/** The environment of the service under test. */

import { randomBytes } from "node:crypto";
import * as auth from "./auth.ts";
import * as state from "./state.ts";

/** Limits are out of the way here; the tests of limits set their own. */
export const ENVIRONMENT: Readonly<Record<string, string>> = {
  ENVIRONMENT: "test",
  SECRET_KEY: randomBytes(36).toString("base64url"),
  FIELD_ENCRYPTION_KEYS: randomBytes(32).toString("base64"),
  CORS_ORIGINS: "https://app.example.com",
  ALLOWED_HOSTS: "localhost,127.0.0.1",
  RATE_LIMIT_DEFAULT: "10000/minute",
  SECURITY_CONTACT: "",
  ...auth.ENVIRONMENT,
  ...state.ENVIRONMENT,
};
/** The same in production. */
export const PRODUCTION: Readonly<Record<string, string>> = auth.PRODUCTION;
