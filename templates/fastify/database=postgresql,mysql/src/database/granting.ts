/** Rights of the service's role on migrated tables. */

import type { Settings } from "../settings/index.ts";
import { describeFailure } from "./failures.ts";
import { migrationUrl } from "./migrating.ts";
import { tableRights } from "./rights.ts";
import { runAsOwner, sqlForTables } from "./roles.ts";

/**
 * Grants the role of the service its privileges on migrated tables; returns what failed, in lines.
 *
 * Does nothing if the service itself is the owner, as on a developer's machine.
 */
export const grantRights = async (settings: Settings): Promise<readonly string[]> => {
  const ownerUrl = migrationUrl(settings);
  const service = userOf(settings.databaseUrl.reveal());
  if (service === "" || service === userOf(ownerUrl)) {
    return [];
  }
  try {
    await runAsOwner(ownerUrl, sqlForTables(databaseOf(ownerUrl), service, tableRights()));
    return [];
  } catch (error) {
    return [
      `Granting privileges to ${service} failed: ${describeFailure(error)}`,
      "Run what `node src/cli.ts roles` prints, then migrate again.",
    ];
  }
};

/** Returns the user of a URL; empty without one. */
export const userOf = (url: string): string => decodeURIComponent(new URL(url).username);

/** Returns the database of a URL; empty without one. */
export const databaseOf = (url: string): string =>
  decodeURIComponent(new URL(url).pathname.slice(1));
