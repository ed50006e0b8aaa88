/** When stored credentials were last used. */

import type { Session } from "../database/session.ts";
import { tokens } from "./table.ts";
import type { Token } from "./token.ts";

/**
 * Stores when a token was used, and its current digest.
 *
 * Does nothing if another request has done this since the token was read.
 */
export const noteUse = async (
  session: Session,
  token: Token,
  digest: Buffer,
  at: Date,
): Promise<void> => {
  const unused = { id: token.id, lastUsedAt: token.lastUsedAt ?? null };
  await session.nativeUpdate(tokens, unused, { lastUsedAt: at, digest });
};
