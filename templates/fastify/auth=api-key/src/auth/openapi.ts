/** API keys in the OpenAPI document. */

import type { Settings } from "../settings/index.ts";
import { HEADER } from "./authenticator.ts";
import type { Permission } from "./permissions.ts";

const SCHEME = "ApiKey";

export const securitySchemes = (_settings: Settings): Readonly<Record<string, object>> => ({
  [SCHEME]: { type: "apiKey", in: "header", name: HEADER, description: "csa_<id>_<secret>" },
});

/** Returns the `security` of a private operation. */
export const securityOf = (
  _method: string,
  _permissions: readonly Permission[],
): readonly Readonly<Record<string, readonly string[]>>[] => [{ [SCHEME]: [] }];
