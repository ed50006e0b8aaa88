/** Successors of refresh tokens. */

import { and, eq, gt, isNotNull, isNull } from "drizzle-orm";
import { affected } from "../database/dialect.ts";
import type { Session } from "../database/session.ts";
import { tokens } from "./table.ts";
import type { Token } from "./token.ts";

/**
 * Revokes what came after a token in its family, whose owner is locked.
 *
 * Returns false, and revokes nothing, if one of them was used, or all are revoked.
 */
export const supersede = async (session: Session, token: Token, at: Date): Promise<boolean> => {
  const later = and(eq(tokens.familyId, token.familyId), gt(tokens.id, token.id));
  const used = await session
    .select({ id: tokens.id })
    .from(tokens)
    .where(and(later, isNotNull(tokens.lastUsedAt)))
    .limit(1);
  if (used.length > 0) {
    return false;
  }
  const alive = and(later, isNull(tokens.revokedAt), gt(tokens.expiresAt, at));
  return affected(await session.update(tokens).set({ revokedAt: at }).where(alive)) > 0;
};
