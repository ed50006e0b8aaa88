/** Promotes an existing account to admin, for the command line. */

import { record } from "../audit/trail.ts";
import type { Transaction } from "../database/session.ts";
import type { User } from "./model.ts";
import { UserRepository } from "./repository.ts";

/** The account is not promoted; the message says why. */
export class NotPromoted extends Error {}

/**
 * Promotes the account with an address to admin; returns it as it was before.
 *
 * Throws `NotPromoted`. Where registration is open, an account may belong to a stranger until its
 * address is verified.
 */
export const promote = async (
  transaction: Transaction,
  email: string,
  { mustBeConfirmed }: { readonly mustBeConfirmed: boolean },
): Promise<User> => {
  const users = new UserRepository(transaction);
  const found = await users.getByEmail(email);
  const user = found && (await users.lock(found.id));
  if (user === undefined) {
    throw new NotPromoted("the address has no account");
  }
  if (!user.isActive) {
    throw new NotPromoted("the account is disabled");
  }
  if (mustBeConfirmed && !user.emailVerified) {
    throw new NotPromoted("its owner has to confirm the address first");
  }
  await makeAdmin(transaction, user);
  return user;
};

/** Promotes an account, whose row is locked or new, to admin. */
export const makeAdmin = async (transaction: Transaction, user: User): Promise<void> => {
  if (user.role === "admin") {
    return;
  }
  await new UserRepository(transaction).update(user.id, { role: "admin" });
  await record(transaction, "user.role.changed", {
    subjectId: user.id,
    details: { before: user.role, after: "admin", by: "create-admin" },
  });
};
