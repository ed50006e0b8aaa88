/** `create-admin`: says how to make a user an admin. There are no default accounts. */

import { loadSettings } from "../settings/index.ts";
import type { Command } from "./command.ts";

export const command: Command = {
  name: "create-admin",
  help: "Show how to make an administrator at the identity provider.",
  options: {
    email: { help: "address at the identity provider", value: "EMAIL", isRequired: true },
  },
  run({ email }) {
    const { oidcIssuer, oidcRolesClaim, oidcRoleMapping } = loadSettings();
    const values = [...(oidcRoleMapping.get("admin") ?? [])].toSorted();
    if (values.length === 0) {
      console.error(
        "Nobody can become an administrator: OIDC_ROLE_MAPPING maps no value to admin.\n" +
          "Set it, for example to admin=api-admins.",
      );
      return 1;
    }
    console.log(
      `Roles come from ${oidcIssuer}, so nothing is stored here.\n` +
        `Give ${email} one of these values of ${oidcRolesClaim} there: ${values.join(", ")}.\n` +
        "The account becomes an administrator with its next token.",
    );
    return 0;
  },
};
