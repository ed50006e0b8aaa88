/** When stored credentials were last used. */

import { and, eq, isNull } from "drizzle-orm";
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
  const unused =
    token.lastUsedAt === undefined
      ? isNull(tokens.lastUsedAt)
      : eq(tokens.lastUsedAt, token.lastUsedAt);
  await session
    .update(tokens)
    .set({ lastUsedAt: at, digest })
    .where(and(eq(tokens.id, token.id), unused));
};
