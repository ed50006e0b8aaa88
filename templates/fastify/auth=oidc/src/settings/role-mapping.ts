/** `OIDC_ROLE_MAPPING`: which values of the roles claim give which role. */

import { ROLES, type Role } from "../auth/permissions.ts";
import { Fault, type Options, type Setting, split, withOptions } from "./setting.ts";

/** Read from text such as `admin=api-admins,moderator=api-moderators`. */
export type RoleMapping = ReadonlyMap<Role, ReadonlySet<string>>;

export const roleMapping = (options: Options = {}): Setting<RoleMapping> =>
  withOptions({ parse: parseMapping }, options);

const parseMapping = (text: string): RoleMapping => {
  const mapping = new Map<Role, Set<string>>();
  for (const pair of split(text)) {
    const [, name = "", value = ""] = /^([^=]*)=(.*)$/s.exec(pair) ?? [];
    const role = ROLES.find((known) => known === name.trim());
    if (role === undefined || value.trim() === "") {
      throw new Fault(`must look like admin=value,moderator=value; roles are ${ROLES.join(", ")}`);
    }
    mapping.set(role, (mapping.get(role) ?? new Set()).add(value.trim()));
  }
  return mapping;
};
