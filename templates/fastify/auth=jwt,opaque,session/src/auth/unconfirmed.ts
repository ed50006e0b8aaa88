/** Accounts with an unverified address. */

import { record } from "../audit/trail.ts";
import { now } from "../clock.ts";
import type { Transaction } from "../database/session.ts";
import type { Settings } from "../settings/index.ts";
import { deleteUnconfirmed } from "../users/unconfirmed.ts";

const UNCONFIRMED_DAYS = 7;

/** Returns whether only an account with a verified address may sign in. */
export const verificationRequired = (settings: Settings): boolean =>
  settings.requireEmailVerification ??
  (settings.environment === "staging" || settings.environment === "production");

/**
 * Deletes accounts that were not verified within `UNCONFIRMED_DAYS`.
 *
 * Where the settings do not require verification, such accounts are in use and are kept.
 */
export const purgeUnconfirmed = async (
  transaction: Transaction,
  settings: Settings,
  limit: number,
): Promise<number> => {
  if (!verificationRequired(settings)) {
    return 0;
  }
  const before = new Date(now().getTime() - UNCONFIRMED_DAYS * 86_400_000);
  const count = await deleteUnconfirmed(transaction, before, limit);
  if (count > 0) {
    await record(transaction, "user.unconfirmed.purged", { details: { count: String(count) } });
  }
  return count;
};
