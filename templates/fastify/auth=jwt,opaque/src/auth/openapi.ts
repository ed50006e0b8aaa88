/** OAuth in the OpenAPI document. */

import type { Settings } from "../settings/index.ts";
import { ALL_PERMISSIONS, PERMISSIONS, type Permission, ROLES } from "./permissions.ts";

const SCHEME = "OAuth2PasswordBearer";

export const securitySchemes = (settings: Settings): Readonly<Record<string, object>> => {
  const url = `${settings.rootPath}/api/v1/auth/token`;
  const scopes = Object.fromEntries(
    ALL_PERMISSIONS.map((permission) => [permission, `Granted to ${rolesWith(permission)}.`]),
  );
  return {
    [SCHEME]: { type: "oauth2", flows: { password: { scopes, tokenUrl: url, refreshUrl: url } } },
  };
};

/** Returns the `security` of a private operation. */
export const securityOf = (
  _method: string,
  permissions: readonly Permission[],
): readonly Readonly<Record<string, readonly string[]>>[] => [{ [SCHEME]: permissions }];

const rolesWith = (permission: Permission): string =>
  ROLES.filter((role) => PERMISSIONS[role].has(permission)).join(", ");
