/** How long revoked keys are kept. */

import { now } from "../clock.ts";
import type { Transaction } from "../database/session.ts";
import type { Settings } from "../settings/index.ts";
import { ApiKeyRepository } from "./repository.ts";

// Their names and last uses help to find out what was done with a stolen one.
const KEPT_MILLISECONDS = 7 * 86_400_000;

/** Deletes keys that were revoked a week ago: creating and revoking fills no table for ever. */
export const purgeRevokedKeys = async (
  transaction: Transaction,
  _settings: Settings,
  limit: number,
): Promise<number> => {
  const before = new Date(now().getTime() - KEPT_MILLISECONDS);
  return await new ApiKeyRepository(transaction).deleteRevoked(before, limit);
};
