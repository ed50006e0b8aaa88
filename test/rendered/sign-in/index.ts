import { apiKey } from "./api-key.ts";
import { bearer } from "./bearer.ts";
import { oidc } from "./oidc.ts";
import { session } from "./session.ts";
import type { OpenSignIn } from "./types.ts";

/** How callers sign in, by the choice of `auth`. */
export const signIns: Readonly<Record<string, OpenSignIn>> = {
  jwt: bearer,
  opaque: bearer,
  session,
  "api-key": apiKey,
  oidc,
};
