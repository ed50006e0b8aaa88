/** Beginning and ending sessions, independent of the kind of credential. */

import { record } from "../audit/trail.ts";
import { now } from "../clock.ts";
import type { Transaction } from "../database/session.ts";
import { AppError, Unauthenticated } from "../errors.ts";
import type { Resources } from "../resources.ts";
import { revokeAll, revokeFamily } from "../tokens/revocation.ts";
import type { User } from "../users/model.ts";
import { UserRepository } from "../users/repository.ts";
import * as accounts from "./accounts.ts";
import { CredentialRepository } from "./credentials.ts";
import { remember } from "./known-clients.ts";
import { VERIFY_EMAIL } from "./one-time.ts";
import { endOldestSessions } from "./own-sessions.ts";
import type { Principal } from "./principal.ts";
import { recheck } from "./recheck.ts";

/** What somebody signs in with, and from where. */
export interface SignInAttempt {
  readonly email: string;
  readonly password: string;
  readonly clientAddress: string | undefined;
}

/**
 * Checks a password, and keeps the account locked while `store` stores its session.
 *
 * Throws `Unauthenticated`.
 */
export const begin = async <T>(
  resources: Resources,
  { email, password, clientAddress }: SignInAttempt,
  store: (transaction: Transaction, user: User) => Promise<T>,
): Promise<T> => {
  const { user: proven, passwordHash } = await accounts.provePassword(resources, email, password);
  const storing = resources.database.transaction(async (transaction) => {
    // A password reset or a disabled account since the check ends this session as well.
    const user = await new UserRepository(transaction).lock(proven.id);
    const credentials = new CredentialRepository(transaction);
    const unchanged = await credentials.lockUnchanged(proven.id, passwordHash);
    if (!user?.isActive || !unchanged) {
      throw new Unauthenticated(accounts.SIGN_IN_FAILED);
    }
    const stored = await store(transaction, user);
    await record(transaction, "auth.login.succeeded", { actorId: user.id, subjectId: user.id });
    await remember(transaction, resources, user, clientAddress);
    await endOldestSessions(transaction, user.id);
    return stored;
  });
  return storing.catch(async (error: unknown) => {
    // Whoever is refused now knows the password.
    if (error instanceof AppError && error.refuses) {
      await accounts.recordFailedSignIn(resources, proven.id);
    }
    throw error;
  });
};

/** Ends a session of an account; does nothing if it has already ended. */
export const end = (resources: Resources, sessionId: string, userId: string): Promise<void> =>
  resources.database.transaction(async (transaction) => {
    if (await revokeFamily(transaction, sessionId, now())) {
      await recordEnd(transaction, userId, "no");
    }
  });

/** Ends every session of the caller's account. */
export const endAll = (resources: Resources, principal: Principal): Promise<void> =>
  resources.database.transaction(async (transaction) => {
    const userId = principal.user.id;
    await recheck(transaction, principal, "account:write");
    await revokeAll(transaction, userId, now(), { kind: VERIFY_EMAIL });
    await recordEnd(transaction, userId, "yes");
  });

const recordEnd = (
  transaction: Transaction,
  userId: string,
  everywhere: "yes" | "no",
): Promise<void> =>
  record(transaction, "auth.logout", {
    actorId: userId,
    subjectId: userId,
    details: { everywhere },
  });
