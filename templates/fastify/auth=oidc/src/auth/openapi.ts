/** The provider's access tokens in the OpenAPI document. */

import type { Settings } from "../settings/index.ts";
import type { Permission } from "./permissions.ts";

const SCHEME = "AccessToken";

export const securitySchemes = (_settings: Settings): Readonly<Record<string, object>> => ({
  [SCHEME]: {
    type: "http",
    scheme: "bearer",
    bearerFormat: "JWT",
    description: "An access token of the identity provider, for this service's audience.",
  },
});

/** Returns the `security` of a private operation. */
export const securityOf = (
  _method: string,
  _permissions: readonly Permission[],
): readonly Readonly<Record<string, readonly string[]>>[] => [{ [SCHEME]: [] }];
