/** Sessions of an account. */

import { FRESH, type Session } from "../database/session.ts";
import { toToken } from "./repository.ts";
import { tokens } from "./table.ts";
import type { Token } from "./token.ts";

/** Lists the latest token of each session of an account, newest sign-in first. */
export const liveSessions = async (
  session: Session,
  userId: string,
  kind: string,
  at: Date,
): Promise<Token[]> => {
  const live = { userId, kind, revokedAt: null, expiresAt: { $gt: at } };
  const newest = { ...FRESH, orderBy: { familyId: "desc" } } as const;
  return (await session.find(tokens, live, newest)).map(toToken);
};
