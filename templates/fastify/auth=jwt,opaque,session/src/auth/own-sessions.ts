/** Listing and ending one's own sessions. */

import { record } from "../audit/trail.ts";
import { now } from "../clock.ts";
import type { Session, Transaction } from "../database/session.ts";
import { NotFound } from "../errors.ts";
import type { Resources } from "../resources.ts";
import { revokeFamily } from "../tokens/revocation.ts";
import { liveSessions } from "../tokens/sessions.ts";
import type { Principal } from "./principal.ts";
import { recheck } from "./recheck.ts";
import { SESSION_KIND, sessionEnd } from "./session-tokens.ts";

/** How many sessions an account has at most. */
export const SESSIONS = { most: 100 };

/** `expiresAt` applies unless it is used before; `current` marks the session of the request. */
export interface OwnSession {
  readonly id: string;
  readonly createdAt: Date;
  readonly lastUsedAt: Date;
  readonly expiresAt: Date;
  readonly clientAddress: string | undefined;
  readonly current: boolean;
}

/** Lists the caller's sessions, newest first: as many as `SESSIONS` at most. */
export const ownSessions = async (
  reader: Session,
  resources: Resources,
  principal: Principal,
): Promise<OwnSession[]> => {
  const at = now();
  const tokens = await liveSessions(reader, principal.user.id, SESSION_KIND, at);
  return tokens
    .map((token) => ({
      id: token.familyId,
      createdAt: token.signedInAt ?? token.createdAt,
      lastUsedAt: token.lastUsedAt ?? token.createdAt,
      expiresAt: sessionEnd(resources.settings, token),
      clientAddress: token.clientAddress,
      current: token.familyId === principal.sessionId,
    }))
    .filter((session) => session.expiresAt > at);
};

/** Ends one of the caller's sessions; throws `NotFound` for those of others. */
export const endOwnSession = async (
  transaction: Transaction,
  principal: Principal,
  sessionId: string,
): Promise<void> => {
  await recheck(transaction, principal, "account:write");
  const userId = principal.user.id;
  const at = now();
  const tokens = await liveSessions(transaction, userId, SESSION_KIND, at);
  if (!tokens.some((token) => token.familyId === sessionId)) {
    throw new NotFound();
  }
  await revokeFamily(transaction, sessionId, at);
  await record(transaction, "auth.session.ended", { actorId: userId, subjectId: userId });
};

/** Ends the oldest sessions above `SESSIONS` of an account, whose row is locked. */
export const endOldestSessions = async (
  transaction: Transaction,
  userId: string,
): Promise<void> => {
  const tokens = await liveSessions(transaction, userId, SESSION_KIND, now());
  for (const { familyId } of tokens.slice(SESSIONS.most)) {
    await revokeFamily(transaction, familyId, now());
    await record(transaction, "auth.session.ended", { subjectId: userId });
  }
};
