/** Tokens that are found by their secret, and used once. */

import { and, eq, gt, inArray, isNull } from "drizzle-orm";
import { affected } from "../database/dialect.ts";
import type { Session } from "../database/session.ts";
import { toToken } from "./repository.ts";
import { tokens } from "./table.ts";
import type { Token } from "./token.ts";

/** Finds a token by its digest, whether it can still be used or not. */
export const findToken = async (
  session: Session,
  kind: string,
  digests: readonly Buffer[],
): Promise<Token | undefined> => {
  const found = and(eq(tokens.kind, kind), inArray(tokens.digest, [...digests]));
  const [row] = await session.select().from(tokens).where(found);
  return row && toToken(row);
};

/**
 * Uses a token. Of two concurrent uses, one gets true: the UPDATE decides.
 *
 * The row of the owner is locked.
 */
export const consumeToken = async (
  session: Session,
  tokenId: string,
  at: Date,
): Promise<boolean> => {
  const usable = and(eq(tokens.id, tokenId), isNull(tokens.revokedAt), gt(tokens.expiresAt, at));
  const used = { lastUsedAt: at, revokedAt: at };
  return affected(await session.update(tokens).set(used).where(usable)) === 1;
};
