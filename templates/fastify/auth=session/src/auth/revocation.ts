/** Revokes the credentials of an account, and checks whether the caller's is revoked. */

import { now } from "../clock.ts";
import type { Transaction } from "../database/session.ts";
import { TokenRepository } from "../tokens/repository.ts";
import { revokeAll } from "../tokens/revocation.ts";
import type { Principal } from "./principal.ts";
import { SESSION_KIND } from "./session-tokens.ts";

/** Revokes every credential of an account. `by` in the options is who does it. */
export const revokeAccess = (
  transaction: Transaction,
  userId: string,
  _options?: { readonly by?: string },
): Promise<void> => revokeAll(transaction, userId, now());

/**
 * Returns whether the caller's session id has ended; the account is locked.
 *
 * A new id, after a change of the password, ends the one before it in the same session.
 */
export const hasEnded = async (
  transaction: Transaction,
  { digest }: Principal,
): Promise<boolean> => {
  const tokens = new TokenRepository(transaction);
  return (await tokens.findAlive(SESSION_KIND, { digest }, now())) === undefined;
};
