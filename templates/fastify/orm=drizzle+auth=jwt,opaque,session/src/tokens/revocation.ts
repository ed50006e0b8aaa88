/**
 * Revoking an account's tokens, under the lock of its row in `users`.
 *
 * Without it, a refresh during the end of all sessions would add a token that the latter does not
 * see, and one session would survive.
 */

import { and, eq, inArray, isNull, ne, type SQL } from "drizzle-orm";
import { affected, locked } from "../database/dialect.ts";
import type { Session } from "../database/session.ts";
import { users } from "../users/table.ts";
import { tokens } from "./table.ts";

/** Which tokens `revokeAll` leaves alone. */
export interface Kept {
  readonly family?: string | undefined;
  readonly kind?: string | undefined;
}

/** Revokes a family; returns false if it was already revoked. */
export const revokeFamily = async (
  session: Session,
  familyId: string,
  at: Date,
): Promise<boolean> => {
  const ofFamily = eq(tokens.familyId, familyId);
  const owner = session.select({ id: tokens.userId }).from(tokens).where(ofFamily);
  await lockOwner(session, inArray(users.id, owner));
  return await revoke(session, at, ofFamily);
};

/** Revokes every token of an account, except those of one family or one kind. */
export const revokeAll = async (
  session: Session,
  userId: string,
  at: Date,
  kept: Kept = {},
): Promise<void> => {
  await lockOwner(session, eq(users.id, userId));
  await revoke(
    session,
    at,
    eq(tokens.userId, userId),
    kept.family === undefined ? undefined : ne(tokens.familyId, kept.family),
    kept.kind === undefined ? undefined : ne(tokens.kind, kept.kind),
  );
};

/** Revokes the tokens of one kind of an account, whose row is locked. */
export const revokeKind = async (
  session: Session,
  userId: string,
  kind: string,
  at: Date,
): Promise<void> => {
  await revoke(session, at, eq(tokens.userId, userId), eq(tokens.kind, kind));
};

const lockOwner = async (session: Session, condition: SQL): Promise<void> => {
  await locked(session.select({ id: users.id }).from(users).where(condition));
};

const revoke = async (
  session: Session,
  at: Date,
  ...conditions: (SQL | undefined)[]
): Promise<boolean> => {
  const unrevoked = and(isNull(tokens.revokedAt), ...conditions);
  return affected(await session.update(tokens).set({ revokedAt: at }).where(unrevoked)) > 0;
};
