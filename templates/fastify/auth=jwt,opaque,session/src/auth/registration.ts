/** Open registration, also with addresses that belong to other people. */

import { record } from "../audit/trail.ts";
import { now } from "../clock.ts";
import type { Transaction } from "../database/session.ts";
import type { Resources } from "../resources.ts";
import { revokeAll } from "../tokens/revocation.ts";
import type { User } from "../users/model.ts";
import { UserRepository } from "../users/repository.ts";
import type { Registration } from "./account-schemas.ts";
import * as accounts from "./accounts.ts";
import { CredentialRepository } from "./credentials.ts";
import { RESET_PASSWORD } from "./one-time.ts";

/**
 * Creates an account, or removes the password of an unverified one.
 *
 * If an address is registered twice, there is no telling who owns it. Verifying the address could
 * confirm the password of a stranger, so neither is kept: the mailed code sets a new one.
 */
export const register = async (resources: Resources, form: Registration): Promise<void> => {
  const passwordHash = await accounts.hashFirst(resources, form);
  const { database } = resources;
  const userId = await database.transaction((transaction) =>
    accounts.add(transaction, form, passwordHash),
  );
  if (userId === undefined) {
    // Another transaction: after a failed insert, two of them would deadlock.
    await database.transaction((transaction) => distrust(transaction, form.email));
  }
};

/** Finds an account by address, and locks it. */
export const lockByEmail = async (
  transaction: Transaction,
  email: string,
): Promise<User | undefined> => {
  const users = new UserRepository(transaction);
  const user = await users.getByEmail(email);
  return user === undefined ? undefined : users.lock(user.id);
};

const distrust = async (transaction: Transaction, email: string): Promise<void> => {
  const user = await lockByEmail(transaction, email);
  if (user === undefined || user.emailVerified || !user.isActive) {
    return;
  }
  await new CredentialRepository(transaction).remove(user.id);
  // Only the codes for a new password stay valid: they do not restore an earlier password.
  await revokeAll(transaction, user.id, now(), { kind: RESET_PASSWORD });
  await record(transaction, "user.registered.again", { subjectId: user.id });
};
