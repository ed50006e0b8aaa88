/**
 * Revoking an account's tokens, under the lock of its row in `users`.
 *
 * Without it, a refresh during the end of all sessions would add a token that the latter does not
 * see, and one session would survive.
 */

import type { FilterQuery, InferEntity } from "@mikro-orm/core";
import { FRESH, LOCKED, type Session } from "../database/session.ts";
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
  const ofFamily = { ...FRESH, fields: ["userId"] } as const;
  const token = await session.findOne(tokens, { familyId }, ofFamily);
  if (token === null) {
    return false;
  }
  await lockOwner(session, token.userId);
  return await revoke(session, at, { familyId });
};

/** Revokes every token of an account, except those of one family or one kind. */
export const revokeAll = async (
  session: Session,
  userId: string,
  at: Date,
  kept: Kept = {},
): Promise<void> => {
  await lockOwner(session, userId);
  await revoke(session, at, {
    userId,
    ...(kept.family === undefined ? {} : { familyId: { $ne: kept.family } }),
    ...(kept.kind === undefined ? {} : { kind: { $ne: kept.kind } }),
  });
};

/** Revokes the tokens of one kind of an account, whose row is locked. */
export const revokeKind = async (
  session: Session,
  userId: string,
  kind: string,
  at: Date,
): Promise<void> => {
  await revoke(session, at, { userId, kind });
};

const lockOwner = async (session: Session, userId: string): Promise<void> => {
  await session.findOne(users, { id: userId }, { ...LOCKED, fields: ["id"] });
};

const revoke = async (
  session: Session,
  at: Date,
  where: FilterQuery<InferEntity<typeof tokens>>,
): Promise<boolean> => {
  const unrevoked = { $and: [where, { revokedAt: null }] };
  return (await session.nativeUpdate(tokens, unrevoked, { revokedAt: at })) > 0;
};
