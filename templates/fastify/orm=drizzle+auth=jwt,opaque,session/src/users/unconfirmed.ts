/** Accounts with an unverified address. */

import { and, eq, inArray, lt } from "drizzle-orm";
import type { Role } from "../auth/permissions.ts";
import { locked } from "../database/dialect.ts";
import type { Session } from "../database/session.ts";
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
  const unconfirmed = and(
    eq(users.emailVerified, false),
    lt(users.createdAt, before),
    eq(users.role, "user" satisfies Role),
  );
  const query = session.select({ id: users.id }).from(users).where(unconfirmed).limit(limit);
  const ids = (await locked(query)).map((row) => row.id);
  if (ids.length > 0) {
    await session.delete(users).where(inArray(users.id, ids));
  }
  return ids.length;
};
