/** `roles`: prints the SQL that creates the owner of the database and the role of the service. */

import { databaseOf, userOf } from "../database/granting.ts";
import { tableRights } from "../database/rights.ts";
import { MAX_NAME_BYTES, sqlForRoles } from "../database/roles.ts";
import { databaseUrl } from "../settings/database-url.ts";
import { parseSettings } from "../settings/environment.ts";
import { optional } from "../settings/setting.ts";
import { readVariables, type Variables } from "../settings/variables.ts";
import type { Command } from "./command.ts";

// Only the URLs: when roles are created, other settings may be missing.
const URLS = {
  databaseUrl: optional(databaseUrl()),
  migrationDatabaseUrl: optional(databaseUrl()),
};

interface Names {
  readonly database: string;
  readonly owner: string;
  readonly service: string;
}

export const command: Command = {
  name: "roles",
  help:
    "Print SQL for an administrator of the database server: it makes the owner of the tables and " +
    "the role of the service, and may be run again at any time.",
  options: {
    database: { value: "NAME", help: "default: the database of DATABASE_URL" },
    owner: {
      value: "NAME",
      help: "default: the user of MIGRATION_DATABASE_URL, or <service>_owner",
    },
    service: { value: "NAME", help: "default: the user of DATABASE_URL" },
  },
  run(given) {
    const { environment, file } = readVariables();
    const urls = parseSettings(URLS, { environment: filled(environment), file: filled(file) });
    const url = urls.databaseUrl?.reveal();
    const ownerUrl = urls.migrationDatabaseUrl?.reveal();
    const database = textOf(given["database"]) || (url ? databaseOf(url) : "");
    const service = textOf(given["service"]) || (url ? userOf(url) : "");
    const named = ownerUrl ? userOf(ownerUrl) : "";
    const byDefault = ["", service].includes(named) ? `${service}_owner` : named;
    const names = { database, service, owner: textOf(given["owner"]) || byDefault };
    const faults = faultsOf(names);
    if (faults.length > 0) {
      console.error(["No SQL was printed:", ...faults].join("\n  "));
      return 2;
    }
    for (const line of sqlForRoles(names, tableRights())) {
      console.log(line);
    }
    return 0;
  },
};

const faultsOf = (names: Names): string[] => {
  const faults = (["database", "owner", "service"] as const).flatMap((what) => {
    const name = names[what];
    if (name === "") {
      return [`--${what} is missing, and no URL names one`];
    }
    // A name that is too long would be truncated silently, or refused halfway.
    const isFit = !/\p{C}/u.test(name) && Buffer.byteLength(name) <= MAX_NAME_BYTES[what];
    return isFit
      ? []
      : [`--${what} must be printable and at most ${MAX_NAME_BYTES[what]} bytes long`];
  });
  return names.owner === names.service ? [...faults, "--owner and --service must differ"] : faults;
};

const textOf = (given: string | boolean | undefined): string =>
  typeof given === "string" ? given : "";

const filled = (variables: Variables["environment"]): Variables["environment"] =>
  Object.fromEntries(Object.entries(variables).filter(([, text]) => text !== ""));
