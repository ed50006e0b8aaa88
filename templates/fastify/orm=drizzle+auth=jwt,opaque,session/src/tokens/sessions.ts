/** Sessions of an account. */

import { and, desc, eq, gt, isNull } from "drizzle-orm";
import type { Session } from "../database/session.ts";
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
  const live = and(
    eq(tokens.userId, userId),
    eq(tokens.kind, kind),
    isNull(tokens.revokedAt),
    gt(tokens.expiresAt, at),
  );
  const rows = await session.select().from(tokens).where(live).orderBy(desc(tokens.familyId));
  return rows.map(toToken);
};
