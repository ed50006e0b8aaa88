/** Successors of refresh tokens. */

import type { Session } from "../database/session.ts";
import { tokens } from "./table.ts";
import type { Token } from "./token.ts";

/**
 * Revokes what came after a token in its family, whose owner is locked.
 *
 * Returns false, and revokes nothing, if one of them was used, or all are revoked.
 */
export const supersede = async (session: Session, token: Token, at: Date): Promise<boolean> => {
  const later = { familyId: token.familyId, id: { $gt: token.id } };
  if ((await session.count(tokens, { ...later, lastUsedAt: { $ne: null } })) > 0) {
    return false;
  }
  const alive = { ...later, revokedAt: null, expiresAt: { $gt: at } };
  return (await session.nativeUpdate(tokens, alive, { revokedAt: at })) > 0;
};
