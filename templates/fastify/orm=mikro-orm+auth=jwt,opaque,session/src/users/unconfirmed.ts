/** Accounts with an unverified address. */

import type { Role } from "../auth/permissions.ts";
import { LOCKED, type Session } from "../database/session.ts";
import { users } from "./table.ts";

/**
 * Deletes up to `limit` unverified users registered before a time; returns how many.
 *
 * An account with another role got it from an administrator, and is in use.
 */
export const deleteUnconfirmed = async (
  session: Session,
  before: Date,
  limit: number,
): Promise<number> => {
  const unconfirmed = {
    emailVerified: false,
    createdAt: { $lt: before },
    role: "user" satisfies Role,
  };
  const rows = await session.find(users, unconfirmed, { ...LOCKED, fields: ["id"], limit });
  if (rows.length > 0) {
    await session.nativeDelete(users, { id: { $in: rows.map(({ id }) => id) } });
  }
  return rows.length;
};
