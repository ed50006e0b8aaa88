/** Expired stored credentials. */

import { now } from "../clock.ts";
import type { Transaction } from "../database/session.ts";
import type { Settings } from "../settings/index.ts";
import { TokenRepository } from "./repository.ts";

/** Deletes expired credentials. */
export const purgeTokens = async (
  transaction: Transaction,
  _settings: Settings,
  limit: number,
): Promise<number> => await new TokenRepository(transaction).deleteExpired(now(), limit);
