/** Tokens that are found by their secret, and used once. */

import { FRESH, type Session } from "../database/session.ts";
import { toToken } from "./repository.ts";
import { tokens } from "./table.ts";
import type { Token } from "./token.ts";

/** Finds a token by its digest, whether it can still be used or not. */
export const findToken = async (
  session: Session,
  kind: string,
  digests: readonly Buffer[],
): Promise<Token | undefined> => {
  const row = await session.findOne(tokens, { kind, digest: { $in: [...digests] } }, FRESH);
  return row === null ? undefined : toToken(row);
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
  const usable = { id: tokenId, revokedAt: null, expiresAt: { $gt: at } };
  const used = { lastUsedAt: at, revokedAt: at };
  return (await session.nativeUpdate(tokens, usable, used)) === 1;
};
