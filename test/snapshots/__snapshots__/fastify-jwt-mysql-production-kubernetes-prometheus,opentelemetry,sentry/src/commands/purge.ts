/** `purge`: deletes what has expired. */

import { purgeAuditEvents } from "../audit/retention.ts";
import { purgeKnownAddresses } from "../auth/known-clients.ts";
import { purgeUnconfirmed } from "../auth/unconfirmed.ts";
import { Database } from "../database/database.ts";
import type { Transaction } from "../database/session.ts";
import { configureLogging } from "../logging.ts";
import { loadSettings, type Settings } from "../settings/index.ts";
import { purgeTokens } from "../tokens/expiry.ts";
import type { Command } from "./command.ts";

/** Deletes up to `limit` rows in a transaction; returns how many. */
type Purger = (transaction: Transaction, settings: Settings, limit: number) => Promise<number>;

const PURGERS: Readonly<Record<string, Purger>> = {
  "expired credentials": purgeTokens,
  "unconfirmed accounts": purgeUnconfirmed,
  "known addresses": purgeKnownAddresses,
  // Last: this fails for a role that does not own the table.
  "audit events": purgeAuditEvents,
};
/** Rows per transaction, so that its locks are held for a short time. */
const BATCH = 1000;

export const command: Command = {
  name: "purge",
  help: "Delete expired data, as the owner of the tables; safe while the service runs.",
  async run() {
    const settings = loadSettings();
    configureLogging(settings);
    const databaseUrl = settings.migrationDatabaseUrl ?? settings.databaseUrl;
    await using stack = new AsyncDisposableStack();
    const database = await Database.open({ ...settings, databaseUrl }, stack);
    for (const [what, purge] of Object.entries(PURGERS)) {
      let total = 0;
      let count: number;
      do {
        count = await database.transaction((transaction) => purge(transaction, settings, BATCH));
        total += count;
      } while (count === BATCH);
      console.log(`${total} ${what} deleted.`);
    }
  },
};
